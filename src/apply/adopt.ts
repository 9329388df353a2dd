import { findTrailer, parseMessage } from "../format/trailers.ts";
import type { Adopt, Applied } from "../model/decision.ts";
import type { Landed } from "../model/record.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { type ApplyContext, append, pulseRecord, type Subject, subjectOf } from "./context.ts";

/** How far back on home a landing of our own is looked for: a crash kept its record from being written a moment ago. */
const MOST_COMMITS = 200;

/** Records that a feature is on home, whoever brought it there. */
export async function applyAdopt(context: ApplyContext, decision: Adopt): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const { home } = subject;
  const own = await findLanding(context, subject, decision);
  const landed: Landed = own ?? {
    kind: "landed",
    feature: decision.feature,
    run: null,
    spec: decision.spec,
    commit: home.tip,
    codeTree: home.codeTree,
  };
  const body = own ? "It had landed, its record was missing." : "Home says done.";
  const detail = `${decision.mission}/${decision.feature} is done on ${home.branch}`;
  return append(context, decision, [pulseRecord(context, home.tip, landed, body)], { detail });
}

/** The landing commit that the program made before it could record it; null where a person brought the work. */
async function findLanding(
  { doors }: ApplyContext,
  { mission, home }: Subject,
  { feature, spec }: Adopt,
): Promise<Landed | null> {
  const commits = await doors.git.listCommits(home.tip, null, MOST_COMMITS);
  for (const { oid, message } of commits.toReversed()) {
    const { trailers } = parseMessage(message);
    const run = findTrailer(trailers, "Mission-Run");
    if (findTrailer(trailers, "Mission") !== `${mission.id}/${feature}` || run === null) continue;
    if (!mission.ledger.runs.has(run) || mission.ledger.landed.some(({ fact }) => fact.commit === oid)) return null;
    return { kind: "landed", feature, run, spec, commit: oid, codeTree: await codeTreeOf(doors.git, oid) };
  }
  return null;
}
