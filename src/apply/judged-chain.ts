import type { Applied, Gate } from "../model/decision.ts";
import type { About } from "../model/record.ts";
import { buildChain, sortByPresence } from "../repo/candidate.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, append, pulseRecord, type Subject } from "./context.ts";
import { candidatesOf, describeAbsence } from "./land.ts";
import { conflictVerdict } from "./verdicts.ts";

/** What a run judges. */
export interface Judged {
  about: About;
  /** Commit that is checked or looked at. */
  start: string;
  /** What the merge is made with: home, or the default branch. */
  base: string;
  name: string;
}

/** Work that does not merge with home needs no checks to be sent back. */
export async function judgeChain(
  context: ApplyContext,
  subject: Subject,
  { mission, tip, features }: Pick<Gate, "mission" | "tip" | "features">,
): Promise<Judged | Applied> {
  const { doors, snapshot } = context;
  const { home } = subject;
  const options = { mission, home: home.tip, identity: programIdentity(snapshot.host), at: doors.clock.now() };
  const { here, missing } = await sortByPresence(doors.git, candidatesOf(subject, features));
  const [absent] = missing;
  if (absent && here.length === 0) return describeAbsence(context, subject, absent);
  const chain = await buildChain(doors.git, here, options);
  if (chain.stopped?.alone) {
    const head = { feature: chain.stopped.candidate.feature.id, head: chain.stopped.candidate.head };
    const record = pulseRecord(context, home.tip, conflictVerdict(home, head, home.codeTree), chain.stopped.reason);
    return append(context, { mission, tip }, [record], {
      detail: `${mission}/${head.feature}: ${chain.stopped.reason}`,
    });
  }
  const heads = chain.links.map(({ feature, head }) => ({ feature: feature.id, head }));
  const [first] = heads;
  if (!first) return { kind: "failed", reason: `${mission}: there is nothing to gate` };
  return {
    about: { kind: "features", features: heads },
    start: chain.tip,
    base: home.tip,
    name: heads.length === 1 ? `gate-${first.feature}` : "gate",
  };
}
