/**
 * From orders to running processes: the orders are written with this pulse as their owner, the claims of a mission are
 * appended together, the processes are started and become the owners. A crash in between leaves an order without a claim,
 * or a claim whose owner is dead.
 */

import type { Applied } from "../model/decision.ts";
import type { Claim } from "../model/record.ts";
import type { Order } from "../model/run.ts";
import { prepareBeat } from "../repo/beat.ts";
import { appendRecords } from "../repo/ledger.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, describeAppend, pulseRecord } from "./context.ts";

/** A run that is decided and not yet claimed. */
export interface NewRun {
  kind: "run";
  order: Order;
  prompt: string;
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
  const { doors, ledger, authority } = context;
  await Promise.all(runs.map(({ order, prompt }) => doors.state.writeOrder(order, prompt)));
  const started = runs.map(({ order }) => order.run);
  const beat =
    authority.remote === null
      ? null
      : await prepareBeat(
          ledger,
          { host: doors.state.host, runs: [...liveRuns(context), ...started] },
          programIdentity(doors.state.host),
        );
  const records = runs.map(({ order, claim }) => pulseRecord(context, order.base, claim));
  const outcome = await appendRecords(ledger, mission, records, { expected: tip, refs: beat ? [beat] : [] });
  // Also where it was lost: a push without an answer may be applied later than anybody looked.
  if (outcome.kind !== "won") for (const { order } of runs) abandon(context, order);
  if (outcome.kind === "lost" || outcome.kind === "refused") for (const run of started) doors.state.closeRun(run);
  if (outcome.kind !== "won") return runs.map(({ detail }) => describeAppend(outcome, detail));
  context.tips.set(mission, outcome.tip);
  return runs.map((run) => startProcess(context, run));
}

function startProcess({ doors }: ApplyContext, { order, detail }: NewRun): Applied {
  const folder = doors.state.runFolder(order.run);
  const owner = doors.processes.startDetached({
    program: doors.program.node,
    args: [doors.program.main, "run-order", `${folder}/run.json`],
    cwd: folder,
    env: definedOnly(doors.env),
    logFile: `${folder}/process.log`,
  });
  if (owner === null) {
    abandon({ doors }, order);
    return { kind: "failed", reason: `${order.run}: its process could not be started` };
  }
  // The process says so too when it is up; a pulse that comes before that would find this one gone and take the run for lost.
  doors.state.setOwner(order.run, owner);
  return { kind: "done", detail };
}

/**
 * Says that nobody carries the order out, while this process lives on: a claim that was appended all the same, or whose
 * process could not be started, is recovered like that of a dead one.
 */
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
