import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bringSession } from "../../../src/doors/runtimes/claude-session.ts";
import { readCodexSession } from "../../../src/doors/runtimes/codex-session.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";

const SESSION = "660952c1-05bf-41a4-a601-7ddfe45a84ca";

function write(file: string, text: string): void {
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
}

test("a conversation of Claude Code is found in another folder, as it was last", () => {
  const home = temporaryFolder("home");
  const at = (folder: string) => join(home, ".claude/projects", folder, `${SESSION}.jsonl`);
  write(at("-runs-a-1-workspace"), "one\n");
  utimesSync(at("-runs-a-1-workspace"), 1_000, 1_000);
  write(at("-runs-a-2-workspace"), "one\ntwo\n");
  expect(bringSession({ HOME: home }, { session: SESSION, folder: "/runs/a.3/workspace" })).toBe(true);
  expect(readFileSync(at("-runs-a-3-workspace"), "utf8")).toBe("one\ntwo\n");
});

test.each([
  ["that is gone", SESSION],
  ["whose name would lead elsewhere", "../../x"],
])("a conversation %s is not taken up", (_title, session) => {
  const home = temporaryFolder("home");
  expect(bringSession({ HOME: home }, { session, folder: "/work" })).toBe(false);
  expect(existsSync(join(home, ".claude"))).toBe(false);
  expect(bringSession({}, { session, folder: "/work" })).toBe(false);
});

test("Codex notes its version and the model of the last turn", () => {
  const home = temporaryFolder("home");
  const lines = [
    { type: "session_meta", payload: { id: SESSION, cli_version: "0.169.0" } },
    { type: "turn_context", payload: { model: "gpt-5.1-codex" } },
    { type: "turn_context", payload: { model: "gpt-6.1-sol" } },
  ];
  const file = join(home, ".codex/sessions/2026/11/20", `rollout-2026-11-20T16-20-05-${SESSION}.jsonl`);
  write(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  expect(readCodexSession({ HOME: home }, SESSION)).toEqual({ version: "0.169.0", model: "gpt-6.1-sol" });
  const elsewhere = { CODEX_HOME: temporaryFolder("codex") };
  expect(readCodexSession(elsewhere, SESSION)).toEqual({ version: null, model: null });
});
