import { findTrailer, parseMessage } from "../format/trailers.ts";
import type { Adopt, Applied } from "../model/decision.ts";
import type { Landed, NewRecord } from "../model/record.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { type ApplyContext, append, pulseRecord, type Subject, subjectOf } from "./context.ts";
import { verdictWithoutRun } from "./verdicts.ts";

/** How far back on home a landing of our own is looked for: a crash kept its record from being written a moment ago. */
const MOST_COMMITS = 200;

/** Records that a feature is on home, whoever brought it there. */
export async function applyAdopt(context: ApplyContext, decision: Adopt): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const { home } = subject;
  const own = await findLanding(context, subject, decision);
  const landed: Landed = own?.landed ?? {
    kind: "landed",
    feature: decision.feature,
    run: null,
    spec: decision.spec,
    commit: home.tip,
    codeTree: home.codeTree,
  };
  const body = own ? "It had landed, its record was missing." : "Home says done.";
  const detail = `${decision.mission}/${decision.feature} is done on ${home.branch}`;
  const unchecked = own === null ? [] : uncheckedOf(context, subject, own);
  return append(context, decision, [...unchecked, pulseRecord(context, home.tip, landed, body)], { detail });
}

interface OwnLanding {
  landed: Landed;
  head: string | null;
}

/** What landed without a gate is recorded as unchecked together with its landing: here both are missing. */
function uncheckedOf(context: ApplyContext, { mission, home }: Subject, { landed, head }: OwnLanding): NewRecord[] {
  const { codeTree, feature } = landed;
  // Within a chain only the last tree was judged, for all of them.
  const isJudged = mission.ledger.verdicts.some(({ fact: { about, ...verdict } }) => {
    const isOfChain =
      about.kind === "features" && about.features.some((of) => of.feature === feature && of.head === head);
    return verdict.codeTree === codeTree || isOfChain;
  });
  if (head === null || isJudged || mission.files.mission?.mode !== "poc") return [];
  const about = { kind: "features" as const, features: [{ feature, head }] };
  const verdict = verdictWithoutRun(home, { of: "gate", about, codeTree, result: "unchecked" });
  return [pulseRecord(context, home.tip, verdict)];
}

/** The landing commit that the program made before it could record it; null where a person brought the work. */
async function findLanding(
  { doors }: ApplyContext,
  { mission, home }: Subject,
  { feature, spec }: Adopt,
): Promise<OwnLanding | null> {
  const commits = await doors.git.listCommits(home.tip, null, MOST_COMMITS);
  for (const { oid, message } of commits.toReversed()) {
    const { trailers } = parseMessage(message);
    const run = findTrailer(trailers, "Mission-Run");
    if (findTrailer(trailers, "Mission") !== `${mission.id}/${feature}` || run === null) continue;
    if (!mission.ledger.runs.has(run) || mission.ledger.landed.some(({ fact }) => fact.commit === oid)) return null;
    const landed = {
      kind: "landed" as const,
      feature,
      run,
      spec,
      commit: oid,
      codeTree: await codeTreeOf(doors.git, oid),
    };
    return { landed, head: findTrailer(trailers, "Mission-Head") };
  }
  return null;
}
