import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { colourPaint, plainPaint } from "../../src/view/paint.ts";
import { dotted, paintSpans, type Span, span, wrapSpans } from "../../src/view/span.ts";
import { type Row, renderTable } from "../../src/view/table.ts";
import { cut, pad, widthOf } from "../../src/view/width.ts";
import { aPage } from "./world.ts";

describe("widthOf", () => {
  test.each([
    ["plain", 5],
    ["", 0],
    ["日本語", 6],
    ["한글", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["🇨🇭", 2],
    ["❤️", 2],
    ["…·━", 3],
    ["ｆｕｌｌ", 8],
  ])("%s takes %i columns", (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe("cut", () => {
  test.each([
    ["short", 10, "short"],
    ["exactly", 7, "exactly"],
    ["too long", 6, "too l…"],
    ["日本語の題", 6, "日本…"],
    ["日本語の題", 7, "日本語…"],
    ["anything", 1, "…"],
    ["anything", 0, ""],
  ])("%s to %i columns", (text, width, expected) => {
    expect(cut(text, width)).toBe(expected);
  });

  it("never exceeds the width, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, width) => {
        expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test("pad fills by columns, not by characters", () => {
  expect(pad("日本", 6)).toBe("日本  ");
  expect(pad("longer", 3)).toBe("longer");
});

describe("span", () => {
  test.each([
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u009b2Jgone", "gone"],
    ["a\u001b]0;title\u0007b", "ab"],
    ["two\nlines\tand a tab", "two lines and a tab"],
    ["\u202ereversed", "reversed"],
    ["bell\u0007 null\u0000", "bell null"],
  ])("%j is shown as %j", (text, expected) => {
    expect(span(text).text).toBe(expected);
  });
});

describe("wrapSpans", () => {
  const lines = (spans: readonly Span[], width: number) =>
    wrapSpans(spans, width).map((line) => paintSpans(line, plainPaint));

  it("breaks between words and drops the space", () => {
    expect(lines([span("one two three four")], 9)).toEqual(["one two", "three", "four"]);
  });

  it("breaks a word that is longer than a line", () => {
    expect(lines([span("a abcdefghij b")], 4)).toEqual(["a", "abcd", "efgh", "ij b"]);
  });

  it("keeps facts whole and drops the dot where it breaks", () => {
    expect(lines(dotted("one fact", "another fact", "third"), 16)).toEqual(["one fact", "another fact", "third"]);
    expect(lines(dotted("one fact", "another fact", "third"), 24)).toEqual(["one fact · another fact", "third"]);
  });

  it("never exceeds the width and loses no word", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }), { maxLength: 8 }),
        fc.integer({ min: 4, max: 60 }),
        (texts, width) => {
          const spans = texts.map((text) => span(text));
          const wrapped = lines(spans, width);
          for (const line of wrapped) expect(widthOf(line.trimEnd())).toBeLessThanOrEqual(width);
          const words = (text: string) => text.replace(/ /g, "");
          expect(words(wrapped.join(""))).toBe(words(spans.map(({ text }) => text).join("")));
        },
      ),
    );
  });
});

describe("renderTable", () => {
  const rows: Row[] = [
    {
      cells: [span("blocked"), span("crm/auth")],
      text: [span("a reason that is rather long for this width")],
      fit: "wrap",
      below: [[span("next: do it")]],
    },
    {
      depth: 1,
      cells: [span("done"), span("crm/x")],
      text: [span("a title that is cut where it does not fit")],
      fit: "cut",
    },
  ];

  it("aligns columns and hangs what follows below the text", () => {
    expect(renderTable(rows, aPage(50))).toEqual([
      "  blocked   crm/auth   a reason that is rather",
      "                       long for this width",
      "                       next: do it",
      "    done    crm/x      a title that is cut where…",
    ]);
  });

  it("puts the text below the names where there is no room beside them", () => {
    expect(renderTable(rows, aPage(40))).toEqual([
      "  blocked   crm/auth",
      "    a reason that is rather long for",
      "    this width",
      "    next: do it",
      "    done   crm/x",
      "      a title that is cut where it does…",
    ]);
  });

  it("cuts and wraps nothing where a program reads", () => {
    expect(renderTable(rows, aPage(Number.POSITIVE_INFINITY))[0]).toBe(
      "  blocked   crm/auth   a reason that is rather long for this width",
    );
  });

  it("draws the same with colours and without", () => {
    const colourful = renderTable(rows, { ...aPage(50), paint: colourPaint });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out.
    expect(colourful.map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(renderTable(rows, aPage(50)));
  });
});
