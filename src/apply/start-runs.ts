/**
 * From orders to running processes: the orders are written, the processes are started and become their owners, the claims
 * of a mission are appended together. A process comes up and makes its clone meanwhile, and begins nothing before it is
 * told that its claim is won and has seen it; untold it takes its clone back and ends. A crash in between leaves an order
 * without a claim, or a claim whose owner is dead.
 */

import type { Started } from "../doors/processes.ts";
import type { Applied } from "../model/decision.ts";
import type { Claim } from "../model/record.ts";
import { CLAIMED, type Order, WHEN_TOLD } from "../model/run.ts";
import { prepareBeat } from "../repo/beat.ts";
import { holdStart } from "../repo/import-work.ts";
import { type AppendOutcome, appendRecords } from "../repo/ledger.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, describeAppend, pulseRecord } from "./context.ts";

/** A run that is decided and not yet claimed. */
export interface NewRun {
  kind: "run";
  order: Order;
  prompt: string;
  /** What is told instead where the order's conversation goes on. */
  resume?: string | null;
  claim: Claim;
  detail: string;
}

/** Claims and starts runs of one mission. Answers one outcome each: a lost swap is lost for all of them. */
export async function startRuns(
  context: ApplyContext,
  mission: string,
  tip: string | null,
  runs: readonly NewRun[],
): Promise<readonly Applied[]> {
  const { doors } = context;
  await Promise.all(runs.map(({ order, prompt, resume }) => doors.state.writeOrder(order, prompt, resume)));
  const started: (Started | null)[] = [];
  let word = "";
  try {
    for (const { order } of runs) {
      const process = startProcess(context, order);
      started.push(process);
      // Where it can't be started the claim is made all the same, so that it counts as an attempt.
      if (process === null) abandon(context, order);
      else doors.state.setOwner(order.run, process.owner);
    }
    const outcome = await claim(context, mission, tip, runs);
    if (outcome.kind === "lost" || outcome.kind === "refused")
      for (const { order } of runs) doors.state.closeRun(order.run);
    if (outcome.kind !== "won") return runs.map(({ detail }) => describeAppend(outcome, detail));
    context.tips.set(mission, outcome.tip);
    word = CLAIMED;
    return runs.map(({ order, detail }, index) =>
      started[index]
        ? { kind: "done", detail }
        : { kind: "failed", reason: `${order.run}: its process could not be started` },
    );
  } finally {
    for (const process of started) process?.tell(word);
  }
}

async function claim(
  context: ApplyContext,
  mission: string,
  tip: string | null,
  runs: readonly NewRun[],
): Promise<AppendOutcome> {
  const { doors, ledger, authority } = context;
  const names = [...liveRuns(context), ...runs.map(({ order }) => order.run)];
  const beat =
    authority.remote === null
      ? null
      : await prepareBeat(ledger, { host: doors.state.host, runs: names }, programIdentity(doors.state.host));
  const records = runs.map(({ order, claim }) => pulseRecord(context, order.base, claim));
  // Held from here, since one process more for each run is what its start would wait for.
  const own = runs.map(({ order }) => holdStart(order));
  return appendRecords(ledger, mission, records, { expected: tip, refs: beat ? [beat] : [], own });
}

function startProcess({ doors }: ApplyContext, order: Order): Started | null {
  const folder = doors.state.runFolder(order.run);
  return doors.processes.startDetached({
    program: doors.program.node,
    args: [doors.program.main, "run-order", `${folder}/run.json`, WHEN_TOLD],
    cwd: folder,
    env: definedOnly(doors.env),
    logFile: `${folder}/process.log`,
  });
}

/** Says that nobody carries the order out, while this process lives on: its claim is recovered like that of a dead one. */
function abandon({ doors }: Pick<ApplyContext, "doors">, { run, owner }: Order): void {
  doors.state.setOwner(run, { ...owner, startedAt: "never" });
}

/** Runs of this host that the ledgers do not know to be over. */
function liveRuns({ snapshot }: ApplyContext): readonly string[] {
  const open = snapshot.localRuns.filter(({ run, order }) => {
    const mission = snapshot.missions.find(({ id }) => id === order.mission);
    return mission?.ledger.runs.get(run)?.ended === null;
  });
  return open.map(({ run }) => run);
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
