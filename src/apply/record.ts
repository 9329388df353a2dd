import type { Applied, RecordVerdict } from "../model/decision.ts";
import { buildChain, sortByPresence } from "../repo/candidate.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, append, pulseRecord, subjectOf } from "./context.ts";
import { candidatesOf, describeAbsence } from "./land.ts";
import { conflictVerdict, verdictWithoutRun } from "./verdicts.ts";

/** Records a verdict that needs no process: nothing is asked. Work that does not even merge is sent back instead. */
export async function applyRecord(context: ApplyContext, decision: RecordVerdict): Promise<Applied> {
  const { mission, of, milestone, features, result } = decision;
  const subject = subjectOf(context, mission);
  const { home } = subject;
  const options = {
    mission,
    home: home.tip,
    identity: programIdentity(context.snapshot.host),
    at: context.doors.clock.now(),
  };
  const { here, missing } = await sortByPresence(context.doors.git, candidatesOf(subject, features));
  const [absent] = missing;
  if (absent) return describeAbsence(context, subject, absent);
  const chain = await buildChain(context.doors.git, here, options);
  const [first] = features;
  const fact =
    chain.stopped && first
      ? conflictVerdict(home, first, home.codeTree)
      : verdictWithoutRun(home, {
          of,
          about: milestone === null ? { kind: "features", features } : { kind: "milestone", milestone },
          codeTree: chain.codeTree,
          result,
        });
  const body = chain.stopped?.reason ?? "There is nothing to check.";
  return append(context, decision, [pulseRecord(context, home.tip, fact, body)], {
    detail: `${mission}/${milestone ?? first?.feature}: ${fact.result}`,
  });
}
