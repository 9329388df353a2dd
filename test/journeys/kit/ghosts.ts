/** Runs without a runner: claimed and started by a real pulse, carried out by nobody, ended by what a test writes in their folders. */

import type { Doors } from "../../../src/doors/doors.ts";
import type { RunEnded } from "../../../src/model/record.ts";
import type { LocalRun, Order } from "../../../src/model/run.ts";
import { pulse } from "../../../src/pulse.ts";
import { temporaryFolder, writeScript } from "../../helpers/repositories.ts";
import type { Machine } from "./machine.ts";
import { waitUntil } from "./pulses.ts";

/** One pulse of the machine whose runs are processes that do nothing. Answers them. */
export async function startGhosts(machine: Machine, maxDispatches = 100): Promise<readonly LocalRun[]> {
  const node = writeScript(temporaryFolder("ghosts"), "ghost", "exec sleep 600");
  await machine.withDoors((doors) => {
    const program = { ...doors.program, node };
    return pulse(Object.create(doors, { program: { value: program } }), { maxDispatches });
  });
  return openRuns(machine);
}

/** Each open run of the machine leaves a report, and its process is gone. */
export async function endGhosts(
  machine: Machine,
  end: (doors: Doors, order: Order) => Promise<Partial<RunEnded>>,
): Promise<void> {
  const runs = openRuns(machine);
  await machine.withDoors(async (doors) => {
    for (const { run, order } of runs) {
      const fact = endOf(order, await end(doors, order));
      const refs = fact.head === null ? [] : [{ name: `refs/mission/in/${run}`, oid: fact.head }];
      const record = { fact, by: `run@${order.host}`, homeTip: order.base, body: "", attachments: {} };
      doors.state.writeReport(run, { run, mission: order.mission, records: [record], refs });
    }
  });
  for (const { order } of runs) process.kill(order.owner.pid, "SIGKILL");
  await waitUntil("their processes are gone", () => openRuns(machine).every(({ owner }) => owner === "dead"));
}

function openRuns(machine: Machine): readonly LocalRun[] {
  return machine.state.listRuns().filter(({ closed }) => !closed);
}

/** A commit of one file on what the run started from. */
export async function deliver(doors: Doors, order: Order): Promise<Partial<RunEnded>> {
  const feature = order.about.kind === "feature" ? order.about.feature : "";
  const who = { name: "Worker", email: "worker@example.com" };
  const start = await doors.git.readCommit(order.start);
  const entries = (await doors.git.readTree(start?.tree ?? "")) ?? [];
  const oid = await doors.git.writeBlob(Buffer.from(`hello ${feature}\n`));
  const tree = await doors.git.writeTree([...entries, { mode: "100644", type: "blob", oid, name: `${feature}.txt` }]);
  const at = doors.clock.now();
  const commit = { tree, parents: [order.start], message: `Feature ${feature}\n`, author: who, committer: who, at };
  return { outcome: "delivered", head: await doors.git.writeCommit(commit) };
}

function endOf({ run, runtime }: Order, given: Partial<RunEnded>): RunEnded {
  return {
    kind: "run-ended",
    run,
    outcome: "delivered",
    head: null,
    until: null,
    usage: { costUsd: 0, costSource: "reported", tokensIn: 0, tokensOut: 0, tokensCached: 0, minutes: 1 },
    runtime: runtime?.name ?? null,
    program: null,
    model: null,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
    ...given,
  };
}
