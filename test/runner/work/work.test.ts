import { join } from "node:path";
import { expect, test } from "vitest";
import { aRuntime } from "../orders.ts";
import { aWorld, processesWith } from "../world.ts";

const COMMIT = "echo b > b.txt && git add -A && git commit -q -m 'add b'";

test("delivered: commits, handoff, usage, claim and head are in the ledger", async () => {
  const { clone, order } = await aWorld();
  const run = await order(`${COMMIT}
echo '# Summary' > "$MISSION_HANDOFF_FILE"; echo 'Added b.' >> "$MISSION_HANDOFF_FILE"
cat "$MISSION_PROMPT_FILE"
echo 'USAGE: {"usd":0.25,"input":1200,"output":300,"cached":100}'
echo 'DONE: all there'; exit 0`);
  expect(await run.carryOut()).toBe(0);
  const { fact, body, attachments } = await run.ended();
  expect(fact).toMatchObject({ outcome: "delivered", runtime: "mine", program: "bash", fingerprint: null });
  expect(fact.usage).toMatchObject({
    costUsd: 0.25,
    costSource: "reported",
    tokensIn: 1200,
    tokensOut: 300,
    tokensCached: 100,
  });
  expect(fact.usage.minutes).toBeGreaterThan(0);
  expect(body).toBe("all there");
  expect(attachments["handoff.md"]).toContain("Added b.");
  expect(attachments["log.txt"]).toContain("Do it.");
  expect(run.work()).toEqual(["a.txt", "b.txt", "missions/crm/mission.md"]);
  expect(clone.run("log", "-1", "--format=%s|%an", fact.head ?? "")).toBe("add b|Coder");
  expect(run.closed()).toBe(true);
  expect(clone.run("for-each-ref", "refs/mission/held")).toBe("");
});

test("how its runtime is paid for stands in the record, as the order says it", async () => {
  const { order } = await aWorld();
  for (const billing of ["subscription", null] as const) {
    const runtime = aRuntime(["bash", "-c", "echo b > b.txt; echo 'DONE: x'"], { billing });
    const run = await order("", { runtime });
    await run.carryOut();
    expect((await run.ended()).fact.billing).toBe(billing ?? undefined);
  }
});

test("what was not committed is delivered, what setup left is not, ignored files are not", async () => {
  const { order } = await aWorld({ files: { ".gitignore": "ignored\n" } });
  const run = await order("echo b > b.txt; echo c >> a.txt; touch ignored; echo 'DONE: x'", {
    setup: ["echo s > from-setup.txt"],
  });
  await run.carryOut();
  expect((await run.ended()).fact.outcome).toBe("delivered");
  expect(run.work()).toEqual([".gitignore", "a.txt", "b.txt", "missions/crm/mission.md"]);
});

test.each([
  ["nothing-to-do", "echo 'DONE: there was nothing'"],
  ["failed", "echo broken; exit 3"],
  ["failed", "true"],
  ["failed", `${COMMIT}; echo 'BLOCKED: no access'`],
  ["failed", `${COMMIT}; kill -9 $$`],
  ["delivered", COMMIT],
])("%s: %s", async (outcome, script) => {
  const { order } = await aWorld();
  const run = await order(script);
  expect(await run.carryOut()).toBe(0);
  const { fact } = await run.ended();
  expect(fact.outcome).toBe(outcome);
  expect(fact.fingerprint === null).toBe(outcome !== "failed");
  expect(run.work()?.includes("b.txt") ?? false).toBe(script.includes("b.txt"));
});

test("a question is asked and ended in one push, bound to spec and head", async () => {
  const { order } = await aWorld();
  const run = await order(`${COMMIT}; echo 'QUESTION: Which colour?'; echo 'DONE: out of habit'`);
  await run.carryOut();
  const [asked, ended] = await run.records();
  const head = ended?.fact.kind === "run-ended" ? ended.fact.head : null;
  expect(asked).toMatchObject({
    body: "Which colour?",
    fact: { kind: "asked", ask: "question", about: "contacts", boundTo: `${run.order.spec} ${head}` },
  });
  expect(ended?.fact).toMatchObject({ kind: "run-ended", outcome: "question" });
  expect(head).not.toBeNull();
});

test.each([
  ["timeout", "echo up; trap '' TERM; while :; do echo on; sleep 0.1; done", { wallMs: 1_000 }],
  ["idle", "echo up; sleep 60", { idleMs: 800 }],
  ["over-budget", `echo 'USAGE: {"usd":2.5}'; sleep 60`, {}],
  ["over-budget", `echo 'USAGE: {"input":90000,"output":20000}'; sleep 60`, {}],
  ["failed", "while :; do head -c 100000 /dev/zero | tr '\\0' x; done", { outputBytes: 3_000_000 }],
  ["failed", "head -c 40000000 /dev/urandom > big.ignored; sleep 60", { diskBytes: 20_000_000, wallMs: 30_000 }],
])("%s: %s", async (outcome, script, limits) => {
  const { order } = await aWorld({ files: { ".gitignore": "*.ignored\n" } });
  const run = await order(`${COMMIT}; ${script}`, { limits: { ...limits, killGraceMs: 300 } });
  const start = performance.now();
  await run.carryOut();
  expect(performance.now() - start).toBeLessThan(10_000);
  const { fact, body } = await run.ended();
  expect([fact.outcome, body]).toEqual([outcome, expect.stringMatching(/./)]);
  expect(run.work()).toContain("b.txt");
  expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
});

test("a worker that says something now and then is not idle, however long it takes", async () => {
  const { order } = await aWorld();
  const slowly = "for i in 1 2 3 4 5 6 7 8; do echo on; sleep 0.5; done";
  const run = await order(`${COMMIT}; ${slowly}; echo 'DONE: slowly'`, { limits: { idleMs: 3_000 } });
  await run.carryOut();
  expect((await run.ended()).fact.outcome).toBe("delivered");
});

const begun = (id: string) =>
  `echo '{"type":"item.started","item":{"id":"${id}","type":"command_execution","command":"npm test"}}'`;
const over = (id: string) =>
  `echo '{"type":"item.completed","item":{"id":"${id}","type":"command_execution","exit_code":0}}'`;

test.each([
  ["that never heard of its model", "true", "provider", 0],
  ["whose tools have all ended", `${begun("a")}; ${begun("b")}; ${over("a")}; ${over("b")}`, "provider", 2],
  ["in one of its tools", `${begun("a")}; ${begun("b")}; ${over("b")}`, "idle", 2],
  [
    "in a tool that it breaks off when it is ended",
    `ended() { ${over("a")}; }; trap ended TERM; ${begun("a")}`,
    "idle",
    2,
  ],
])("silence of an agent %s", async (_title, script, outcome, costUsd) => {
  const { order } = await aWorld();
  const runtime = aRuntime(["bash", "-c", `${COMMIT}; ${script}; sleep 600 & wait`], {
    kind: "codex",
    cost: "unknown",
  });
  const run = await order("", { runtime, limits: { idleMs: 1_000 } });
  await run.carryOut();
  const { fact } = await run.ended();
  expect(fact).toMatchObject({ outcome, usage: { costUsd } });
  expect(fact.until === null).toBe(outcome === "idle");
  expect(run.work()).toContain("b.txt");
});

test("a runtime that says nothing of its cost costs what was reserved; one without cost nothing", async () => {
  const { order } = await aWorld();
  const silent = await order("echo 'DONE: x'");
  await silent.carryOut();
  expect((await silent.ended()).fact.usage).toMatchObject({ costUsd: 2, costSource: "assumed", tokensIn: 1000 });
});

const LAST_WORDS = `DONE: x
USAGE: {"usd":99,"input":7,"output":8}`;

test("what a coding agent writes of its spending is prose: its driver tells what it spent", async () => {
  const { order } = await aWorld();
  const lines = [
    { type: "assistant", message: { id: "m", usage: { input_tokens: 10, output_tokens: 2 }, content: [] } },
    {
      type: "result",
      result: LAST_WORDS,
      total_cost_usd: 0.02,
      modelUsage: { m: { inputTokens: 10, outputTokens: 2 } },
    },
  ];
  const script = `${COMMIT}\ncat <<'EOF'\n${lines.map((line) => JSON.stringify(line)).join("\n")}\nEOF`;
  const run = await order("", { runtime: aRuntime(["bash", "-c", script], { kind: "claude" }) });
  await run.carryOut();
  const { fact } = await run.ended();
  expect(fact).toMatchObject({ outcome: "delivered", model: null });
  expect(fact.usage).toMatchObject({ costUsd: 0.02, costSource: "reported", tokensIn: 10, tokensOut: 2 });
});

test.each([
  ["answers", 'if [ "$1" = --version ]; then echo "codex-cli 0.7.1"; else exit 1; fi', "codex 0.7.1"],
  ["does not", "exit 1", expect.stringMatching(/\/codex$/)],
])("of an agent that says nothing of itself the version is asked: it %s", async (_title, script, program) => {
  const { order, clone } = await aWorld({ files: { "bin/codex": `#!/bin/sh\n${script}\n` } });
  const runtime = aRuntime([join(clone.folder, "bin/codex")], { kind: "codex" });
  const run = await order("", { runtime });
  await run.carryOut();
  const { fact } = await run.ended();
  expect(fact).toMatchObject({ program, model: null, usage: { costUsd: 0, tokensIn: 0 } });
});

test("the record names a model only where one is known, never how much it may think", async () => {
  const { order } = await aWorld();
  for (const model of ["sonnet", null]) {
    const run = await order("echo 'DONE: x'", { model, tier: "standard" });
    await run.carryOut();
    expect((await run.ended()).fact.model).toBe(model);
  }
});

test("a setup that fails names the command and shows the end of its output", async () => {
  const { order } = await aWorld();
  const run = await order("echo 'DONE: x'", { setup: ["true", "echo no such package; exit 4"] });
  await run.carryOut();
  const { fact, body } = await run.ended();
  expect(fact).toMatchObject({ outcome: "setup-failed", head: null, usage: { costUsd: 0, costSource: "reported" } });
  expect(fact.fingerprint).not.toBeNull();
  expect(body).toContain("`echo no such package; exit 4`");
  expect(body).toContain("    no such package");
});

test("a setup that hangs, or a secret that is not there, is a failed setup too", async () => {
  const { order } = await aWorld();
  const slow = await order("true", { setup: ["sleep 60"], limits: { setupMs: 500 } });
  await slow.carryOut();
  expect((await slow.ended()).fact.outcome).toBe("setup-failed");
  const unset = await order("true", { secrets: [{ name: "mail", reference: "env:NOT_SET_ANYWHERE" }] });
  await unset.carryOut();
  expect(await unset.ended()).toMatchObject({
    fact: { outcome: "setup-failed" },
    body: expect.stringContaining("NOT_SET_ANYWHERE"),
  });
});

test("a program that is not there, or a kind that can't be started, holds back the runtime", async () => {
  const { order } = await aWorld();
  for (const runtime of [{ run: ["/nowhere/agent"] }, { kind: "claude" as const }]) {
    const run = await order("true", {
      runtime: {
        name: "mine",
        kind: "command",
        run: [],
        env: [],
        cost: "unknown",
        billing: null,
        folder: null,
        ...runtime,
      },
    });
    await run.carryOut();
    const { fact } = await run.ended();
    expect(fact.outcome).toBe("provider");
    expect(fact.until).toBeGreaterThan(Date.now());
    expect(fact.usage).toMatchObject({ costUsd: 0, costSource: "reported", tokensIn: 0 });
  }
});

test.each([
  ["a mission file", "echo x >> missions/crm/mission.md"],
  ["a link out of the tree", "ln -s ../../../../etc/passwd link"],
  ["a submodule", `git init -q sub && git -C sub commit -q --allow-empty -m x && git add sub && git commit -q -m sub`],
  ["git's list of submodules", "touch .gitmodules"],
])("policy: %s", async (_title, script) => {
  const { order } = await aWorld();
  const run = await order(`${script}; echo 'DONE: x'`);
  await run.carryOut();
  const { fact, body } = await run.ended();
  expect(fact.outcome).toBe("policy");
  expect(body).toContain("It changed what no run may change");
  expect(fact.head).not.toBeNull();
});

test("protected paths and paths outside the scope are listed for a person", async () => {
  const { order } = await aWorld({ files: { "package.json": '{"scripts":{"test":"x"},"name":"a"}' } });
  const policy = {
    missionFolders: ["missions"],
    writable: ["missions/crm/research/**"],
    protected: [".github/**", "package.json#scripts"],
    scope: ["src/**", "package.json"],
  };
  const script = (json: string) =>
    `mkdir -p src .github missions/crm/research; echo x > src/a; echo x > .github/b; echo x > c; echo x > missions/crm/research/d; echo '${json}' > package.json; echo 'DONE: x'`;
  const changed = await order(script('{"scripts":{"test":"true"}}'), { policy: { ...policy, scope: ["src/**"] } });
  await changed.carryOut();
  expect((await changed.ended()).fact).toMatchObject({
    outcome: "delivered",
    protectedPaths: [".github/b", "package.json"],
    outsidePaths: ["c"],
  });
  const kept = await order(script('{"scripts":{"test":"x"},"name":"b"}'), { policy });
  await kept.carryOut();
  expect((await kept.ended()).fact).toMatchObject({ protectedPaths: [".github/b"], outsidePaths: ["c"] });
});

test("secrets reach the worker and nothing else", async () => {
  const { order } = await aWorld();
  const secret = "hunter2-hunter2-secret";
  const run = await order(
    `echo "key $MAIL_KEY"; echo "$MAIL_KEY" | base64; printf 'esc %s\\n' "\${MAIL_KEY:0:7}"$'\\e[0m'"\${MAIL_KEY:7}"; echo "QUESTION: is $MAIL_KEY right?"; echo "# Summary
$MAIL_KEY" > "$MISSION_HANDOFF_FILE"; env > env.txt; grep -c MAIL_KEY env.txt; rm env.txt`,
    { secrets: [{ name: "mail", reference: "env:MAIL_KEY" }], setup: ["echo setup sees: $MAIL_KEY."] },
  );
  await run.carryOut({ MAIL_KEY: secret });
  const seen = [run.log(), JSON.stringify(await run.records()), JSON.stringify((await run.ended()).attachments)].join(
    "\n",
  );
  expect(seen).not.toContain(secret);
  expect(seen).not.toContain(Buffer.from(secret).toString("base64").slice(0, 20));
  expect(run.log()).toContain("key [secret]");
  expect(run.log()).toContain("esc [secret]");
  expect(run.log()).toContain("setup sees: .");
});

test("50 MB of output leave a bounded log and a bounded report", async () => {
  const { order } = await aWorld();
  const run = await order("head -c 50000000 /dev/zero | tr '\\0' y; echo; echo 'DONE: x'", {
    limits: { outputBytes: 60_000_000 },
  });
  const before = process.memoryUsage.rss();
  await run.carryOut();
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 * 1024 * 1024);
  expect(run.log().length).toBeLessThan(200_000);
  const { attachments } = await run.ended();
  expect(attachments["log.txt"]?.length).toBeLessThanOrEqual(64 * 1024);
});

test("a clone that can't be made is a failed setup", async () => {
  const { order } = await aWorld();
  const run = await order("true", { start: "4".repeat(40) });
  await run.carryOut();
  expect(await run.ended()).toMatchObject({
    fact: { outcome: "setup-failed" },
    body: expect.stringContaining("`git clone`"),
  });
});

test("what this version can't do is said, not done in another way", async () => {
  const { order } = await aWorld();
  const sandboxed = await order("echo 'DONE: x'", { isolation: "sandbox" });
  await sandboxed.carryOut();
  expect(await sandboxed.ended()).toMatchObject({
    fact: { outcome: "setup-failed" },
    body: expect.stringContaining("isolation: sandbox"),
  });
  expect(sandboxed.log()).toBe("");
  const plan = await order("echo 'DONE: x'", { runKind: "plan" });
  await plan.carryOut();
  expect(await plan.ended()).toMatchObject({ fact: { outcome: "failed" }, body: expect.stringContaining("plan run") });
});
