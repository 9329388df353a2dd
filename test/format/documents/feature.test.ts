import { describe, expect, it } from "vitest";
import { parseFeature } from "../../../src/format/documents/feature.ts";
import { aFile, plainHash } from "../source-files.ts";

function read(header: string, body = "") {
  return parseFeature(
    aFile("missions/crm/milestones/01-a/x.md", `---\ntitle: X\n${header}\n---\n${body}`),
    "a",
    plainHash,
  );
}

describe("parseFeature", () => {
  it.each([
    ["dependsOn: [y]", "unknown-key", 'The key "dependsOn" is not known; did you mean depends_on?'],
    ["stauts: todo", "unknown-key", 'The key "stauts" is not known; did you mean status?'],
    ["colour: red", "unknown-key", 'The key "colour" is not known'],
    ["status: Done", "bad-status", 'status is "Done"; did you mean done?'],
    ["status: [todo]", "bad-status", "status is a list"],
    ["size: Medium", "bad-value", 'size is "Medium"'],
    ["priority: 7", "bad-value", 'priority is "7"'],
    ["priority: { a: 1 }", "bad-value", "priority is a map"],
    ["budget: 5", "bad-value", 'budget is "5"'],
    ["budget: { usd: -3 }", "bad-value", 'usd is "-3"'],
    ["budget: { tokens: lots }", "bad-value", 'tokens is "lots"'],
    ["depends_on: [A b]", "bad-reference", 'depends_on has "A b", which can\'t be a feature'],
    ["depends_on: [a/b/c]", "bad-reference", 'depends_on has "a/b/c", which can\'t be a feature'],
    ["scope: [../x]", "bad-path", 'scope has "../x", which leads out of the repository'],
    ["scope: [/etc/x]", "bad-path", 'scope has "/etc/x", which leads out of the repository'],
    ["fulfills: [[a]]", "bad-value", "fulfills is a list"],
    ["agent: [coder]", "bad-value", "agent is a list"],
    ["agent: '\u001b[31m'", "yaml-syntax", ""],
  ])("says what is wrong with %j", (header, code, message) => {
    const [finding] = read(header).findings;
    expect(finding).toMatchObject({ line: 3, ...(message === "" ? {} : { code, message }) });
    expect(finding?.expected).not.toBe("");
  });

  it("finds all that is wrong at once, each at its place", () => {
    const { findings, document } = read("status: x\nsize: Y\nscope: [ok, /bad]\nrisk: red");
    expect(findings.map(({ line, column, code }) => `${line}:${column} ${code}`)).toEqual([
      "5:13 bad-path",
      "3:9 bad-status",
      "4:7 bad-value",
    ]);
    expect(document).toMatchObject({ status: "todo", size: "M", scope: ["ok"], risk: "red" });
  });

  it("binds the spec to what the worker is asked, and to nothing else", () => {
    const spec = (header: string, body = "Text.") => read(header, body).document.spec;
    const same = spec("fulfills: [VAL-A-1]");
    expect(spec("fulfills: [VAL-A-1]\nstatus: done\npriority: 1\nagent: writer\nverify: npm test")).toBe(same);
    expect(spec("fulfills: VAL-A-1", "\r\nText.\r\n\r\n")).toBe(same);
    const others = [
      spec("fulfills: [VAL-A-2]"),
      spec("fixes: [VAL-A-1]"),
      spec("scope: [VAL-A-1]"),
      spec("", "Text."),
      spec("fulfills: [VAL-A-1]", "Other."),
    ];
    expect(new Set([same, ...others]).size).toBe(6);
  });

  it.each([
    ["## Acceptance\n- [ ] a\n* b\n1. c\n", ["a", "b", "c"]],
    ["# Acceptance criteria\n- a\n\n  more of it\n- b\n", ["a more of it", "b"]],
    ["## Acceptance\nProse.\n\n### Part\n- a\n## Next\n- b\n", ["a"]],
    ["## Other\n- a\n", []],
    ["```\n## Acceptance\n- a\n```\n", []],
    ["```\n## Acceptance\n- a\n```\n## Acceptance\n- b\n", ["b"]],
    ["<!--\n## Acceptance\n- a\n-->\n", []],
  ])("reads the acceptance criteria of %j", (body, expected) => {
    expect(read("", body).document.acceptance).toEqual(expected);
  });
});
