import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { openStateFolder } from "../../../src/doors/state-folder.ts";
import { CLAIMED } from "../../../src/model/run.ts";
import { parseBeat } from "../../../src/repo/beat.ts";
import { aWorld, processesWith, type Run, until, type World } from "../world.ts";

const WORK = "echo b > b.txt; git add -A; git commit -q -m b; echo c > c.txt; echo started; sleep 60";

async function started(run: Run): Promise<{ over: Promise<number> }> {
  const over = run.carryOut();
  await until("the worker has started", () => run.log().includes("started"));
  return { over };
}

async function expectStopped(run: Run, over: Promise<number>, because: string): Promise<void> {
  const start = performance.now();
  expect(await over).toBe(0);
  expect(performance.now() - start).toBeLessThan(10_000);
  const { fact, body } = await run.ended();
  expect(fact.outcome).toBe("stopped");
  expect(fact.fingerprint).toBeNull();
  expect(body).toContain(because);
  expect(run.work()).toContain("c.txt");
  expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
}

function stateOf({ clone }: World) {
  return openStateFolder({ gitDir: clone.git.gitDir, env: process.env, processes: makeProcesses() });
}

test("withdrawn: the work is kept and the run ends", async () => {
  const world = await aWorld();
  const run = await world.order(WORK);
  const { over } = await started(run);
  writeFileSync(join(run.folder, "withdraw"), "its feature was cancelled\n");
  await expectStopped(run, over, "its feature was cancelled");
});

test("the stop file and the stop ref end it, also a worker that ignores TERM", async () => {
  const world = await aWorld();
  const state = stateOf(world);
  onTestFinished(() => state.setStopped(false));
  const byFile = await world.order(`trap '' TERM; ${WORK}`, { limits: { killGraceMs: 300 } });
  const over = byFile.carryOut();
  await until("started", () => byFile.log().includes("started"));
  state.setStopped(true);
  await expectStopped(byFile, over, "stopped on this host");
  state.setStopped(false);
  const byRef = await world.order(WORK);
  const overByRef = byRef.carryOut();
  await until("started", () => byRef.log().includes("started"));
  world.clone.run("update-ref", "refs/mission/stop", world.base);
  await expectStopped(byRef, overByRef, "everything is stopped");
});

test("TERM to the process harvests, stops and reports", async () => {
  const { order } = await aWorld();
  const run = await order(WORK);
  const process = run.start();
  await until("started", () => run.log().includes("started"));
  process.kill("SIGTERM");
  const over = new Promise<number>((resolve) => process.once("exit", (code) => resolve(code ?? -1)));
  await expectStopped(run, over, "SIGTERM");
});

test("a stop during setup and during checks ends them", async () => {
  const world = await aWorld();
  const inSetup = await world.order("true", { setup: ["echo started; sleep 60"] });
  const over = inSetup.carryOut();
  await until("started", () => inSetup.log().includes("\nstarted"));
  writeFileSync(join(inSetup.folder, "withdraw"), "");
  expect(await over).toBe(0);
  expect((await inSetup.ended()).fact.outcome).toBe("stopped");
  const gate = await world.order("", {
    runKind: "gate",
    checks: [
      {
        check: { method: "bash", run: "echo started; sleep 60", timeoutMs: null, expectOutput: null },
        assertion: null,
      },
    ],
  });
  const overGate = gate.carryOut();
  await until("started", () => gate.log().includes("\nstarted"));
  writeFileSync(join(gate.folder, "withdraw"), "");
  expect(await overGate).toBe(0);
  expect((await gate.records()).map(({ fact }) => fact.kind)).toEqual(["run-ended"]);
});

test("an order whose claim is missing, another's or ended changes nothing", async () => {
  const { clone, order } = await aWorld();
  const run = await order("touch /nowhere");
  clone.run("update-ref", "-d", "refs/mission/ledger/crm");
  const before = clone.run("for-each-ref");
  expect(await run.carryOut()).toBe(0);
  expect(clone.run("for-each-ref")).toBe(before);
  expect(run.log()).toBe("");
  expect(run.closed()).toBe(false);
});

test.each([
  ["that its claim is won", true, CLAIMED, "done"],
  ["so, and its claim is not in the ledger", false, CLAIMED, "nothing"],
  ["nothing, since whoever started it is gone", true, "", "nothing"],
  ["half of it", true, CLAIMED.slice(0, -1), "nothing"],
])("a run that waits and is told %s has its clone by then", async (_what, isClaimed, word, then) => {
  const { clone, order } = await aWorld();
  const run = await order("echo worked > w.txt; git add -A; git commit -q -m work; echo DONE");
  if (!isClaimed) clone.run("update-ref", "-d", "refs/mission/ledger/crm");
  const before = clone.run("for-each-ref");
  const child = run.startWaiting();
  await until("its clone", () => existsSync(run.workspace));
  expect([run.log(), clone.run("for-each-ref")]).toEqual(["", before]);
  child.stdin.end(word);
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  if (then === "done") expect(run.work()).toContain("w.txt");
  else expect([run.log(), clone.run("for-each-ref"), existsSync(run.workspace)]).toEqual(["", before, false]);
});

test("with a remote the host beats while it has runs, one beat for all of them", async () => {
  const world = await aWorld({ remote: true });
  const runs = [await world.order(`${WORK} 2`, {}), await world.order(WORK.replace("60", "4"), { ttlMs: 1_500 })];
  const second = runs[1] as Run;
  await second.carryOut();
  const ref = `refs/mission/host/${second.order.host}`;
  const beats = Number(world.remote?.run("rev-list", "--count", ref));
  expect(beats).toBeGreaterThanOrEqual(3);
  expect(parseBeat(world.remote?.run("log", "-1", "--format=%B", ref) ?? "")).toEqual({
    host: second.order.host,
    runs: runs.map(({ order }) => order.run).sort(),
  });
});

test("a run that another host declared lost stops", async () => {
  const world = await aWorld({ remote: true });
  const run = await world.order(WORK, { ttlMs: 1_500 });
  const over = run.carryOut();
  await until("started", () => run.log().includes("started"));
  const other = world.remote?.clone();
  const ledger = "refs/mission/ledger/crm";
  other?.run("fetch", "-q", "origin", `${ledger}:${ledger}`);
  const usage = "Cost-USD: 0\nCost-Source: assumed\nTokens-In: 0\nTokens-Out: 0\nTokens-Cached: 0\nMinutes: 0";
  const message = `run-ended: lost\n\nMission-Record: run-ended\nRun: ${run.order.run}\nOutcome: lost\n${usage}\nBy: pulse@other\n`;
  writeFileSync(join(other?.folder ?? "", "message"), message);
  const commit = other?.run("commit-tree", "-F", "message", "-p", ledger, `${ledger}^{tree}`) ?? "";
  other?.run("push", "-q", "origin", `${commit}:${ledger}`);
  expect(await over).toBe(0);
  const outcomes = (await run.records()).map(({ fact }) => (fact.kind === "run-ended" ? fact.outcome : fact.kind));
  expect(outcomes).toEqual(["lost", "stopped"]);
});

test("a host that can't beat for the ttl harvests, stops, and leaves its report", async () => {
  const world = await aWorld({ remote: true });
  const folder = world.remote?.folder ?? "";
  const run = await world.order(WORK, { ttlMs: 2_000 });
  const over = run.carryOut();
  await until("started", () => run.log().includes("started"));
  renameSync(folder, `${folder}.away`);
  expect(await over).toBe(4);
  expect(run.closed()).toBe(false);
  const waiting = stateOf(world).listReports(run.order.run);
  expect(waiting[0]?.report?.records[0]).toMatchObject({
    fact: { outcome: "stopped" },
    body: expect.stringContaining("no beat reached origin"),
  });
  renameSync(`${folder}.away`, folder);
  const next = await world.order("echo 'DONE: x'");
  expect(await next.carryOut()).toBe(0);
  expect((await run.ended()).fact.outcome).toBe("stopped");
  expect(run.work()).toContain("c.txt");
  expect(run.closed()).toBe(true);
});
