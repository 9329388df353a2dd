import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProcesses } from "../../../../src/doors/processes-system.ts";
import { acpDriver } from "../../../../src/doors/runtimes/acp/acp.ts";
import type { RunningWorker, WorkerEvent, WorkerExit, WorkerStart } from "../../../../src/doors/runtimes/driver.ts";
import type { PermissionRequest } from "../../../../src/model/permission.ts";
import type { Order } from "../../../../src/model/run.ts";
import { best } from "../../../helpers/containments.ts";
import { waitFor } from "../../../helpers/wait.ts";
import { anOrder, aRuntime } from "../../../runner/orders.ts";

const AGENT = join(import.meta.dirname, "scripted-agent.ts");
const TIMES = { startMs: 20_000, leaveMs: 200, cancelMs: 200 };

interface Given extends Partial<Pick<WorkerStart, "judge">> {
  /** What is new for a conversation that goes on. */
  news?: string;
  args?: readonly string[];
  order?: Partial<Pick<Order, "session" | "model" | "tier">>;
  times?: Partial<typeof TIMES>;
  /** Makes the workspace. */
  files?: Readonly<Record<string, string>>;
}

interface Started {
  worker: RunningWorker;
  events: WorkerEvent[];
  workspace: string;
  folder: string;
}

function start(scene: string, { args = [], order = {}, times = {}, files = {}, news, ...more }: Given = {}): Started {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "acp-")));
  const workspace = join(folder, "workspace");
  mkdirSync(workspace);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  writeFileSync(join(folder, "prompt.md"), "Do it.\n");
  if (news !== undefined) writeFileSync(join(folder, "resume.md"), news);
  writeFileSync(join(folder, ".bashrc"), "echo a shell of the person\n");
  const events: WorkerEvent[] = [];
  const runtime = aRuntime([process.execPath, AGENT, scene, ...args], { kind: "acp" });
  const driver = acpDriver({ processes: makeProcesses(), containment: best }, { ...TIMES, ...times });
  const worker = driver.start({
    order: anOrder({ runtime, ...order }),
    workspace,
    env: { PATH: process.env.PATH ?? "", HOME: folder },
    promptFile: join(folder, "prompt.md"),
    resumeFile: join(folder, "resume.md"),
    handoffFile: join(folder, "handoff.md"),
    onEvent: (event) => events.push(event),
    ...more,
  });
  return { worker, events, workspace, folder };
}

async function play(scene: string, given: Given = {}): Promise<Started & { exit: WorkerExit }> {
  const started = start(scene, given);
  return { ...started, exit: await started.worker.end };
}

const said = (text: string): WorkerEvent => ({ kind: "text", text, dropped: 0, mayBeSignal: false });
const only = <K extends WorkerEvent["kind"]>(events: readonly WorkerEvent[], kind: K) =>
  events.filter((event): event is WorkerEvent & { kind: K } => event.kind === kind);
/** No model answered. */
const FREE: WorkerEvent = { kind: "cost", usd: 0, source: "reported" };
const last = (events: readonly WorkerEvent[]): string => only(events, "done")[0]?.text ?? "";

test("a turn: thoughts and messages in whole lines, each tool once, what it cost, and its last message alone as the answer", async () => {
  const { events, exit } = await play("turn");
  expect(events).toEqual([
    { kind: "session", id: "session-1", program: "Scripted 1.2.3", model: "fake/small" },
    said("Let me see."),
    said("DONE: not so"),
    said("I will write it."),
    said("DONE: too early"),
    { kind: "tool", name: "shell", text: "git commit -qm x" },
    { kind: "waits" },
    { kind: "tool", name: "read", text: "a.txt" },
    said("failed: no such file"),
    { kind: "waits" },
    { kind: "cost", usd: 0.5, source: "reported" },
    said("All done."),
    said("DONE: said hello"),
    { kind: "usage", input: 1000, output: 300, cached: 200 },
    { kind: "done", text: "All done.\nDONE: said hello" },
  ]);
  expect(exit).toEqual({ exitCode: 0, signal: null, spawnError: null });
});

test("nothing of the person's shell is carried out before an agent that is spoken to", async () => {
  const { events } = await play("turn");
  expect(JSON.stringify(events)).not.toContain("a shell of the person");
});

test("an agent that chose its model by itself names it at the end", async () => {
  const { events } = await play("quota", { args: ["models"] });
  expect(only(events, "session").map(({ model }) => model)).toEqual(["auto", "large-2"]);
  expect(only(events, "usage")).toEqual([{ kind: "usage", input: 30, output: 9, cached: 0 }]);
});

test("what steps used is told as it goes, and at the end only what they did not tell", async () => {
  const { events } = await play("steps");
  const usage = (input: number, output: number, cached: number) => ({ kind: "usage", input, output, cached });
  expect(only(events, "usage")).toEqual([usage(1000, 300, 200), usage(1000, 300, 200), usage(1000, 300, 200)]);
  expect(last(events)).toBe("DONE: counted");
});

test("what is no message of the protocol is shown, and the turn goes on", async () => {
  const { events, exit } = await play("malformed");
  const texts = only(events, "text").map(({ text }) => text);
  for (const line of ["no JSON at all", "[1,2]", "4711", '"1.0"', "vendor/news", '"id":{}', "from_the_future"])
    expect(texts.some((text) => text.includes(line))).toBe(true);
  expect(last(events)).toContain("DONE: through all of it");
  expect(exit.exitCode).toBe(0);
});

test("a line that is too long is cut and passed over", async () => {
  const { events } = await play("longLine");
  expect(only(events, "text").find(({ dropped }) => dropped > 0)?.text.length).toBeLessThan(1000);
  expect(last(events)).toBe("DONE: after the line");
});

test.each([
  ["refuse", [], { code: "provider", text: expect.stringContaining("Invalid auth method") }, 41],
  ["vanish", ["0"], { code: "other", text: expect.stringContaining("before its turn was over (exit code 0)") }, 1],
  ["future", [], { code: "provider", text: expect.stringContaining("version 7") }, 1],
  [
    "signedOut",
    [],
    { code: "provider", needs: "sign-in", text: "Authentication required: sign in with it first (Use a key)" },
    1,
  ],
  ["stop", ["refusal"], { code: "other", text: expect.stringContaining("refusal") }, 1],
  ["stop", ["max_tokens"], { code: "other", text: expect.stringContaining("max tokens") }, 1],
  ["stop", ["max_turn_requests"], { code: "other", text: expect.stringContaining("max turn requests") }, 1],
  ["stop", ["cancelled"], { code: "other", text: expect.stringContaining("cancelled") }, 1],
  ["stop", [], { code: "other", text: expect.stringContaining("does not say why") }, 1],
  ["error", ['{"code":-32603,"message":"Internal error"}'], { code: "other", text: "Internal error" }, 1],
  ["error", ['{"code":429,"message":"Resource exhausted"}'], { code: "quota" }, 1],
  [
    "error",
    ['{"code":-32603,"message":"Internal error","data":{"details":"status code 401"}}'],
    { code: "provider" },
    1,
  ],
])("%s %j is an error, and no success", async (scene, args, error, exitCode) => {
  const { events, exit } = await play(scene, { args });
  expect(events.at(-1)).toMatchObject({ kind: "error", ...error });
  expect(only(events, "done")).toEqual([]);
  expect(exit).toMatchObject({ exitCode, spawnError: null });
});

test("what is spent is not known where a model answered and the turn failed then", async () => {
  const failure = { code: 500, message: '{"error":{"code":500,"message":"overheated"}}' };
  const early = await play("error", { args: [JSON.stringify(failure)] });
  expect(early.events.slice(1)).toEqual([
    FREE,
    { kind: "error", code: "provider", text: "overheated (code 500)", until: null },
  ]);
  const late = await play("error", { args: [JSON.stringify(failure), "late"] });
  expect(late.events.slice(1, -1)).toEqual([said("working")]);
});

test.each([
  ['level=ERROR message="stream error" modelID=m error.error="AI_APICallError: Rate limit reached."', true],
  ["Attempt 2 failed with status 429. Retrying with backoff... _ApiError: Rate limit reached.", true],
  ["Attempt 1 failed: You exceeded your current quota. Rate limit reached.", true],
  ["Attempt 2 failed with status 500. Retrying with backoff... _ApiError: overheated", false],
  ["Attempt 2 failed. Retrying with backoff... Error: exception TypeError: fetch failed sending request", false],
])("that its provider refuses is told where only what it prints says so: %s", async (line, isQuota) => {
  const { events } = await play("log", { args: [line] });
  expect(events.slice(1, 3)).toEqual([{ kind: "retry", text: expect.any(String), isQuota }, said("other")]);
});

test("a turn that is cancelled before a model has answered costs nothing", async () => {
  const started = start("wait");
  await waitFor("it has its session", () => started.events.length > 0);
  started.worker.stop(5_000);
  await started.worker.end;
  expect(only(started.events, "cost")).toEqual([FREE]);
});

test("a quota that tells when it ends is held back until then", async () => {
  const before = Date.now();
  const message = "Quota exceeded. Please retry in 34.5s.";
  const { events } = await play("error", { args: [JSON.stringify({ code: 429, message })] });
  const [error] = only(events, "error");
  expect(error?.code).toBe("quota");
  expect((error?.until ?? 0) - before).toBeGreaterThanOrEqual(34_500);
});

test("an agent that never says hello is given up, and ended", async () => {
  const { events, exit } = await play("hang", { times: { startMs: 500 } });
  expect(events).toEqual([
    FREE,
    { kind: "error", code: "provider", text: "it was not ready within 0.5 seconds", until: null },
  ]);
  expect(exit.exitCode).not.toBe(0);
});

test("a program that is not there is told as such", async () => {
  const driver = acpDriver({ processes: makeProcesses(), containment: best }, TIMES);
  const { worker, events } = start("turn");
  await worker.end;
  const count = events.length;
  const runtime = aRuntime(["no-such-agent"], { kind: "acp" });
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "acp-")));
  writeFileSync(join(folder, "prompt.md"), "");
  const missing = driver.start({
    order: anOrder({ runtime }),
    workspace: folder,
    env: { PATH: process.env.PATH ?? "" },
    promptFile: join(folder, "prompt.md"),
    handoffFile: join(folder, "handoff.md"),
    onEvent: (event) => events.push(event),
  });
  expect((await missing.end).spawnError).toContain("no-such-agent");
  expect(events.slice(count)).toEqual([FREE]);
});

const OPTIONS = ["allow_always", "allow_once", "reject_always", "reject_once"].map((kind) => ({
  kind,
  optionId: kind,
}));
const shell = { title: "Run it", kind: "execute", rawInput: { command: ["bash", "-c", "git push"] } };

test.each([
  ["allowed", "allow_once"],
  ["denied", "reject_once"],
] as const)("a judge's word is the agent's answer: %s", async (decision, optionId) => {
  const requests: unknown[] = [];
  const { events } = await play("permission", {
    args: [JSON.stringify({ toolCall: shell, options: OPTIONS })],
    judge(request) {
      requests.push(request);
      return { decision, because: "the rules say so" };
    },
  });
  expect(requests).toEqual([
    { tool: "shell", command: "bash -c 'git push'", isBackground: false, paths: [], host: null, title: "Run it" },
  ]);
  expect(events.slice(1, 3)).toEqual([
    { kind: "tool", name: "shell", text: "bash -c 'git push'" },
    { kind: "permission", tool: "shell", text: "bash -c 'git push'", decision, because: "the rules say so" },
  ]);
  expect(JSON.parse(last(events))).toEqual({ outcome: { outcome: "selected", optionId } });
});

test.each([
  [{ workdir: "~/.ssh" }, "cd ~/.ssh && cat id_rsa"],
  [{ cwd: "/etc/a b" }, "cd '/etc/a b' && cat id_rsa"],
  [{ dir_path: "packages/api" }, "cd packages/api && cat id_rsa"],
  [{ directory: "../.." }, /^cd \/\S* && cat id_rsa$/],
  [{ workdir: "." }, "cat id_rsa"],
])("a command is judged in the folder that it runs in: %j", async (where, command) => {
  const requests: PermissionRequest[] = [];
  const toolCall = { title: "Run it", kind: "execute", rawInput: { command: "cat id_rsa", ...where } };
  await play("permission", {
    args: [JSON.stringify({ toolCall, options: OPTIONS })],
    judge(request) {
      requests.push(request);
      return { decision: "denied", because: "the rules say so" };
    },
  });
  expect(requests[0]?.command).toMatch(command);
});

test.each([
  ["a file of the workspace", { kind: "edit", rawInput: { file_path: "a.txt" } }, "allowed", ["a.txt"]],
  ["the handoff", { kind: "edit", locations: [{ path: "../handoff.md" }] }, "allowed", null],
  ["a file elsewhere", { kind: "edit", content: [{ type: "diff", path: "/etc/motd" }] }, "denied", ["/etc/motd"]],
  ["a way out", { kind: "read", rawInput: { path: "../../secret" } }, "denied", null],
  ["a way out by a link", { kind: "edit", rawInput: { path: "out/x" } }, "denied", null],
  ["an address", { kind: "fetch", rawInput: { url: "https://docs.example/page" } }, "allowed", []],
] as const)(
  "without a judge what stays in the workspace is allowed once: %s",
  async (_name, toolCall, decision, paths) => {
    const given = { args: [JSON.stringify({ toolCall, options: OPTIONS })] };
    const started = start("permission", given);
    symlinkSync(tmpdir(), join(started.workspace, "out"));
    await started.worker.end;
    const [permission] = only(started.events, "permission");
    expect(permission?.decision).toBe(decision);
    if (paths?.length) expect(permission?.text).toBe(paths.join(", "));
    const optionId = decision === "allowed" ? "allow_once" : "reject_once";
    expect(JSON.parse(last(started.events))).toEqual({ outcome: { outcome: "selected", optionId } });
  },
);

test.each([
  [["allow_always", "reject_once"], { outcome: "selected", optionId: "reject_once" }],
  [["reject_once"], { outcome: "selected", optionId: "reject_once" }],
  [["allow_always"], { outcome: "cancelled" }],
])("nothing is allowed for ever: %j", async (kinds, outcome) => {
  const options = kinds.map((kind) => ({ kind, optionId: kind }));
  const { events } = await play("permission", { args: [JSON.stringify({ toolCall: shell, options })] });
  expect(JSON.parse(last(events))).toEqual({ outcome });
});

test.each(["allowed", "denied"] as const)(
  "what a judge says of a file elsewhere holds for writing it: %s",
  async (decision) => {
    const requests = [{ method: "write", path: "../elsewhere/a.txt", content: "a\n" }];
    const started = start("files", {
      args: [JSON.stringify(requests)],
      judge: () => ({ decision, because: "the rules say so" }),
    });
    await started.worker.end;
    const file = join(started.folder, "elsewhere/a.txt");
    expect(existsSync(file)).toBe(decision === "allowed");
    expect(only(started.events, "tool").map(({ text }) => text)).toEqual(decision === "allowed" ? [file] : []);
    expect(only(started.events, "permission")).toHaveLength(decision === "allowed" ? 0 : 1);
  },
);

test("what it has written for it stays in the workspace, and each write is seen", async () => {
  const requests = [
    { method: "write", path: "new/a.txt", content: "a\n" },
    { method: "write", path: "../outside.txt", content: "x" },
    { method: "write", path: "link/x.txt", content: "x" },
    { method: "write", path: "dangling", content: "x" },
    { method: "write", path: "pipe", content: "x" },
    { method: "write", path: "big.txt", content: "x".repeat(4 * 1024 * 1024 + 1) },
    { method: "write", path: "../handoff.md", content: "# Summary\n" },
    { method: "read", path: "lines.txt", line: 2, limit: 1 },
    { method: "read", path: "../prompt.md" },
    { method: "read", path: "../outside.txt" },
    { method: "read", path: "pipe" },
    { method: "read", path: "missing.txt" },
  ];
  // Too long for an argument.
  const small = requests.filter(({ path }) => path !== "big.txt");
  const started = start("files", { args: [JSON.stringify(small)], files: { "lines.txt": "1\n2\n3\n" } });
  symlinkSync(started.folder, join(started.workspace, "link"));
  symlinkSync(join(started.folder, "nowhere"), join(started.workspace, "dangling"));
  execFileSync("mkfifo", [join(started.workspace, "pipe")]);
  await started.worker.end;
  const answers = last(started.events)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const isError = { code: expect.any(Number), message: expect.any(String) };
  expect(answers.slice(0, 6)).toEqual(
    [{}, isError, isError, isError, isError, {}].map((each) => expect.objectContaining(each)),
  );
  expect(answers.slice(6)).toEqual([
    { content: "2\n" },
    { content: "Do it.\n" },
    ...[1, 2, 3].map(() => expect.objectContaining(isError)),
  ]);
  expect(readFileSync(join(started.workspace, "new/a.txt"), "utf8")).toBe("a\n");
  expect(readFileSync(join(started.folder, "handoff.md"), "utf8")).toBe("# Summary\n");
  for (const name of ["outside.txt", "x.txt", "nowhere"]) expect(existsSync(join(started.folder, name))).toBe(false);
  expect(only(started.events, "tool").map(({ text }) => text)).toEqual([
    "new/a.txt",
    join(started.folder, "handoff.md"),
  ]);
  expect(only(started.events, "permission").map(({ decision }) => decision)).toEqual(Array(4).fill("denied"));
});

test("what a judge denies is not written", async () => {
  const args = [JSON.stringify([{ method: "write", path: "a.txt", content: "x" }])];
  const judge: WorkerStart["judge"] = ({ tool, paths }) => ({ decision: "denied", because: `${tool} ${paths.join()}` });
  const { events, workspace } = await play("files", { args, judge });
  expect(only(events, "permission")).toEqual([
    { kind: "permission", tool: "edit", text: "a.txt", decision: "denied", because: "edit a.txt" },
  ]);
  expect(existsSync(join(workspace, "a.txt"))).toBe(false);
});

test.each([
  ["heard", "session/load session-1"],
  ["resume heard", "session/resume session-1"],
])("a conversation is taken up: %s", async (scene, request) => {
  const { events } = await play(scene, { order: { session: "session-1" } });
  expect(only(events, "session")).toHaveLength(1);
  if (scene === "heard") expect(JSON.parse(last(events))).toEqual([request, [{ type: "text", text: "Do it.\n" }]]);
});

test("a conversation that goes on is told what is new, and one that begins all of it", async () => {
  const told = async (session: string | null) =>
    JSON.parse(last((await play("heard", { news: "It is blue.\n", order: { session } })).events))[1][0].text;
  expect([await told("session-1"), await told(null)]).toEqual(["It is blue.\n", "Do it.\n"]);
});

test.each(["turn", "lateReplay"])("what was said and spent before is no part of the run: %s", async (scene) => {
  const { events } = await play(scene, { order: { session: "session-1" } });
  expect(JSON.stringify(events)).not.toContain("earlier run");
  if (scene === "turn") expect(only(events, "cost")).toEqual([{ kind: "cost", usd: 0.3, source: "reported" }]);
  else expect(last(events)).toBe("");
});

test.each(["lost", "forgetful"])(
  "a conversation that can't go on is begun anew, and that is said: %s",
  async (scene) => {
    const { events, exit } = await play(scene, { order: { session: "old" } });
    expect(only(events, "text")[0]?.text).toMatch(/^the conversation old does not go on, .*: a new one begins$/);
    expect(only(events, "session")[0]?.id).toBe("session-1");
    expect(exit.exitCode).toBe(0);
  },
);

test.each([
  [{ model: "large" }, [], "session/set_config_option m fake/large", "fake/large"],
  [{ model: "large-2" }, ["models"], "session/set_model  large-2", "large-2"],
  [{ tier: "thinking" }, [], "session/set_config_option t high", "fake/small"],
  [{ tier: "standard" }, [], null, "fake/small"],
  [{ model: "large" }, ["nothing"], null, null],
] as const)("the order's %j is asked for where it is offered: %j", async (order, args, request, model) => {
  const { events } = await play("heard", { order, args: [...args] });
  const [, asked] = JSON.parse(last(events));
  expect(typeof asked === "string" ? asked : null).toBe(request);
  expect(only(events, "session")[0]?.model).toBe(model);
  expect(only(events, "text").some(({ text }) => text.includes("is not asked for"))).toBe(args[0] === "nothing");
});

test("a model that the agent refuses ends the run before anything is spent", async () => {
  const { events, exit } = await play("heard", { order: { model: "none" } });
  expect(events).toEqual([
    FREE,
    { kind: "error", code: "provider", needs: "model", text: "unknown model", until: null },
  ]);
  expect(exit.exitCode).not.toBe(0);
});

test("an agent that does not read what it is told is ended", async () => {
  const { events } = await play("flood", { files: { "big.txt": "x".repeat(4 * 1024 * 1024) } });
  expect(events.at(-1)).toMatchObject({ kind: "error", text: "it does not read what it is told" });
});

test("an agent that does not leave is made to, and has done what it did", async () => {
  const { exit } = await play("stay");
  expect(exit).toEqual({ exitCode: 0, signal: null, spawnError: null });
});

test.each(["cancel", "deaf"])("stopped, it is asked to end its turn and ended then: %s", async (scene) => {
  const { worker, events } = start(scene);
  await waitFor("it works", () => only(events, "text").some(({ text }) => text === "working"));
  worker.stop(300);
  worker.stop(300);
  const exit = await worker.end;
  expect(scene === "cancel" ? exit.exitCode : exit.signal).toBe(scene === "cancel" ? 0 : "SIGKILL");
  expect(only(events, "text").some(({ text }) => text === "cancelled")).toBe(scene === "cancel");
  expect([...only(events, "error"), ...only(events, "done")]).toEqual([]);
});
