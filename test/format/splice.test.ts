import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spliceStatus, spliceValue } from "../../src/format/splice.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { ignoreBOM: true });

function setStatus(text: string): string {
  const result = spliceStatus(ENCODER.encode(text), "done");
  return result.ok ? DECODER.decode(result.bytes) : `refused: ${result.reason.code}`;
}

function setValue(header: string, keyPath: readonly string[], value: string | number): string {
  const result = spliceValue(ENCODER.encode(`---\n${header}---\nbody`), keyPath, value);
  return result.ok ? DECODER.decode(result.bytes).slice(4, -8) : `refused: ${result.reason.code}`;
}

describe("spliceStatus", () => {
  it.each([
    ["a plain value", "---\nstatus: todo\n---\n", "---\nstatus: done\n---\n"],
    ["a single-quoted value", "---\nstatus: 'todo'\n---\n", "---\nstatus: 'done'\n---\n"],
    ["a double-quoted value", '---\nstatus: "todo" # c\n---\n', '---\nstatus: "done" # c\n---\n'],
    [
      "a value with a comment and spaces",
      "---\na: 1\nstatus:   todo   # c\n---\n",
      "---\na: 1\nstatus:   done   # c\n---\n",
    ],
    ["an empty value", "---\nstatus:\ntitle: x\n---\n", "---\nstatus: done\ntitle: x\n---\n"],
    ["an empty value with a comment", "---\nstatus: # c\n---\n", "---\nstatus: done # c\n---\n"],
    ["a missing key", "---\n# c\ntitle: x\n---\n", "---\nstatus: done\n# c\ntitle: x\n---\n"],
    ["an empty header", "---\n---\nbody", "---\nstatus: done\n---\nbody"],
    ["a header of comments", "---\n# c\n---", "---\nstatus: done\n# c\n---"],
    ["an indented header", "---\n  title: x\n---\n", "---\n  status: done\n  title: x\n---\n"],
    ["a flow map", "---\n{ title: x, status: todo }\n---\n", "---\n{ title: x, status: done }\n---\n"],
    ["a flow map without the key", "---\n{title: x}\n---\n", "---\n{status: done, title: x}\n---\n"],
    ["a quoted key", '---\n"status": todo\n---\n', '---\n"status": done\n---\n'],
    ["CRLF", "---\r\ntitle: x\r\n---\r\nb\r\n", "---\r\nstatus: done\r\ntitle: x\r\n---\r\nb\r\n"],
    ["CR", "---\rtitle: x\r---\rb\r", "---\rstatus: done\rtitle: x\r---\rb\r"],
    ["CR with a value", "---\rtitle: |\r  x\rstatus: todo\r---\rb", "---\rtitle: |\r  x\rstatus: done\r---\rb"],
    ["a byte order mark", "\uFEFF---\nstatus: todo\n---", "\uFEFF---\nstatus: done\n---"],
    ["a tab before a comment", "---\nstatus: todo\t# c\n---\n", "---\nstatus: done\t# c\n---\n"],
    [
      "a nested key of that name",
      "---\na: { status: x }\nb:\n  status: y\n---\n",
      "---\nstatus: done\na: { status: x }\nb:\n  status: y\n---\n",
    ],
    [
      "a status in the body",
      "---\nstatus: todo\n---\n---\nstatus: todo\n---\n",
      "---\nstatus: done\n---\n---\nstatus: todo\n---\n",
    ],
    [
      "a block of text that looks like a key",
      "---\na: |\n  status: x\nstatus: todo\n---\n",
      "---\na: |\n  status: x\nstatus: done\n---\n",
    ],
    ["characters of four bytes", "---\ntitle: 🚀🚀\nstatus: todo\n---\n🚀", "---\ntitle: 🚀🚀\nstatus: done\n---\n🚀"],
  ])("changes nothing but the value with %s", (_, before, after) => {
    expect(setStatus(before)).toBe(after);
  });

  it.each([
    ["an anchor", "---\nstatus: &a todo\nb: *a\n---\n", "value-form"],
    ["an alias", "---\nb: &a todo\nstatus: *a\n---\n", "value-form"],
    ["a tag", "---\nstatus: !!str todo\n---\n", "value-form"],
    ["a block of text", "---\nstatus: |\n  todo\n---\n", "value-form"],
    ["two lines", "---\nstatus: to\n  do\n---\n", "value-form"],
    ["a list", "---\nstatus: [todo]\n---\n", "value-form"],
    ["a map", "---\nstatus: { todo: 1 }\n---\n", "value-form"],
    ["two keys of that name", "---\nstatus: todo\nstatus: hold\n---\n", "duplicate-key"],
    ["a syntax error", "---\nstatus: todo\n  a: b: [\n---\n", "yaml-syntax"],
    ["no header", "# Title\n", "no-frontmatter"],
    ["a header that is not closed", "---\nstatus: todo\n", "unclosed-frontmatter"],
    ["a header that is a list", "---\n- status: todo\n---\n", "not-a-map"],
    ["a NUL", "---\nstatus: todo\n---\n\0", "nul-byte"],
    ["an empty file", "", "no-frontmatter"],
  ])("refuses %s", (_, text, code) => {
    expect(setStatus(text)).toBe(`refused: ${code}`);
  });

  it("says where a refused value stands", () => {
    expect(spliceStatus(ENCODER.encode("---\ntitle: x\nstatus: &a todo\n---\n"), "done")).toMatchObject({
      ok: false,
      reason: { line: 3, column: 12, severity: "error", code: "value-form" },
    });
  });

  it("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.from([...ENCODER.encode("---\nstatus: todo\n---\n"), 0xff]);
    expect(spliceStatus(bytes, "done")).toMatchObject({ ok: false, reason: { code: "not-utf8" } });
  });

  it("keeps every byte outside of the value in any document", () => {
    fc.assert(
      fc.property(aDocument(), ({ before, value, after, expected }) => {
        expect(setStatus(before + value + after)).toBe(before + expected + after);
      }),
      { numRuns: 3000 },
    );
  });

  it("adds a missing line as the first of the header in any document", () => {
    fc.assert(
      fc.property(
        anEnding(),
        fc.constantFrom("", "\uFEFF"),
        aBody(),
        fc.array(aLine()),
        (ending, mark, body, lines) => {
          const head = `${mark}---${ending}`;
          const tail = [...unique(lines), "---", body].join(ending);
          expect(setStatus(head + tail)).toBe(`${head}status: done${ending}${tail}`);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("gives a value or a reason for any bytes, and never changes the rest of them", () => {
    const header = fc.string({
      unit: fc.constantFrom(..."status: todo\n\r-#&*!|>[]{}'\",\t é🚀\0".split("")),
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 80 }),
          header.map((text) => ENCODER.encode(`---\n${text}\n---\nx`)),
        ),
        (bytes) => {
          const result = spliceStatus(bytes, "done");
          if (result.ok) expect(isInsertion(bytes, result.bytes)).toBe(true);
          else expect(result.reason.code).toMatch(/^[a-z0-9-]+$/);
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe("spliceValue", () => {
  it.each([
    ["a value in a flow map", "budget: { usd: 200, hours: 40 }\n", "budget: { usd: 250, hours: 40 }\n"],
    ["a value in a block map", "budget:\n  hours: 4\n  usd: 200 # c\n", "budget:\n  hours: 4\n  usd: 250 # c\n"],
    ["a key missing in a flow map", "budget: { hours: 40 }\n", "budget: { usd: 250, hours: 40 }\n"],
    ["a key missing in an empty flow map", "budget: {}\n", "budget: { usd: 250 }\n"],
    [
      "a key missing in a block map",
      "budget:\n    # c\n    hours: 40\n",
      "budget:\n    # c\n    usd: 250\n    hours: 40\n",
    ],
    ["a missing map", "title: x\n", "budget: { usd: 250 }\ntitle: x\n"],
    ["a word in place of a map", "budget: none # c\n", "budget: { usd: 250 } # c\n"],
    ["a key without a value", "budget:\ntitle: x\n", "budget: { usd: 250 }\ntitle: x\n"],
    [
      "a flow map on several lines",
      "budget: {\n  hours: 40,\n  usd: 1,\n}\n",
      "budget: {\n  hours: 40,\n  usd: 250,\n}\n",
    ],
  ])("sets %s", (_, before, after) => {
    expect(setValue(before, ["budget", "usd"], 250)).toBe(after);
  });

  it.each([
    ["an alias of a map", "a: &b { usd: 1 }\nbudget: *b\n"],
    ["an anchored map", "budget: &b { usd: 1 }\na: *b\n"],
    ["a list", "budget: [1]\n"],
  ])("refuses %s", (_, header) => {
    expect(setValue(header, ["budget", "usd"], 250)).toBe("refused: value-form");
  });

  it("writes text that is no plain word in quotes, and keeps the quotes that are there", () => {
    expect(setValue("title: x\n", ["title"], "it's: #1")).toBe(`title: "it's: #1"\n`);
    expect(setValue("title: 'x'\n", ["title"], "it's")).toBe("title: 'it''s'\n");
    expect(setValue("title: x\n", ["title"], "true")).toBe('title: "true"\n');
    expect(setValue("title: x\n", ["title"], "30M")).toBe("title: 30M\n");
  });

  it("sets any text so that it reads back", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom("title: x\n", "title: 'x'\n", 'title: "x"\n', "{title: x}\n"),
        (text, header) => {
          expect(setValue(header, ["title"], text)).not.toMatch(/^refused/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function anEnding() {
  return fc.constantFrom("\n", "\r\n", "\r");
}

function aBody() {
  const part = fc.constantFrom("---", "status: todo", "text", "", "```", "🚀 é", "\ttab", "# Title", "{", "\u2028");
  return fc.array(part).map((parts) => parts.join("\n"));
}

/** A line, or lines, of a header. Each has a key of its own. */
function aLine() {
  const word = fc.constantFrom(
    "a",
    "todo",
    "🚀",
    "'it''s'",
    '"x: \\"y\\" # no"',
    "[a, 'b]']",
    "{ status: x, b: [1] }",
    "1e3",
    "é # c",
    "",
  );
  const blank = fc.constantFrom("# status: no", "", "   # c");
  const simple = fc.tuple(fc.nat(9), word).map(([key, value]) => `k${key}: ${value}`);
  const block = fc.nat(9).map((key) => `b${key}: |\n  status: x\n   ---\n\n  y`);
  const nested = fc.nat(9).map((key) => `n${key}:\n  status: todo\n  list:\n  - a\n  - status: x`);
  const anchored = fc.nat(9).map((key) => `x${key}: &x${key} [a]\ny${key}: *x${key}`);
  return fc.oneof({ weight: 4, arbitrary: simple }, { weight: 2, arbitrary: blank }, block, nested, anchored);
}

function unique(lines: readonly string[]): string[] {
  const seen = new Set<string>();
  return lines.filter((line) => {
    const key = /^\w+/.exec(line)?.[0];
    if (key === undefined) return true;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function aDocument() {
  const value = fc.constantFrom(
    ["todo", "done"],
    ["'todo'", "'done'"],
    ['"to\\u0064o"', '"done"'],
    ["1", "done"],
    ["🚀 b", "done"],
  );
  return fc
    .record({
      ending: anEnding(),
      mark: fc.constantFrom("", "\uFEFF"),
      above: fc.array(aLine()),
      below: fc.array(aLine()),
      space: fc.constantFrom(" ", "   "),
      comment: fc.constantFrom("", " # todo", "  ", "\t# x"),
      value,
      body: aBody(),
      end: fc.boolean(),
    })
    .map(({ ending, mark, above, below, space, comment, value: [value = "", expected = ""], body, end }) => {
      const lines = unique([...above, "status", ...below]);
      const at = lines.indexOf("status");
      const head = ["---", ...lines.slice(0, at), `status:${space}`].join("\n");
      const tail = [comment, ...lines.slice(at + 1), "---", body].join("\n") + (end ? "\n" : "");
      const withEnding = (text: string) => text.replaceAll("\n", ending);
      return { before: mark + withEnding(head), value, after: withEnding(tail), expected };
    });
}

/** Whether one text is the other with one range replaced by what holds `done`. */
function isInsertion(before: Uint8Array, after: Uint8Array): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // A new line is indented as the one below it.
  const indentation = Math.max(
    0,
    ...DECODER.decode(before)
      .split(/[^ ]/)
      .map((spaces) => spaces.length),
  );
  return after.length - head - tail <= indentation + "status: done\r\n".length;
}
