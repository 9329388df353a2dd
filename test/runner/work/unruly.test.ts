/** Whatever a worker does, its run ends in time with the right word, nothing of it lives on, and its work is kept. */

import { describe, expect, test } from "vitest";
import { best } from "../../helpers/containments.ts";
import { UNRULY, type UnrulyWorker } from "../../helpers/unruly-workers.ts";
import { aWorld, processesIn, processesWith } from "../world.ts";

const possible = UNRULY.filter(({ needsNamespace }) => !needsNamespace || best.kind === "namespace");

async function carryOut({ script, limits }: UnrulyWorker) {
  const world = await aWorld();
  const before = world.clone.run("for-each-ref", "refs/heads");
  const run = await world.order(script, { limits: { killGraceMs: 200, ...limits } });
  await run.carryOut();
  expect(world.clone.run("for-each-ref", "refs/heads")).toBe(before);
  // Of a daemon without the run's mark the folder is what it still has.
  expect([...processesWith(`MISSION_RUN=${run.order.run}`), ...processesIn(run.folder)]).toEqual([]);
  return { run, ...(await run.ended()) };
}

describe("a worker that", () => {
  test.each(possible.map((worker) => [worker.name, worker] as const))("%s", async (_name, worker) => {
    const { run, fact, body } = await carryOut(worker);
    expect([fact.outcome, body]).toEqual([worker.outcome, expect.stringMatching(worker.says ?? /^/)]);
    expect(run.work() ?? []).toEqual(expect.arrayContaining([...worker.keeps]));
  });
});
