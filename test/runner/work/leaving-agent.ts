/** An agent that deletes its workspace, names files in it, and stays. `node leaving-agent.ts KIND` */

import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

const [kind = ""] = process.argv.slice(2);
const SESSION = "660952c1-05bf-41a4-a601-7ddfe45a84ca";
const workspace = process.cwd();
/** Paths that are none, too. */
const PATHS = ["a.ts", "no\0path", "x/".repeat(5000), "/"];

const print = (line: object): void => console.log(JSON.stringify(line));
const leave = (): void => rmSync(workspace, { recursive: true, force: true });

function claude(): void {
  print({ type: "system", subtype: "init", session_id: SESSION, model: "m", claude_code_version: "1.2.3" });
  createInterface({ input: process.stdin }).once("line", () => {
    leave();
    PATHS.forEach((file_path, index) => {
      const request = { subtype: "can_use_tool", tool_name: "Write", input: { file_path }, tool_use_id: `t${index}` };
      print({ type: "control_request", request_id: `r${index}`, request });
    });
  });
}

function codex(): void {
  leave();
  print({ type: "thread.started", thread_id: SESSION });
  for (const path of PATHS)
    print({ type: "item.completed", item: { id: path, type: "file_change", changes: [{ path }] } });
}

function acp(): void {
  const send = (message: object): void => print({ jsonrpc: "2.0", ...message });
  const answers: Record<string, object> = {
    initialize: { protocolVersion: 1, agentInfo: { name: "Leaving", version: "1.2.3" } },
    "session/new": { sessionId: SESSION },
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    if (method !== "session/prompt")
      return id !== undefined && answers[method] && send({ id, result: answers[method] });
    leave();
    PATHS.forEach((path, index) => {
      const call = { toolCallId: `t${index}`, kind: "edit", title: "Write", locations: [{ path }] };
      send({
        method: "session/update",
        params: { sessionId: SESSION, update: { sessionUpdate: "tool_call", ...call } },
      });
      const params = { sessionId: SESSION, toolCall: call, options: [] };
      send({ id: 100 + index, method: "session/request_permission", params });
      send({ id: 200 + index, method: "fs/write_text_file", params: { sessionId: SESSION, path, content: "x" } });
    });
    return undefined;
  });
}

const kinds: Record<string, () => void> = { claude, codex, acp, command: leave };
kinds[kind]?.();
setInterval(() => {}, 60_000);
