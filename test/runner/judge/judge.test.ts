import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Check } from "../../../src/model/documents.ts";
import type { AskedCheck } from "../../../src/model/run.ts";
import { bash } from "../orders.ts";
import { aWorld, processesWith, type World } from "../world.ts";

function asked(check: Check, assertion: string | null = null): AskedCheck {
  return { check, assertion };
}

async function gate(world: World, checks: readonly AskedCheck[], more: Parameters<World["order"]>[1] = {}) {
  const about = { kind: "features", features: [{ feature: "contacts", head: world.base }] } as const;
  const run = await world.order("", { runKind: "gate", purpose: "features", about, runtime: null, checks, ...more });
  expect(await run.carryOut()).toBe(0);
  return { run, ...(await run.verdict()), ended: await run.ended() };
}

test("all checks pass: the verdict names code tree, base and each result, in one append with the end", async () => {
  const world = await aWorld();
  const { run, fact, ended } = await gate(world, [
    asked(bash("cat a.txt")),
    asked(bash("echo 3 passed", { expectOutput: "3 passed" }), "VAL-A-001"),
  ]);
  expect(fact).toMatchObject({
    of: "gate",
    result: "passed",
    codeTree: run.order.codeTree,
    base: world.base,
    baseCodeTree: run.order.baseCodeTree,
    byRuntime: null,
  });
  expect(fact.about).toEqual(run.order.about);
  // Those of assertions too: a validation whose checks were edited since is told by their labels.
  expect(fact.checks).toEqual([
    { result: "passed", label: "cat a.txt", fingerprint: null },
    { result: "passed", label: "echo 3 passed => 3 passed", fingerprint: null },
  ]);
  expect(fact.assertions).toEqual([{ result: "passed", id: "VAL-A-001", fingerprint: null }]);
  expect(ended.fact).toMatchObject({ outcome: "delivered", head: null, usage: { costUsd: 0, costSource: "reported" } });
  expect((await run.records()).map(({ fact: { kind } }) => kind)).toEqual(["verdict", "run-ended"]);
  expect(existsSync(run.workspace)).toBe(false);
});

test("a failure has a fingerprint and its last lines as evidence; what it says can't break out", async () => {
  const world = await aWorld();
  const { fact, body } = await gate(world, [
    asked(bash("echo '```'; echo '# expected 302, got 200'; exit 1"), "VAL-A-001"),
    asked(bash("true"), "VAL-A-002"),
  ]);
  expect(fact.result).toBe("failed");
  expect(fact.assertions.map(({ result }) => result)).toEqual(["failed", "passed"]);
  expect(fact.assertions[0]?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  expect(body).toContain("    # expected 302, got 200");
  const again = await gate(world, [asked(bash("echo '```'; echo '# expected 302, got 200'; exit 1"))]);
  expect(again.fact.checks[0]?.fingerprint).toBe(fact.assertions[0]?.fingerprint);
});

test("the same command runs once, however many ask for it", async () => {
  const world = await aWorld();
  const count = join(tmpdir(), "count");
  const command = `echo x >> ${count}`;
  const check = bash(command);
  const { fact } = await gate(world, [
    asked(check),
    asked(bash(command, { timeoutMs: 5_000 })),
    asked(check, "VAL-A-001"),
    asked(check, "VAL-A-002"),
  ]);
  expect(readFileSync(count, "utf8")).toBe("x\n");
  expect(fact.checks).toHaveLength(1);
  expect(fact.assertions.map(({ result }) => result)).toEqual(["passed", "passed"]);
});

test.each<[string, Check, string]>([
  ["the expected output is missing", bash("echo 2 passed", { expectOutput: "3 passed" }), "failed"],
  ["it is a pattern", bash("echo 12 passed", { expectOutput: "^1\\d passed$" }), "passed"],
  ["a pattern that never ends", bash("printf 'a%.0s' {1..40}; echo b", { expectOutput: "^(a+)+$" }), "inconclusive"],
  ["too slow", bash("sleep 30", { timeoutMs: 300 }), "failed"],
  ["killed", bash("kill -9 $$"), "failed"],
  ["a person has to look", { method: "manual", ask: "Is it pretty?" }, "inconclusive"],
  ["a browser", { method: "browser", script: "x", url: null, steps: [], expect: [] }, "inconclusive"],
  ["an agent", { method: "agent", role: null, ask: "x" }, "inconclusive"],
  ["a pattern in the tree", { method: "codebase", pattern: "^needle$", absent: null, path: null }, "passed"],
  ["a pattern that is not there", { method: "codebase", pattern: "nothing", absent: null, path: null }, "failed"],
  ["a pattern elsewhere", { method: "codebase", pattern: "needle", absent: null, path: "other" }, "failed"],
  ["a folder", { method: "codebase", pattern: "needle", absent: null, path: "src" }, "passed"],
  ["what must be absent", { method: "codebase", pattern: null, absent: "needle", path: "src/*.ts" }, "failed"],
  ["what is absent", { method: "codebase", pattern: null, absent: "nothing", path: "src/*.ts" }, "passed"],
  [
    "absent from what is not there",
    { method: "codebase", pattern: null, absent: "needle", path: "lib" },
    "inconclusive",
  ],
  ["no regular expression", { method: "codebase", pattern: "(", absent: null, path: null }, "inconclusive"],
])("%s: %s is %s", async (_title, check, result) => {
  const world = await aWorld({ files: { "src/b.ts": "hay\nneedle\nhay\n", "other/c.ts": "hay\n" } });
  const { fact } = await gate(world, [asked(check)]);
  expect([fact.result, fact.checks[0]?.result]).toEqual([result, result]);
});

test("unknown is never green: no check at all, and one inconclusive among passed ones", async () => {
  const world = await aWorld();
  expect((await gate(world, [])).fact.result).toBe("inconclusive");
  expect((await gate(world, [asked(bash("true")), asked({ method: "manual", ask: "?" })])).fact.result).toBe(
    "inconclusive",
  );
});

test("a validation judges the commit that it starts from", async () => {
  const world = await aWorld();
  const checks = [asked(bash("true"), "VAL-A-001")];
  const run = await world.order("", {
    runKind: "validate",
    about: { kind: "milestone", milestone: "base" },
    runtime: null,
    checks,
  });
  await run.carryOut();
  expect((await run.verdict()).fact).toMatchObject({
    of: "validate",
    base: world.base,
    about: { kind: "milestone", milestone: "base" },
    result: "passed",
  });
});

test("a failed setup is inconclusive and names the command; setup runs once before the checks", async () => {
  const world = await aWorld();
  const failed = await gate(world, [asked(bash("true"))], { setup: ["exit 7"] });
  expect(failed.fact.result).toBe("inconclusive");
  expect(failed.body).toContain("`exit 7`");
  expect(failed.ended).toMatchObject({
    fact: { outcome: "setup-failed" },
    body: expect.stringContaining("exit code 7"),
  });
  const fine = await gate(world, [asked(bash("cat made"))], { setup: ["echo x > made"] });
  expect(fine.fact.result).toBe("passed");
});

test("checks see a clean clone, CI, no secrets and no person's files", async () => {
  const world = await aWorld({ files: { ".gitignore": ".env\n", ".worktreeinclude": ".env\n" } });
  const { run, fact } = await gate(
    world,
    [asked(bash('test "$CI" = true && test -z "$MAIL_KEY" && test ! -e .env && test -n "$HOME"'))],
    {
      secrets: [{ name: "mail", reference: "env:MAIL_KEY" }],
    },
  );
  expect([fact.result, run.log()]).toEqual(["passed", expect.any(String)]);
});

test("what a check leaves running is gone, and time is limited over all checks", async () => {
  const world = await aWorld();
  const { run, fact, ended } = await gate(
    world,
    [asked(bash("setsid sleep 81 & sleep 82 & true")), asked(bash("sleep 60")), asked(bash("true"))],
    {
      limits: { wallMs: 1_500, killGraceMs: 200 },
    },
  );
  expect(fact.checks.map(({ result }) => result)).toEqual(["passed", "inconclusive", "inconclusive"]);
  expect(ended.fact.outcome).toBe("timeout");
  expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
});

test("much evidence is cut to what the order allows", async () => {
  const world = await aWorld();
  const noisy = Array.from({ length: 5 }, (_, index) =>
    asked(bash(`for i in $(seq 1 2000); do echo "line $i of ${index}"; done; exit 1`)),
  );
  const { body, ended } = await gate(world, noisy, { limits: { evidenceBytes: 8_000 } });
  expect(body.length).toBeLessThan(8_500);
  for (const index of [0, 1, 2, 3, 4]) expect(body).toContain(`line 2000 of ${index}`);
  expect(ended.attachments["log.txt"]?.length).toBeLessThanOrEqual(4_000);
});
