import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import { parseRepositoryFiles } from "../../src/format/repository-files.ts";
import type { SourceFile } from "../../src/model/documents.ts";
import { aFile, plainHash } from "./source-files.ts";

const ENCODER = new TextEncoder();
const MILESTONE = "missions/crm/milestones/01-a";
const BAD = `${MILESTONE}/bad.md`;

const HEALTHY = [
  aFile("missions/crm/mission.md", "---\ntitle: CRM\nbudget: none\n---\n# CRM\n"),
  aFile("missions/crm/contract.md", "### VAL-A-001: it works\n"),
  aFile(`${MILESTONE}/milestone.md`, "---\ntitle: A\n---\n"),
  aFile(`${MILESTONE}/auth.md`, "---\ntitle: Auth\nstatus: done\n---\nText.\n"),
  aFile(`${MILESTONE}/schema.md`, "---\ntitle: Schema\nfulfills: [VAL-A-001]\n---\nText.\n"),
  aFile("missions/crm/agents/mailer.md", "---\nname: mailer\n---\nBe brief.\n"),
];

function crm(files: readonly SourceFile[]) {
  return parseMissionFiles("missions", "crm", files, plainHash);
}

/** Reads a bad feature beside a healthy mission and shows that only it was harmed. */
function readBeside(content: string | Uint8Array, path = BAD, mode = "100644") {
  const read = crm([...HEALTHY, aFile(path, content, mode)]);
  const isBad = ({ file }: { file: string }) => file === path;
  expect({ ...read, features: read.features.filter((feature) => !isBad(feature)), findings: [] }).toEqual(crm(HEALTHY));
  expect(read.findings.filter((finding) => !isBad(finding))).toEqual([]);
  for (const { message, line, column } of read.findings) {
    expect(message).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    expect(Math.min(line, column)).toBeGreaterThan(0);
  }
  return {
    feature: read.features.find(isBad),
    findings: read.findings.map(({ code, line, column }) => `${line}:${column} ${code}`),
  };
}

function header(lines: string): string {
  return `---\ntitle: Bad\n${lines}\n---\nText.\n`;
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index++) view.setUint16(index * 2, text.charCodeAt(index), littleEndian);
  return bytes;
}

function bytesOf(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...ENCODER.encode(part)] : part)));
}

const BOMB = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdefghi".split("").map((name, index) => {
    const inner = `*${"abcdefgh"[index]}`;
    return `${name}: &${name} [${Array(9).fill(inner).join(",")}]`;
  }),
].join("\n");

describe("a file of any bytes (F29)", () => {
  it.each<[string, string | Uint8Array, string[]]>([
    ["nothing", "", ["1:1 no-frontmatter"]],
    ["no header", "# Title\n", ["1:1 no-frontmatter"]],
    ["a blank line before the header", "\n---\ntitle: x\n---\n", ["1:1 no-frontmatter"]],
    ["a header in another language", "---js\n{ title: process.exit() }\n---\n", ["1:1 no-frontmatter"]],
    ["a header that is not closed", "---\ntitle: x\n\n# Body\n", ["1:1 unclosed-frontmatter"]],
    ["UTF-16 with a mark, little-endian", utf16("\uFEFF---\ntitle: x\n---\n", true), ["1:1 not-utf8"]],
    ["UTF-16 with a mark, big-endian", utf16("\uFEFF---\ntitle: x\n---\n", false), ["1:1 not-utf8"]],
    ["UTF-16 without a mark", utf16("---\ntitle: x\n---\n", true), ["1:2 nul-byte"]],
    ["a NUL", header("size: M\0"), ["3:8 nul-byte"]],
    ["50 MB", new Uint8Array(50 * 1024 * 1024).fill(45), ["1:1 too-large"]],
    ["a binary", Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0xff]), ["1:1 not-utf8"]],
    ["half of a surrogate pair", bytesOf("---\ntitle: ", [0xed, 0xa0, 0x80], "\n---\n"), ["1:1 not-utf8"]],
    ["an overlong encoding", bytesOf("---\ntitle: ", [0xc0, 0x80], "\n---\n"), ["1:1 not-utf8"]],
    ["half of a surrogate pair as an escape", header('agent: "\\ud800"'), ["3:8 bad-escape", "3:8 bad-reference"]],
    ["tabs as indentation", header("budget:\n\tusd: 3"), ["4:1 yaml-syntax"]],
    ["text turned around", header("scope: [\u202etxt.exe]"), ["3:9 bidi-control"]],
  ])("harms only itself with %s", (_, content, codes) => {
    expect(readBeside(content).findings).toEqual(codes);
  });

  const PLAIN = "---\ntitle: Bad 🚀\nscope: [a, b]\n---\n# Bad\n\n---\nstatus: done\n---\nText.\n";

  it.each([
    ["CRLF", PLAIN.replaceAll("\n", "\r\n")],
    ["CR", PLAIN.replaceAll("\n", "\r")],
    ["a byte order mark", `\uFEFF${PLAIN}`],
    ["no last line end", PLAIN.trimEnd()],
    [
      "spaces behind the fences",
      PLAIN.replaceAll("---\n", "--- \t\n").replace("---\n# Bad\n\n---", "---\n# Bad\n\n---"),
    ],
  ])("reads the same document with %s", (_, content) => {
    const [plain, other] = [readBeside(PLAIN), readBeside(content)];
    expect(other.findings).toEqual([]);
    const { blob, body, spec, ...same } = other.feature ?? { blob: "", body: "", spec: "" };
    expect(plain.feature).toMatchObject(same);
    expect(body.replace(/ \t\n/g, "\n")).toBe(plain.feature?.body);
    expect(plain.feature?.status).toBe("todo");
  });

  it.each([
    ["Schema", "bad-id"],
    ["e\u0301tape", "bad-id"],
    ["\u00e9tape", "bad-id"],
    ["sch\u0435ma", "bad-id"],
    ["-x", "bad-id"],
    ["x-", "bad-id"],
    ["a b", "bad-id"],
    ["a.b", "bad-id"],
    ["..", "bad-id"],
    ["a".repeat(64), "bad-id"],
    ["main", "reserved-id"],
    ["contract", "reserved-id"],
    ["q7", "reserved-id"],
  ])("says that a feature can't be named %j", (name, code) => {
    expect(readBeside("---\ntitle: x\n---\n", `${MILESTONE}/${name}.md`).findings).toEqual([`1:1 ${code}`]);
  });

  it("gives a document or findings for any bytes in any place, and never throws", () => {
    const yaml = fc.string({
      unit: fc.constantFrom(..."ab:: -\n\n \r#&*!|>[]{}'\",?%@`\t0é🚀~<".split("")),
      maxLength: 80,
    });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      yaml.map((text) => ENCODER.encode(`---\n${text}\n---\n${text}`)),
      yaml.map((text) => ENCODER.encode(`### VAL-A-001: x\n\`\`\`yaml verify\n${text}\n\`\`\`\n${text}`)),
    );
    const places = [
      "mission.md",
      "contract.md",
      "milestones/01-a/milestone.md",
      "milestones/01-a/schema.md",
      "agents/mailer.md",
    ];
    fc.assert(
      fc.property(content, fc.constantFrom(...places), (bytes, place) => {
        const path = `missions/crm/${place}`;
        const read = crm(HEALTHY.map((file) => (file.path === path ? aFile(path, bytes) : file)));
        expect(read.findings.filter(({ file }) => file !== path)).toEqual([]);
        expect(read).toEqual(JSON.parse(JSON.stringify(read)));
        expect(parseRepositoryFiles([aFile("missions/config.md", bytes)]).config.file).toBe("missions/config.md");
      }),
      { numRuns: 4000 },
    );
  });
});

describe("YAML that surprises (F30)", () => {
  it.each<[string, string, string[]]>([
    ["an alias bomb", BOMB, ["3:12 too-many-values"]],
    ["an alias of itself", "scope: &a [*a]", ["3:11 too-deep"]],
    ["20,000 lists in one another", `scope: ${"[".repeat(20_000)}${"]".repeat(20_000)}`, ["2:1 yaml-too-long"]],
    [
      "40 maps in one another",
      Array.from({ length: 40 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n"),
      ["36:34 too-deep"],
    ],
    ["a merge key", "budget: { <<: { usd: 3 } }", ["3:11 merge-key"]],
    ["a merge key with an alias", "a: &a { usd: 3 }\nbudget:\n  <<: *a", ["5:3 merge-key"]],
    ["a custom tag", "agent: !js/function x", ["3:21 custom-tag"]],
    ["a tag of another YAML", "agent: !!binary aGk=", ["3:17 custom-tag"]],
    ["a key that is there twice", "status: todo\nstatus: done", ["4:1 duplicate-key"]],
    ["a quoted key that is there twice", "status: todo\n'status': done", ["4:1 duplicate-key"]],
    ["a key that is a list", "? [a]\n: b", ["3:3 bad-key"]],
    ["an alias of nothing", "agent: *nobody", ["3:8 bad-alias"]],
    ["a syntax error", "scope: [a", ["4:1 yaml-syntax"]],
    ["a number beyond all numbers", "budget: { usd: 1e400 }", ["3:16 bad-value"]],
    ["infinity", "budget: { usd: .inf }", ["3:16 bad-value"]],
    ["no for a status", "status: no", ["3:9 bad-status"]],
    ["a date for a status", "status: 2026-12-24", ["3:9 bad-status"]],
    ["a status with an anchor", "status: &a todo", ["3:12 value-form"]],
    ["a status with a tag", "status: !!str todo", ["3:15 value-form"]],
    ["a status as a block of text", "status: |-\n  todo", ["3:9 value-form"]],
    ["a second document", "...\ntitle: y", ["4:1 yaml-syntax"]],
  ])("harms only its file with %s", (_, lines, codes) => {
    const { findings } = readBeside(header(lines));
    expect(findings.slice(0, codes.length)).toEqual(codes);
  });

  it.each([
    ["title: 2026-12-24", { title: "2026-12-24" }],
    ["title: 0o17", { title: "0o17" }],
    ["title: 1.10", { title: "1.10" }],
    ["title: no", { title: "no" }],
    ["title: 12:30", { title: "12:30" }],
    ["title: !!str 5", { title: "5" }],
    ["title: >-\n  two\n  lines", { title: "two lines" }],
    ["title: x\nscope: &a [b]\nfixes: *a", { scope: ["b"], fixes: ["b"] }],
    ["title: x\npriority: 0o2", { priority: 2 }],
    ["title: x\ndepends_on: schema", { dependsOn: ["schema"] }],
  ])("reads %j as YAML 1.2 has it, text as it is written", (lines, expected) => {
    const { feature, findings } = readBeside(`---\n${lines}\n---\n`);
    expect(findings).toEqual([]);
    expect(feature).toMatchObject(expected);
  });

  it("takes no more of the stack than there is", () => {
    const { findings } = readBeside(header(`scope: ${"[".repeat(7000)}${"]".repeat(7000)}`));
    expect(new Set(findings.map((finding) => finding.split(" ")[1]))).toEqual(new Set(["too-deep"]));
  });

  it("leaves the prototype of objects alone", () => {
    const lines =
      "__proto__: { polluted: 1 }\nconstructor: { prototype: { polluted: 1 } }\nbudget: { __proto__: { polluted: 1 } }";
    expect(readBeside(header(lines)).findings).toEqual(["3:1 unknown-key", "4:1 unknown-key", "5:11 unknown-key"]);
    const mission = `---\ntitle: x\nbudget: none\npreferences: { __proto__: { polluted: 1 } }\nmodels: { __proto__: x }\n---\n`;
    const read = crm([aFile("missions/crm/mission.md", mission)]);
    expect(JSON.stringify(read.mission?.preferences)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it("bounds what a contract of a thousand broken blocks costs", () => {
    const block = "```yaml verify\n[ , , , {a: b: *c\n```\n";
    const content = `### VAL-A-001: x\n${block.repeat(20_000)}`;
    const { contract, findings } = crm([aFile("missions/crm/contract.md", content)]);
    expect(contract).toHaveLength(1);
    expect(findings).toHaveLength(50);
  });

  it("shows at most fifty findings of a file, but always a secret's value", () => {
    const unknown = Array.from({ length: 200 }, (_, index) => `x${index}: 1`).join("\n");
    const mission = `---\ntitle: x\n${unknown}\nresources: [{ name: mail, secret: hunter2 }]\n---\n`;
    const { findings, mission: document } = crm([aFile("missions/crm/mission.md", mission)]);
    expect(findings).toHaveLength(51);
    expect(findings.at(-1)?.code).toBe("secret-value");
    expect(JSON.stringify([findings, document])).not.toContain("hunter2");
  });
});

describe("files that are no files (F32)", () => {
  it.each([
    ["120000", "link"],
    ["160000", "submodule"],
  ])("says that a feature of mode %s is a %s, and does not read it", (mode, code) => {
    const { feature, findings } = readBeside("---\ntitle: Linked\nstatus: done\n---\n", BAD, mode);
    expect(findings).toEqual([`1:1 ${code}`]);
    expect(feature).toMatchObject({ id: "bad", title: "bad", status: "todo" });
  });

  it("reads a file that is executable", () => {
    expect(readBeside("---\ntitle: x\n---\n", BAD, "100755").findings).toEqual([]);
  });

  it.each([
    "missions/crm",
    "missions/crm/milestones",
    "missions/crm/milestones/02-b",
    "missions/crm/agents",
    "missions/crm/mission.md",
  ])("says that %s is a link", (path) => {
    const { findings } = crm([aFile(path, "../elsewhere", "120000")]);
    expect(findings).toMatchObject([{ file: path, severity: "error", code: "link" }]);
  });

  it("says that a name is not written as the format has it", () => {
    const files = ["Mission.md", "CONTRACT.md", "Milestones/01-a/x.md"].map((name) =>
      aFile(`missions/crm/${name}`, ""),
    );
    expect(crm(files).findings.map(({ code, expected }) => `${code} ${expected}`)).toEqual([
      "bad-name mission.md",
      "bad-name contract.md",
      "bad-name milestones",
    ]);
  });

  it("says that markdown lies where no document is looked for", () => {
    const files = ["milestones/notes.md", "milestones/01-a/more/x.md"].map((name) => aFile(`missions/crm/${name}`, ""));
    expect(crm(files).findings).toMatchObject([{ code: "stray-file", severity: "warning" }, { code: "stray-file" }]);
  });
});
