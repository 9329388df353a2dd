import { expect, test } from "vitest";
import { listLinks } from "../../src/format/body-links.ts";

test("links, pictures and definitions are found with their places, code is not", () => {
  const text =
    "# A\n\nSee [the plan](research/plan.md) and ![a picture](assets/a.png).\n\n`[no](code.md)`\n\n[d]: other.md\n";
  expect(listLinks(text)).toEqual([
    { url: "research/plan.md", line: 3, column: 5 },
    { url: "assets/a.png", line: 3, column: 38 },
    { url: "other.md", line: 7, column: 1 },
  ]);
});
