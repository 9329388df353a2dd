import { appendFileSync, existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bringSession } from "../../../../src/doors/runtimes/claude/session.ts";
import { followCodexSession, hasCodexSession } from "../../../../src/doors/runtimes/codex/session.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

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

test("an empty conversation, as a machine that went down leaves one, is not taken up", () => {
  const home = temporaryFolder("home");
  write(join(home, ".claude/projects/-runs-a-1-workspace", `${SESSION}.jsonl`), "");
  expect(bringSession({ HOME: home }, { session: SESSION, folder: "/runs/a.2/workspace" })).toBe(false);
  const rollout = join(home, ".codex/sessions/2026/11/20", `rollout-2026-11-20T16-20-05-${SESSION}.jsonl`);
  write(rollout, "");
  expect(hasCodexSession({ HOME: home }, SESSION)).toBe(false);
  write(rollout, "{}\n");
  expect(hasCodexSession({ HOME: home }, SESSION)).toBe(true);
});

/** Notes a line after the others of a conversation; answers what is known of it then. */
function aCodexSession() {
  const home = temporaryFolder("home");
  const file = join(home, ".codex/sessions/2026/11/20", `rollout-2026-11-20T16-20-05-${SESSION}.jsonl`);
  write(file, "");
  const look = followCodexSession({ HOME: home });
  return {
    home,
    note(line: object | string) {
      appendFileSync(file, typeof line === "string" ? line : `${JSON.stringify(line)}\n`);
      return look(SESSION);
    },
  };
}

const used = (input: number, cached: number, output: number) => ({
  input_tokens: input,
  cached_input_tokens: cached,
  output_tokens: output,
});

test("Codex notes its version and the model of the last turn", () => {
  const { home, note } = aCodexSession();
  note({ type: "session_meta", payload: { id: SESSION, cli_version: "0.169.0" } });
  note({ type: "turn_context", payload: { model: "gpt-5.1-codex" } });
  const known = { version: "0.169.0", model: "gpt-6.1-sol", tokens: null };
  expect(note({ type: "turn_context", payload: { model: "gpt-6.1-sol" } })).toEqual(known);
  expect(followCodexSession({ HOME: home })(SESSION)).toEqual(known);
  const elsewhere = { CODEX_HOME: temporaryFolder("codex") };
  expect(followCodexSession(elsewhere)(SESSION)).toEqual({ version: null, model: null, tokens: null });
});

test("Codex notes after each answer what the conversation has used, each version in its own words", () => {
  const { note } = aCodexSession();
  const record = {
    type: "token_usage_record",
    payload: { usage: used(1, 1, 1), thread_token_usage: used(1200, 200, 300) },
  };
  expect(note(record).tokens).toEqual({ input: 1000, output: 300, cached: 200 });
  const count = {
    type: "token_count",
    info: { total_token_usage: used(2400, 400, 600), last_token_usage: used(1, 1, 1) },
  };
  expect(note({ type: "event_msg", payload: count }).tokens).toEqual({ input: 2000, output: 600, cached: 400 });
  expect(note({ type: "event_msg", payload: { type: "token_count", info: null } }).tokens?.output).toBe(600);
});

test("what a tool of Codex prints is no note of Codex, and half a line is none yet", () => {
  const { note } = aCodexSession();
  const line = JSON.stringify({ type: "token_usage_record", payload: { thread_token_usage: used(5, 0, 5) } });
  expect(note({ type: "response_item", payload: { output: line } }).tokens).toBeNull();
  expect(note(line.slice(0, 60)).tokens).toBeNull();
  expect(note(`${line.slice(60)}\n`).tokens).toEqual({ input: 5, output: 5, cached: 0 });
});
