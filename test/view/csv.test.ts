import { expect, it } from "vitest";
import { csvText } from "../../src/view/csv.ts";

it("is a table as RFC 4180 writes it", () => {
  const rows = [
    ["plain", 1.5, null],
    ['with "quotes", commas', 0, "two\nlines"],
  ];
  expect(csvText(["a", "b", "c"], rows)).toBe('a,b,c\r\nplain,1.5,\r\n"with ""quotes"", commas",0,"two\nlines"\r\n');
});

it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\u200b=1", "\uff1d1", "\u3000@x"])(
  "gives %j no meaning for a spreadsheet",
  (text) => {
    const [, line = ""] = csvText(["a"], [[text]]).split("\r\n");
    expect(line).toMatch(/^"?'/);
  },
);

it("leaves numbers numbers, also negative ones, and takes out what a terminal would obey", () => {
  expect(csvText(["a", "b"], [[-1, "\u001b[31mred\u001b[0m"]])).toBe("a,b\r\n-1,red\r\n");
});
