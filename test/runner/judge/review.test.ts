import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { aWorld, type World } from "../world.ts";

async function review(world: World, script: string, more: Parameters<World["order"]>[1] = {}) {
  const about = { kind: "features", features: [{ feature: "contacts", head: world.base }] } as const;
  const run = await world.order(script, {
    runKind: "review",
    about,
    features: about.features,
    role: "reviewer",
    ...more,
  });
  expect(await run.carryOut()).toBe(0);
  return { run, ended: await run.ended(), records: (await run.records()).map(({ fact: { kind } }) => kind) };
}

test("a reviewer sees a clean clone and who it is; what it changes goes with it, its findings and its price stay", async () => {
  const world = await aWorld();
  const { run, ended, records } = await review(
    world,
    `test "$MISSION_RUN_KIND $MISSION_FEATURE" = "review contacts" || exit 3
     test "$(cat a.txt)" = a || exit 4
     echo spoilt > a.txt; git commit -qam "mine"
     printf '## a.txt:1\\nNobody greets.\\n' > "$MISSION_HANDOFF_FILE"
     echo 'USAGE: {"usd":0.25,"input":10}'
     echo "VERDICT: failed nobody greets"`,
  );
  expect(records).toEqual(["verdict", "run-ended"]);
  const { fact, body } = await run.verdict();
  expect(fact).toMatchObject({
    of: "review",
    result: "failed",
    run: run.order.run,
    codeTree: run.order.codeTree,
    base: world.base,
    byRuntime: run.order.runtime?.name,
    checks: [],
  });
  expect(fact.about).toEqual(run.order.about);
  expect(body).toBe("nobody greets\n\n## a.txt:1\nNobody greets.");
  expect(ended.fact).toMatchObject({ outcome: "delivered", head: null, usage: { costUsd: 0.25, tokensIn: 10 } });
  expect(run.work()).toBe(null);
  expect(existsSync(run.workspace)).toBe(false);
});

test.each<[string, string, Parameters<World["order"]>[1], string, string, string]>([
  ["passes", "echo 'VERDICT: passed'", {}, "passed", "delivered", ""],
  [
    "passes with a but",
    "echo 'VERDICT: passed but for the login'",
    {},
    "inconclusive",
    "delivered",
    "but for the login",
  ],
  [
    "shrugs",
    "echo 'it is dark'; echo 'VERDICT: inconclusive no light'",
    {},
    "inconclusive",
    "delivered",
    "no light\n\nit is dark",
  ],
  ["fails without a word", "echo 'VERDICT: failed'", {}, "failed", "delivered", "It gave no reason."],
  ["says it is done", "echo 'DONE: looked'", {}, "inconclusive", "delivered", "It gave no verdict: looked"],
  ["asks", "echo 'QUESTION: which one?'", {}, "inconclusive", "delivered", "It gave no verdict: which one?"],
  ["says nothing", "exit 0", {}, "inconclusive", "delivered", "It gave no verdict"],
  ["breaks down after its verdict", "echo 'VERDICT: passed'; exit 1", {}, "passed", "delivered", ""],
  [
    "does not come to an end",
    "echo 'VERDICT: passed'; sleep 60",
    { limits: { wallMs: 1_000 } },
    "inconclusive",
    "timeout",
    "It was ended: ",
  ],
  [
    "takes too much",
    "echo 'USAGE: {\"usd\":5}'; sleep 60",
    { limits: { usd: 1 } },
    "inconclusive",
    "over-budget",
    "It was ended: 5 USD spent",
  ],
])("one that %s", async (_, script, more, result, outcome, words) => {
  const { run, ended } = await review(await aWorld(), script, more);
  const { fact, body } = await run.verdict();
  expect([fact.result, ended.fact.outcome]).toEqual([result, outcome]);
  expect(body).toContain(words);
});

test("without a program, a workspace or its provider nobody has reviewed: there is no verdict", async () => {
  const world = await aWorld();
  const runtime = {
    name: "gone",
    kind: "command",
    run: ["/nowhere/agent"],
    env: [],
    cost: "none",
    billing: null,
    folder: null,
  } as const;
  const missing = await review(world, "", { runtime });
  expect(missing.records).toEqual(["run-ended"]);
  expect(missing.ended.fact).toMatchObject({ outcome: "provider", until: expect.any(Number) });
  const broken = await review(world, "echo 'VERDICT: passed'", { setup: ["exit 7"] });
  expect(broken.records).toEqual(["run-ended"]);
  expect(broken.ended).toMatchObject({ fact: { outcome: "setup-failed" }, body: expect.stringContaining("`exit 7`") });
});

test("secrets that its runtime is given do not show in its findings", async () => {
  const world = await aWorld();
  const { runtime } = (await world.order("", {})).order;
  const run = await world.order("", {
    runKind: "review",
    runtime: runtime && {
      ...runtime,
      env: ["MY_KEY"],
      run: ["bash", "-c", 'echo "it says $MY_KEY"; echo "VERDICT: failed $MY_KEY is there"'],
    },
  });
  await run.carryOut({ MY_KEY: "hunter2-hunter2" });
  const { body } = await run.verdict();
  expect(body).toContain("is there");
  expect(body).not.toContain("hunter2");
});

test("of a reviewer's conversation nothing is left; a worker's is kept for its next run", async () => {
  const world = await aWorld();
  const home = temporaryFolder("home");
  const notes = join(home, ".claude/projects");
  const script = `mkdir -p "${notes}/$(pwd -P | sed 's/[^A-Za-z0-9]/-/g')"; echo 'VERDICT: passed'`;
  const reviewed = await world.order(script, { runKind: "review" });
  await reviewed.carryOut({ HOME: home });
  expect(readdirSync(notes)).toEqual([]);
  const worked = await world.order(script);
  await worked.carryOut({ HOME: home });
  expect(readdirSync(notes)).toEqual([expect.stringContaining(worked.order.run.replace(/[^A-Za-z0-9]/g, "-"))]);
});
