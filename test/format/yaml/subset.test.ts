import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readWithLibrary } from "../../../src/format/yaml/library.ts";
import { plainValue, type YamlNode } from "../../../src/format/yaml/node.ts";
import { readSubset } from "../../../src/format/yaml/subset.ts";

/** All that later stages use of a value: what it is, how it is written and where. */
function describeNode(node: YamlNode): unknown {
  if (node.kind === "scalar" && node.value === null && node.start === node.end) return "nothing";
  if (node.kind === "scalar")
    return { value: node.value, text: node.text, style: node.style, at: [node.start, node.end] };
  if (node.kind === "list") return node.items.map(describeNode);
  return node.entries.map(({ key, keyStart, afterColon, value }) => [key, keyStart, afterColon, describeNode(value)]);
}

/** What `plainValue` makes of numbers that JSON does not have. */
function comparable(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  return value === Number.POSITIVE_INFINITY ? "1e400" : value;
}

function expectAgreement(text: string): boolean {
  const subset = readSubset(text, 0, text.length);
  if (subset === null) return false;
  const library = readWithLibrary(text, 0, text.length);
  expect(library.problems).toEqual([]);
  expect(describeNode(subset)).toEqual(describeNode(library.value));
  // Keys are what is written here (`1.0`), numbers and nulls there.
  if (/(?:^|[\s{])(?:null|true|1|1\.0) *:/.test(text)) return true;
  const own = JSON.stringify(plainValue(subset));
  const theirs = parse(text.replace(/\r(?!\n)/g, "\n"));
  expect(own).toBe(JSON.stringify(theirs ?? {}, (_, value) => comparable(value)));
  return true;
}

const SCALARS = [
  "todo",
  "a b",
  "a-b",
  "-5",
  "+5",
  "1.10",
  "1e3",
  "-0",
  "1.",
  ".5",
  "0",
  "007",
  "12345678901234567890",
  "2026-12-24",
  "true",
  "False",
  "null",
  "~",
  "no",
  "yes",
  "nul",
  "'it''s'",
  "''",
  "'a: b # c'",
  '"x \\"y\\" \\\\ \\n"',
  '""',
  '"# no"',
  "a#b",
  "a:b",
  "http://x.y/z",
  "a,b",
  "-a",
  "--flag",
  "é🚀",
  "a [b]",
  "x {y}",
  "src/**",
  "<<",
  "=",
  "0x1F",
  "0o17",
  ".inf",
  "-.INF",
  ".nan",
  "1e400",
  "1_000",
  "12:30",
  "a  b",
  "1,000",
  "!x",
  "&a",
  "*a",
  "|",
  ">",
  "%x",
  "@x",
  "`x`",
  "- x",
  "? x",
  ": x",
  "a: b",
  "a :b",
  "[",
  "]",
  "{",
  "}",
  ",",
  "#x",
  "'open",
  '"open',
  '"\\u0041"',
  '"a" b',
  "[a]b",
  "a]",
  "a}",
  "-",
  "---",
  "...",
  "\u00a0x",
  "x\u00a0",
  "\u2003",
];
const KEYS = [
  "a",
  "b",
  "k1",
  "x.y",
  "_z",
  "sign_off",
  "on",
  "null",
  "true",
  "1",
  "1.0",
  "__proto__",
  "constructor",
  "<<",
  "a b",
  "'q'",
  '"q"',
  "?",
  "-",
  "a#",
  "é",
  "-x",
];

function aFlow(): fc.Arbitrary<string> {
  return fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...SCALARS),
      fc
        .tuple(fc.array(tie("value"), { maxLength: 3 }), fc.constantFrom(", ", ",", " , ", ",\t"))
        .map(([items, comma]) => `[${items.join(comma)}]`),
      fc
        .array(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(": ", ":", " : "), tie("value")), { maxLength: 3 })
        .map((all) => `{ ${all.map((each) => each.join("")).join(", ")} }`),
    ),
  })).value;
}

/** Lines that mostly make sense together: keys and items at small indentations, values, comments, blanks. */
function aBlock(): fc.Arbitrary<string> {
  const indent = fc.constantFrom("", "", "", "  ", "  ", "    ", " ", "\t");
  const key = fc
    .tuple(fc.constantFrom(...KEYS.slice(0, 8), ...KEYS), fc.constantFrom(": ", ": ", ":", ":  ", " : "))
    .map((parts) => parts.join(""));
  const tail = fc.constantFrom("", "", "", "", " # comment", " ", "#c", "\t", "\t# c");
  const value = fc.oneof(fc.constantFrom(...SCALARS.slice(0, 24), ""), aFlow());
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(indent, key, value, tail) },
    { weight: 2, arbitrary: fc.tuple(indent, key, tail) },
    { weight: 3, arbitrary: fc.tuple(indent, fc.constantFrom("- ", "-", "-  ", "- - "), value, tail) },
    { weight: 2, arbitrary: fc.tuple(indent, fc.constant("- "), key, value, tail) },
    { weight: 1, arbitrary: fc.tuple(indent, fc.constantFrom("# c", "", "text", "---", "...", "a: |", "  b: >-")) },
  );
  const ending = fc.constantFrom("\n", "\n", "\r\n", "\r");
  return fc.tuple(fc.array(line, { maxLength: 8 }), ending, fc.boolean()).map(([lines, end, last]) => {
    return lines.map((parts) => parts.join("")).join(end) + (last ? end : "");
  });
}

/** Headers as people write them: maps and lists to some depth, each key once, with comments and blank lines between. */
function aHeader(): fc.Arbitrary<string> {
  const plain = fc.constantFrom(...SCALARS.slice(0, 45).filter((scalar) => !/^(?:0x|0o|-?\.)/.test(scalar)));
  const flow = fc.oneof(
    plain.filter((scalar) => !/[,[\]{}]/.test(scalar)),
    fc.constantFrom("[]", "{}", "[a, 'b, c', [1]]", "{ a: 1, b: { c: [x y] } }"),
  );
  const list = fc.array(flow, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`);
  const lines = fc.letrec<{ map: string[]; list: string[]; below: string[] }>((tie) => ({
    map: fc
      .array(tie("below"), { minLength: 1, maxLength: 4 })
      .map((all) => all.flatMap((below, index) => [`k${index}:${below[0]}`, ...below.slice(1)])),
    list: fc
      .array(
        fc.oneof(
          plain.map((value) => [value]),
          tie("map"),
        ),
        { minLength: 1, maxLength: 3 },
      )
      .map((all) => {
        return all.flatMap(([first, ...rest]) => [`- ${first}`, ...rest.map((line) => `  ${line}`)]);
      }),
    below: fc.oneof(
      { maxDepth: 3 },
      plain.map((value) => [` ${value}`]),
      list.map((value) => [` ${value} # c`]),
      fc.constantFrom<string[]>(["", "# c"], ["  # c", ""]),
      tie("map").map((all) => ["", ...all.map((line) => `  ${line}`)]),
      fc
        .tuple(tie("list"), fc.constantFrom("", "    "))
        .map(([all, indent]) => ["", ...all.map((line) => indent + line)]),
    ),
  }));
  return fc.tuple(lines.map, fc.constantFrom("\n", "\r\n", "\r")).map(([all, ending]) => all.join(ending));
}

describe("readSubset", () => {
  it.each([
    "title: Contact list API\nstatus: todo                # todo | hold\ndepends_on: [schema]\nbudget: { usd: 3, minutes: 60, tokens: 400k }\n",
    'scope: ["src/contacts/**"]  # where\nfixes: []\nverify: [{ run: npm test -- contacts }]\n',
    "resources:\n  - { name: sendgrid, kind: credential }   # a reference\n  - name: other\n    kind: host\nsetup:\n- npm ci\n- npm run build\n",
    "runtimes:\n  claude: { kind: claude }\n  mine:\n    kind: command\n    run: [node, tools/agent.mjs]\nempty:\nlast: 'it''s'",
    "",
    "# only a comment\n",
  ])("reads what people write without the library: %j", (text) => {
    expect(expectAgreement(text)).toBe(true);
  });

  it.each([
    ["anchors", "a: &x 1"],
    ["aliases", "a: *x"],
    ["tags", "a: !!str 1"],
    ["blocks of text", "a: |\n  b"],
    ["text on two lines", "a: b\n  c"],
    ["flow on two lines", "a: [b,\n  c]"],
    ["double keys", "a: 1\na: 2"],
    ["double keys in flow", "a: { b: 1, b: 2 }"],
    ["tabs", "a:\t1"],
    ["merge keys", "<<: 1"],
    ["deep nesting", `a: ${"[".repeat(40)}${"]".repeat(40)}`],
    ["colons in text", "a: b: c"],
    ["escapes by number", 'a: "\\u0041"'],
    ["lists in lists", "a:\n  - - b"],
    ["documents", "a: 1\n--- \nb: 1"],
  ])("leaves %s to the library", (_, text) => {
    expect(readSubset(text, 0, text.length)).toBeNull();
  });

  it("reads headers as people write them, and agrees with the library", () => {
    fc.assert(
      fc.property(aHeader(), (text) => expectAgreement(text)),
      { numRuns: 2000 },
    );
  });

  it("agrees with the library wherever it reads", () => {
    let read = 0;
    fc.assert(
      fc.property(aBlock(), (text) => {
        if (expectAgreement(text)) read++;
      }),
      { numRuns: 20_000 },
    );
    // Else the property would hold for a reader that reads nothing.
    expect(read).toBeGreaterThan(1000);
  });

  it("agrees with the library on any single value", () => {
    fc.assert(
      fc.property(
        fc.oneof(aFlow(), fc.string(), fc.string({ unit: "binary" })),
        fc.constantFrom("", " # c", "\nb: 1"),
        (value, tail) => {
          expectAgreement(`a: ${value.toWellFormed()}${tail}`);
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
