/** What a run that is taken over has cost is known only then: what was decided before is decided anew. */

import { beforeEach, expect, test, vi } from "vitest";
import { applyAll } from "../../src/apply/apply.ts";
import type { ApplyContext } from "../../src/apply/context.ts";
import type { Applied, Decision } from "../../src/model/decision.ts";

const outcome = vi.hoisted(() => ({ ofRecovery: { kind: "done", detail: "" } as Applied, started: [] as string[] }));

vi.mock("../../src/apply/recover.ts", () => ({ applyRecover: async () => outcome.ofRecovery }));
vi.mock("../../src/apply/dispatch.ts", () => ({
  prepareDispatch: async (_: unknown, { mission }: { mission: string }) => ({ kind: "run", order: { mission } }),
}));
vi.mock("../../src/apply/start-runs.ts", () => ({
  startRuns: async (_: unknown, mission: string, _tip: unknown, runs: readonly unknown[]) => {
    outcome.started.push(mission);
    return runs.map(() => ({ kind: "done", detail: "started" }));
  },
}));

beforeEach(() => {
  outcome.started.length = 0;
});

const decide = (kind: "recover" | "dispatch", mission: string) =>
  ({ kind, mission, tip: null, because: "" }) as unknown as Decision;

async function startedBeside(recovery: Applied): Promise<readonly string[]> {
  outcome.ofRecovery = recovery;
  const decisions = [decide("recover", "toy"), decide("dispatch", "toy"), decide("dispatch", "other")];
  await applyAll({ tips: new Map() } as unknown as ApplyContext, decisions, () => {});
  return outcome.started;
}

test("no run of a mission begins in the pass in which another one of it was taken over", async () => {
  expect(await startedBeside({ kind: "done", detail: "" })).toEqual(["other"]);
});

test("a run that could not be taken over keeps none from beginning", async () => {
  expect(await startedBeside({ kind: "waits", reason: "its beat moves" } as Applied)).toEqual(["toy", "other"]);
});
