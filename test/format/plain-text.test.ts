import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutEnd, cutMiddle, cutStart, plainLine, plainText } from "../../src/format/plain-text.ts";

const ESC = "\u001b";
const hostile = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]0;`,
      "\u0007",
      "\u009b31m",
      "\u202e",
      "\r",
      "\n",
      "\ud800",
      "🚀",
      "\u{e0041}",
    ),
  ),
);

describe("text for a terminal", () => {
  test.each([
    ["colours", `${ESC}[1;31mred${ESC}[0m`, "red"],
    ["a window title", `${ESC}]0;owned\u0007text`, "text"],
    ["a link", `${ESC}]8;;http://evil${ESC}\\click${ESC}]8;;${ESC}\\`, "click"],
    ["8-bit sequences", "\u009b2Jtext", "text"],
    ["a device control string", `${ESC}Pq#0${ESC}\\text`, "text"],
    ["a reset and other short sequences", `${ESC}c${ESC}(Btext`, "text"],
    ["a title that is never closed ends with its line", `${ESC}]0;owned\ntext`, "\ntext"],
    ["a lone escape", `text${ESC}`, "text"],
    ["progress that overwrites itself", "10 %\r20 %\r\ndone", "10 %\n20 %\ndone"],
    ["bell, backspace, delete", "a\u0007b\bc\u007f", "abc"],
    ["marks that reorder a line", "approve \u202efdp.exe", "approve fdp.exe"],
    ["invisible letters", "a\u{e0041}\u{e0042}b\u200bc", "abc"],
    [
      "what scripts and emoji need",
      "\u200e\u05d0 \u0645\u200c\u06cc 👩\u200d🚀\tü",
      "\u200e\u05d0 \u0645\u200c\u06cc 👩\u200d🚀\tü",
    ],
  ])("%s", (_title, text, plain) => expect(plainText(text)).toBe(plain));

  test("never holds a control character but tab and line feed, whatever it was made of", () => {
    fc.assert(
      fc.property(hostile, (parts) => {
        const plain = plainText(parts.join(""));
        expect(plain).toMatch(/^(?:[\t\n]|[^\p{Cc}\p{Cs}])*$/u);
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });

  test("takes time in proportion to its length", () => {
    for (const part of [ESC, `${ESC}[`, `${ESC}]`, `${ESC}[0;`, "\r", " \n", "\u202e", "[0;"]) {
      const text = part.repeat(300_000);
      // What goes back would not be through before the test's own time is over.
      expect(plainLine(text).length, JSON.stringify(part)).toBeLessThanOrEqual(text.length);
      expect(plainText(text).length, JSON.stringify(part)).toBeLessThanOrEqual(text.length);
    }
  });
});

test("a line is one line of bounded length", () => {
  fc.assert(
    fc.property(hostile, fc.integer({ min: 1, max: 60 }), (parts, length) => {
      const line = plainLine(parts.join(""), length);
      expect(line).not.toMatch(/[\n\t]/);
      expect(line.length).toBeLessThanOrEqual(length);
    }),
  );
});

test("a cut never leaves half of a character and keeps to its length", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.nat(120), (text, length) => {
      for (const cut of [cutStart(text, length), cutEnd(text, length)]) {
        expect(cut.isWellFormed()).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(length);
      }
    }),
  );
});

test("what is cut out of the middle is counted", () => {
  const text = "a".repeat(500) + "z".repeat(500);
  const cut = cutMiddle(text, 200);
  expect(cut).toMatch(/^a+\n\[\.\.\. 800 characters left out \.\.\.\]\nz+$/);
  expect(cut.length).toBeLessThanOrEqual(200);
  expect(cutMiddle("short", 200)).toBe("short");
});
