import { expect, test } from "vitest";
import { parseRole } from "../../src/format/documents/role.ts";
import { rolesByName } from "../../src/model/roles.ts";
import { aFile } from "../format/source-files.ts";

const BUILTIN = parse(
  "agents/reviewer.md",
  "---\ndescription: Judges.\nmodel: standard\nautonomy: intern\ntools: [read, bash]\nlimits: { minutes: 30 }\n---\nLook closely.\n",
);

function parse(path: string, text: string) {
  return parseRole(aFile(path, text)).document;
}

function reviewer(text: string) {
  return rolesByName([BUILTIN], [parse("missions/agents/reviewer.md", text)]).get("reviewer");
}

test("a file with one key changes that key of the built-in role and nothing else", () => {
  expect(reviewer("---\nruntime: codex\n---\n")).toMatchObject({
    runtime: "codex",
    description: "Judges.",
    model: "standard",
    autonomy: "intern",
    tools: ["read", "bash"],
    limits: { minutes: 30, usdPerRun: null },
    body: "Look closely.",
    file: "missions/agents/reviewer.md",
  });
});

test("what a file says holds, also when it says what the default is", () => {
  expect(reviewer("---\nautonomy: specialist\ntools: []\nlimits: { usd_per_run: 1 }\n---\nBe quick.\n")).toMatchObject({
    autonomy: "specialist",
    tools: [],
    limits: { minutes: 30, usdPerRun: 1 },
    body: "Be quick.",
  });
});

test("a role of a name that is not built in stands alone, and later places go before earlier ones", () => {
  const writer = parse("missions/agents/skeptic.md", "---\nmodel: thinking\n---\nDoubt.\n");
  const draft = parse("missions/crm/agents/skeptic.md", "---\nautonomy: lead\n---\nDoubt more.\n");
  const roles = rolesByName([BUILTIN], [writer], [draft]);
  expect(roles.get("skeptic")).toBe(draft);
  expect(roles.get("reviewer")).toBe(BUILTIN);
});
