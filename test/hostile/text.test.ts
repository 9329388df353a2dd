/** The corpus in the places where a text becomes something else: a record, a cell, a line of a page, a name, a log. */

import { describe, expect, test } from "vitest";
import { plainLine, plainText } from "../../src/format/plain-text.ts";
import { isReadable, parseRecord, printBody, printRecord } from "../../src/format/record.ts";
import { isId } from "../../src/model/ids.ts";
import { makeRedactor } from "../../src/repo/redact.ts";
import { csvText } from "../../src/view/csv.ts";
import { hostileTexts } from "./corpus.ts";

const TEXTS = hostileTexts("/tmp/canary").map(({ text }) => text);
const ANNA = { name: "Anna", email: "anna@example.com" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("every text of the corpus", () => {
  test("as the body of a record changes nothing of the record", () => {
    for (const text of TEXTS) {
      const fact = { kind: "comment", feature: "a", mentions: [] } as const;
      const message = printRecord({ fact, by: text, homeTip: null, body: text });
      const read = parseRecord({ oid: "1".repeat(40), at: 0, author: ANNA, message });
      if (!isReadable(read)) throw new Error(`${JSON.stringify(text)}: ${read.reason}`);
      expect({ fact: read.fact, body: read.body }).toEqual({ fact, body: printBody(text) });
    }
  });

  test("as a value of a record comes back as it was", () => {
    for (const text of TEXTS) {
      const fact = { kind: "control", target: text.toWellFormed(), action: "pause" } as const;
      const message = printRecord({ fact, by: "anna", homeTip: null, body: "" });
      const read = parseRecord({ oid: "1".repeat(40), at: 0, author: ANNA, message });
      expect(isReadable(read) ? read.fact : read.reason, JSON.stringify(text)).toEqual(fact);
    }
  });

  test("shown in a terminal is text, and showing it twice changes nothing more", () => {
    for (const text of TEXTS) {
      const plain = plainText(text);
      expect(plain, JSON.stringify(text)).not.toMatch(OBEYED);
      expect(plainText(plain)).toBe(plain);
      expect(plainLine(text)).not.toMatch(/\n/);
    }
  });

  test("as a cell of a spreadsheet is one cell that is no formula", () => {
    const table = csvText(
      ["text"],
      TEXTS.map((text) => [plainLine(text)]),
    );
    for (const line of table.split("\r\n").slice(1)) expect(line).not.toMatch(/^"?[=+@\t\r-](?!\d)/);
    // The header before them, and what follows the last line end.
    expect(table.split("\r\n")).toHaveLength(TEXTS.length + 2);
  });

  test("is an id only where it is plain letters, digits and dashes", () => {
    expect(TEXTS.filter(isId).filter((text) => !/^[a-z0-9][a-z0-9-]{0,62}$/.test(text))).toEqual([]);
    for (const text of ["stop", "ledger", "home", "config", "mission", "q7"]) expect(isId(text), text).toBe(false);
  });

  test("as a secret is in no log, whatever surrounds it", () => {
    for (const text of TEXTS.filter((each) => each.trim().length >= 6)) {
      const { redact } = makeRedactor([text]);
      for (const line of [text, `a${text}b`, `"${JSON.stringify(text)}"`]) {
        expect(redact(line), JSON.stringify(text)).not.toContain(text.trim());
      }
    }
  });
});
