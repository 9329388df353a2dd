import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { bringGeminiSession } from "../../../../src/doors/runtimes/acp/sessions/gemini.ts";
import { bringOpenCodeSession, readOpenCodeSpent } from "../../../../src/doors/runtimes/acp/sessions/opencode.ts";
import { bringQwenSession } from "../../../../src/doors/runtimes/acp/sessions/qwen.ts";

const SESSION = "8da6a19c-7e14-45df-b1ad-83ddde80228b";
const OTHER = "8da6a19c-0000-45df-b1ad-83ddde80228b";

function aHome(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), "home-"));
  Object.entries(files).forEach(([name, text], index) => {
    const file = join(home, ".gemini/tmp", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    utimesSync(file, 1000 + index, 1000 + index);
  });
  return home;
}

const head = (session: string): string => `{"sessionId":"${session}","kind":"main"}\n`;
const bring = (home: string): void =>
  bringGeminiSession({ HOME: home }, { session: SESSION, workspace: "/runs/two/workspace", run: "hello-2-abc" });

test("the last copy of a conversation with Gemini is laid where the next workspace looks for it", () => {
  const home = aHome({
    "workspace/.project_root": "/runs/one/workspace",
    "workspace/chats/session-2026-11-20T16-51-8da6a19c.jsonl": `${head(SESSION)}old\n`,
    "workspace-1/chats/session-2026-11-20T16-52-8da6a19c.jsonl": `${head(SESSION)}new\n`,
    "workspace-2/chats/session-2026-11-20T16-53-8da6a19c.jsonl": `${head(OTHER)}other\n`,
    "workspace-2/logs.json": "[]",
  });
  bring(home);
  const own = join(home, ".gemini/tmp/hello-2-abc");
  expect(readFileSync(join(own, ".project_root"), "utf8")).toBe("/runs/two/workspace");
  expect(readFileSync(join(own, "chats/session-hello-2-abc-8da6a19c.jsonl"), "utf8")).toBe(`${head(SESSION)}new\n`);
});

test("a folder that Gemini has for the workspace already is taken", () => {
  const home = aHome({
    "workspace/chats/session-1-8da6a19c.jsonl": head(SESSION),
    "workspace-1/.project_root": "/runs/two/workspace\n",
  });
  bring(home);
  expect(readdirSync(join(home, ".gemini/tmp/workspace-1/chats"))).toEqual(["session-hello-2-abc-8da6a19c.jsonl"]);
});

test.each([[{}], [{ "workspace/chats/session-1-8da6a19c.jsonl": head(OTHER) }]])(
  "where the conversation is not known nothing is laid: %j",
  (files) => {
    const home = aHome(files);
    bring(home);
    expect(existsSync(join(home, ".gemini/tmp/hello-2-abc"))).toBe(false);
  },
);

const TOKENS = { input: 900, output: 200, reasoning: 100, cache: { read: 50, write: 100 } };
const SPENT = { usd: 0.25, tokens: { input: 1000, output: 300, cached: 50 } };

function anOpenCode(directory: string) {
  const asked: string[][] = [];
  const file = join(mkdtempSync(join(tmpdir(), "oc-")), "session");
  let brought = "";
  const runAgent = async (args: readonly string[]): Promise<string> => {
    asked.push([...args]);
    if (args[0] === "import") brought = readFileSync(file, "utf8");
    return args[0] === "export" ? JSON.stringify({ info: { directory, cost: 0.25, tokens: TOKENS } }) : "";
  };
  return { asked, file, runAgent, brought: () => brought };
}

test("a conversation with OpenCode comes along by its own export and import, and what it cost and used is known", async () => {
  const { asked, file, runAgent, brought } = anOpenCode("/runs/one/workspace");
  const given = { session: "ses_1", workspace: "/runs/two/workspace", file };
  expect(await bringOpenCodeSession(runAgent, given)).toEqual(SPENT);
  expect(asked).toEqual([
    ["export", "ses_1"],
    ["import", file],
  ]);
  expect(JSON.parse(brought())).toMatchObject({ info: { cost: 0.25 } });
  expect(existsSync(file)).toBe(false);
});

test("one that is in the workspace already stays as it is", async () => {
  const { asked, file, runAgent } = anOpenCode("/runs/two/workspace");
  await bringOpenCodeSession(runAgent, { session: "ses_1", workspace: "/runs/two/workspace", file });
  expect(asked).toEqual([["export", "ses_1"]]);
});

test("what a conversation with OpenCode used is read without moving it", async () => {
  const { asked, runAgent } = anOpenCode("/runs/one/workspace");
  expect(await readOpenCodeSpent(runAgent, "ses_1")).toEqual(SPENT);
  expect(asked).toEqual([["export", "ses_1"]]);
});

test("a conversation with Qwen Code is laid where the next workspace looks for it, as one of that folder", () => {
  const home = mkdtempSync(join(tmpdir(), "home-"));
  const at = (folder: string): string => join(home, ".qwen/projects", folder, "chats", `${SESSION}.jsonl`);
  mkdirSync(dirname(at("-runs-one")), { recursive: true });
  writeFileSync(at("-runs-one"), `{"type":"user","cwd":"/runs/one"}\n{"type":"assistant","cwd":"/runs/one"}\nbroken\n`);
  expect(bringQwenSession({ HOME: home }, { session: SESSION, folder: "/runs/two" })).toBe(true);
  expect(readFileSync(at("-runs-two"), "utf8")).toBe(
    `{"type":"user","cwd":"/runs/two"}\n{"type":"assistant","cwd":"/runs/two"}\nbroken\n`,
  );
  expect(bringQwenSession({ HOME: home }, { session: OTHER, folder: "/runs/two" })).toBe(false);
  expect(bringQwenSession({ QWEN_HOME: join(home, ".qwen") }, { session: SESSION, folder: "/runs/3" })).toBe(true);
});
