import { describe, expect, it } from "vitest";
import { parseContract } from "../../../src/format/documents/contract.ts";
import { aFile } from "../source-files.ts";

function read(content: string) {
  const { document, findings } = parseContract(aFile("missions/crm/contract.md", content));
  return {
    ids: document.map(({ id, line }) => `${line} ${id}`),
    text: document.map(({ text }) => text),
    checks: document.map(({ checks }) => checks.length),
    findings: findings.map(({ code, line, severity }) => `${line} ${code}${severity === "warning" ? "?" : ""}`),
  };
}

const VERIFY = "```yaml verify\nrun: npm test\n```\n";

describe("parseContract", () => {
  it("takes the text up to the next assertion or a heading of its own level", () => {
    const { ids, text } = read("## VAL-A-001: a\none\n\n### Notes\ntwo\n## Other\nthree\n## VAL-A-002\nfour");
    expect(ids).toEqual(["1 VAL-A-001", "8 VAL-A-002"]);
    expect(text).toEqual(["one\n\ntwo", "four"]);
  });

  it("keeps other fences as text and reads no heading in them", () => {
    const { ids, text } = read("# VAL-A-001: a\n```md\n# VAL-A-002: b\n```\n~~~yaml\nrun: x\n~~~\n");
    expect(ids).toEqual(["1 VAL-A-001"]);
    expect(text).toEqual(["```md\n# VAL-A-002: b\n```\n~~~yaml\nrun: x\n~~~"]);
  });

  it("reads no heading in a comment", () => {
    expect(read("<!--\n# VAL-A-001: a\n-->\n# VAL-A-002: b\n").ids).toEqual(["4 VAL-A-002"]);
  });

  it.each(["\n", "\r\n", "\r"])("counts lines that end in %j", (ending) => {
    const content = `# Contract\n\n# VAL-A-001: a\n${VERIFY}# VAL-A-002: b\n${VERIFY.replace("run", "rum")}`;
    expect(read(content.replaceAll("\n", ending))).toMatchObject({
      ids: ["3 VAL-A-001", "7 VAL-A-002"],
      checks: [1, 0],
      findings: ["9 bad-check"],
    });
  });

  it("may have a header", () => {
    expect(read("---\ntitle: C\nother: 1\n---\n# VAL-A-001: a\n")).toMatchObject({
      ids: ["5 VAL-A-001"],
      findings: ["3 unknown-key?"],
    });
    expect(read("---\ntitle: C\n# VAL-A-001: a\n").findings).toEqual(["1 unclosed-frontmatter"]);
    expect(read("\uFEFF# VAL-A-001: a\n").ids).toEqual(["1 VAL-A-001"]);
  });

  it.each([
    ["an id of another form", "# VAL-auth-001: a\n", ["1 bad-assertion-id"]],
    ["an id without a number", "# VAL-AUTH: a\n", ["1 bad-assertion-id"]],
    ["an id that is there twice", `# VAL-A-001: a\n# VAL-A-001: b\n${VERIFY}`, ["2 duplicate-id"]],
    ["a block above all assertions", `${VERIFY}# VAL-A-001: a\n`, ["1 stray-verify"]],
    ["a block that is never closed", "# VAL-A-001: a\n```yaml verify\nrun: x\n", ["2 unclosed-fence"]],
    ["a block with broken YAML", "# VAL-A-001: a\n```yaml verify\nrun: [\n```\n", ["4 yaml-syntax", "3 bad-value"]],
    ["an empty block", "# VAL-A-001: a\n```yaml verify\n```\n", ["3 bad-check"]],
  ])("says that there is %s", (_, content, findings) => {
    expect(read(content).findings).toEqual(findings);
  });

  it("reads the id however the title is set off", () => {
    const { document } = parseContract(
      aFile("c.md", "# VAL-A-001: a: b\n## VAL-A-002 - b\n### VAL-A-003 — c ###\n#### VAL-004\n"),
    );
    expect(document.map(({ id, title }) => [id, title])).toEqual([
      ["VAL-A-001", "a: b"],
      ["VAL-A-002", "b"],
      ["VAL-A-003", "c"],
      ["VAL-004", ""],
    ]);
  });
});
