import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerClaude } from "../../../../src/doors/runtimes/claude/permissions.ts";
import type { WorkerEvent } from "../../../../src/doors/runtimes/driver.ts";
import type { PermissionDecision, PermissionRequest } from "../../../../src/model/permission.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

function ask(
  request: object,
  decision: PermissionDecision["decision"] = "allowed",
  workspace = temporaryFolder("work"),
  env: Readonly<Record<string, string>> = {},
) {
  const requests: PermissionRequest[] = [];
  const events: WorkerEvent[] = [];
  const denied = new Set<string>();
  const judge = (asked: PermissionRequest): PermissionDecision => {
    requests.push(asked);
    return { decision, because: "of the test" };
  };
  const line = JSON.stringify({ type: "control_request", request_id: "r1", request });
  const answer = answerClaude(line, { judge, onEvent: (event) => events.push(event), workspace, env }, denied);
  return { answer: JSON.parse(answer ?? "null"), request: requests[0], events, denied };
}

const BASH = { subtype: "can_use_tool", tool_name: "Bash", input: { command: "git push" }, tool_use_id: "t1" };

test("an allowed tool is answered with its input, and told", () => {
  const { answer, request, events, denied } = ask(BASH);
  expect(answer).toEqual({
    type: "control_response",
    response: { subtype: "success", request_id: "r1", response: { behavior: "allow", updatedInput: BASH.input } },
  });
  expect(request).toEqual({
    tool: "shell",
    command: "git push",
    isBackground: false,
    paths: [],
    host: null,
    title: "Bash",
  });
  expect(events).toEqual([
    { kind: "permission", tool: "Bash", text: "git push", decision: "allowed", because: "of the test" },
  ]);
  expect([...denied]).toEqual([]);
});

test("a denied one is told why, and is not told as denied again", () => {
  const { answer, denied } = ask(BASH, "denied");
  expect(answer.response.response).toEqual({ behavior: "deny", message: "of the test" });
  expect([...denied]).toEqual(["t1"]);
});

test("paths are named as the policy reads them, through links that lead elsewhere", () => {
  const outside = temporaryFolder("outside");
  const workspace = temporaryFolder("work");
  mkdirSync(join(workspace, "src"));
  symlinkSync(outside, join(workspace, "link"));
  const pathsOf = (file_path: string) =>
    ask({ subtype: "can_use_tool", tool_name: "Write", input: { file_path } }, "allowed", workspace).request?.paths;
  expect(pathsOf(join(workspace, "src/a.ts"))).toEqual(["src/a.ts"]);
  expect(pathsOf(join(workspace, "link/a.ts"))).toEqual([join(outside, "a.ts")]);
  expect(pathsOf("/etc/hosts")).toEqual(["/etc/hosts"]);
  expect(pathsOf("../a")?.[0]).toMatch(/^\/.*\/a$/);
});

test("addresses have a host; other tools have their name", () => {
  const fetching = ask({
    subtype: "can_use_tool",
    tool_name: "WebFetch",
    input: { url: "https://example.com:8443/x" },
  });
  expect(fetching.request).toMatchObject({ tool: "fetch", host: "example.com:8443" });
  expect(ask({ subtype: "can_use_tool", tool_name: "mcp__db__drop", input: {} }).request).toMatchObject({
    tool: "other",
    title: "mcp__db__drop",
  });
});

test("what goes on in the background says so", () => {
  const input = { command: "npm start", run_in_background: true };
  expect(ask({ ...BASH, input }).request).toMatchObject({ command: "npm start", isBackground: true });
});

test("what it noted about this folder is its own to read, and nothing beside it", () => {
  const [home, workspace] = [temporaryFolder("home"), temporaryFolder("work")];
  const notes = `${home}/.claude/projects/${realpathSync(workspace).replace(/[^A-Za-z0-9]/g, "-")}`;
  const reading = (file_path: string) =>
    ask({ subtype: "can_use_tool", tool_name: "Read", input: { file_path } }, "denied", workspace, { HOME: home });
  expect(reading(`${notes}/x/output.txt`).answer.response.response).toMatchObject({ behavior: "allow" });
  for (const path of [`${notes}/../other/a.jsonl`, `${home}/.claude/settings.json`, `${notes}-2/a`])
    expect(reading(path).answer.response.response).toMatchObject({ behavior: "deny" });
});

test("other lines ask nothing; other requests are answered too, or it would wait for ever", () => {
  const start = { onEvent: () => {}, workspace: "/", env: {} };
  expect(answerClaude('{"type":"assistant"}', start, new Set())).toBeNull();
  expect(answerClaude('"control_request"', start, new Set())).toBeNull();
  expect(ask({ subtype: "hook_callback" }).answer).toMatchObject({ response: { subtype: "error", request_id: "r1" } });
});
