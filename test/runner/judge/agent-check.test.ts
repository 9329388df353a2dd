import { expect, test } from "vitest";
import type { Question } from "../../../src/model/run.ts";
import { aRuntime, bash } from "../orders.ts";
import { aWorld, type World } from "../world.ts";

const ASK = { method: "agent", role: null, ask: "Is it kind?" } as const;

function question(script: string, given: Partial<Question> = {}): Question {
  return {
    label: "agent validator: Is it kind?",
    role: "validator",
    permissions: { autonomy: "specialist", risk: "yellow", tools: [], allowed: [], denied: [] },
    runtime: aRuntime(["bash", "-c", script], { name: "judge" }),
    model: null,
    tier: null,
    prompt: "Say whether it is kind.\n",
    minutes: 1,
    usd: 2,
    tokens: null,
    ...given,
  };
}

async function validate(world: World, questions: readonly Question[], more: Parameters<World["order"]>[1] = {}) {
  const checks = [
    { check: ASK, assertion: "VAL-A-001" },
    { check: bash("test ! -e left.txt"), assertion: null },
  ];
  const about = { kind: "milestone", milestone: "first" } as const;
  const run = await world.order("", { runKind: "validate", about, runtime: null, checks, questions, ...more });
  expect(await run.carryOut()).toBe(0);
  return { run, ended: await run.ended(), records: await run.records() };
}

test("an agent is asked in the checkout after all other checks, and shows its evidence", async () => {
  const script = `grep -q kind "$MISSION_PROMPT_FILE" || exit 3
    touch left.txt
    echo "It said: good morning." > "$MISSION_HANDOFF_FILE"
    echo 'USAGE: {"usd":0.5,"input":7}'
    echo "VERDICT: passed"`;
  const { run, ended } = await validate(await aWorld(), [question(script)]);
  const { fact, body } = await run.verdict();
  expect(fact).toMatchObject({ of: "validate", result: "passed", byRuntime: "judge" });
  expect(fact.assertions).toEqual([{ result: "passed", id: "VAL-A-001", fingerprint: null }]);
  expect(body).toContain("    It said: good morning.");
  expect(ended.fact.shares).toBeUndefined();
  expect(ended.fact).toMatchObject({
    outcome: "delivered",
    agent: "validator",
    runtime: "judge",
    usage: { costUsd: 0.5, tokensIn: 7 },
  });
});

test.each([
  ["fails with a reason", "echo 'it shouted'; echo 'VERDICT: failed it shouts'", "failed", "it shouts"],
  ["passes without anything to show", "echo 'VERDICT: passed'", "inconclusive", "showed no evidence"],
  ["gives no verdict", "echo hm", "inconclusive", "It gave no verdict"],
])("one that %s", async (_, script, result, words) => {
  const { run } = await validate(await aWorld(), [question(script)]);
  const { fact, body } = await run.verdict();
  expect([fact.result, fact.assertions[0]?.result]).toEqual([result, result]);
  expect(body).toContain(words);
});

test("each question has its own worker, prompt and handoff; what they cost is one sum", async () => {
  const other = { method: "agent", role: "tester", ask: "Is it short?" } as const;
  const checks = [
    { check: ASK, assertion: null },
    { check: other, assertion: null },
  ];
  const script = `cat "$MISSION_PROMPT_FILE"; test ! -e "$MISSION_HANDOFF_FILE" || exit 5
    echo seen > "$MISSION_HANDOFF_FILE"; echo 'USAGE: {"usd":0.5}'; echo "VERDICT: passed"`;
  const { run, ended } = await validate(
    await aWorld(),
    [question(script), question(script, { label: "agent tester: Is it short?", prompt: "Short?\n" })],
    { checks },
  );
  expect((await run.verdict()).fact.checks.map(({ result }) => result)).toEqual(["passed", "passed"]);
  expect(ended.fact.usage).toMatchObject({ costUsd: 1, costSource: "reported" });
  expect(run.log()).toContain("Short?");
});

test("what several agents with their own runtimes and models cost is told of each, and the dearest is named", async () => {
  const other = { method: "agent", role: "tester", ask: "Is it short?" } as const;
  const checks = [
    { check: ASK, assertion: null },
    { check: other, assertion: null },
  ];
  const costs = (usd: number) => `echo 'USAGE: {"usd":${usd},"input":7,"output":1}'; echo seen; echo "VERDICT: passed"`;
  const tester = { label: "agent tester: Is it short?", role: "tester", model: "m 2" };
  const { ended } = await validate(
    await aWorld(),
    [
      question(costs(0.25)),
      question("", { ...tester, runtime: aRuntime(["bash", "-c", costs(0.5)], { name: "other" }) }),
    ],
    { checks },
  );
  expect(ended.fact).toMatchObject({ agent: "tester", runtime: "other", model: "m 2", usage: { costUsd: 0.75 } });
  expect(ended.fact.shares).toEqual([
    { agent: "validator", runtime: "judge", model: null, costUsd: 0.25, tokens: 8 },
    { agent: "tester", runtime: "other", model: "m 2", costUsd: 0.5, tokens: 8 },
  ]);
});

test("a program that is not there is no verdict: its runtime is held back and all is judged anew", async () => {
  const { ended, records } = await validate(await aWorld(), [
    question("", { runtime: aRuntime(["/nowhere/agent"], { name: "judge" }) }),
  ]);
  expect(records.map(({ fact }) => fact.kind)).toEqual(["run-ended"]);
  expect(ended.fact).toMatchObject({ outcome: "provider", runtime: "judge", until: expect.any(Number) });
});

test("a check whose question the order does not hold is inconclusive", async () => {
  const { run } = await validate(await aWorld(), []);
  const { fact } = await run.verdict();
  expect([fact.result, fact.byRuntime]).toEqual(["inconclusive", null]);
});

test("nobody is asked in a checkout that another has worked in, and each is set up", async () => {
  const other = { method: "agent", role: "tester", ask: "Is it short?" } as const;
  const checks = [
    { check: bash("echo changed > a.txt; touch built.txt"), assertion: null },
    { check: ASK, assertion: null },
    { check: other, assertion: null },
  ];
  const script = `test "$(cat a.txt)" = a && test -e ready.txt && test ! -e built.txt && test ! -e .git/left || exit 5
    echo changed > a.txt; touch built.txt .git/left; git add -A; git commit -qm mine
    echo seen > "$MISSION_HANDOFF_FILE"; echo "VERDICT: passed"`;
  const { run } = await validate(
    await aWorld({ files: { ".gitignore": "built.txt\n" } }),
    [question(script), question(script, { label: "agent tester: Is it short?" })],
    { checks, setup: ["touch ready.txt"] },
  );
  expect((await run.verdict()).fact.checks.map(({ result }) => result)).toEqual(["passed", "passed", "passed"]);
});

test("a setup that fails the second time leaves the question open", async () => {
  const checks = [
    { check: bash("true"), assertion: null },
    { check: ASK, assertion: null },
  ];
  const once = `test ! -e ../once && touch ../once`;
  const { run } = await validate(await aWorld(), [question("echo 'VERDICT: passed'")], { checks, setup: [once] });
  const { fact, body } = await run.verdict();
  expect(fact.result).toBe("inconclusive");
  expect(body).toContain("its checkout could not be set up again");
});

test("an agent that deletes its checkout takes it from nobody else", async () => {
  const other = { method: "agent", role: "tester", ask: "Is it short?" } as const;
  const checks = [
    { check: ASK, assertion: null },
    { check: other, assertion: null },
  ];
  const good = `cat a.txt > "$MISSION_HANDOFF_FILE"; echo "VERDICT: passed"`;
  const { run } = await validate(
    await aWorld(),
    [question('rm -rf "$PWD"; sleep 60'), question(good, { label: "agent tester: Is it short?" })],
    { checks },
  );
  const { fact, body } = await run.verdict();
  expect(fact.checks.map(({ result }) => result)).toEqual(["inconclusive", "passed"]);
  expect(body).toContain("the workspace is gone");
});
