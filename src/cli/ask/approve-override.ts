/** A person passes what a gate, review or validation did not: a verdict of theirs, on exactly the heads and the code that were judged. */

import type { Doors } from "../../doors/doors.ts";
import type { FeatureDocument } from "../../model/documents.ts";
import { thingName } from "../../model/ids.ts";
import type { Entry } from "../../model/ledger.ts";
import type { Answered, AskKind, FeatureHead, Verdict } from "../../model/record.ts";
import type { HomeSnapshot, MissionSnapshot } from "../../model/snapshot.ts";
import type { MissionState } from "../../model/state.ts";
import { buildChain } from "../../repo/candidate.ts";
import { programIdentity } from "../../repo/program-identity.ts";
import { CommandError } from "../command-error.ts";
import type { Plan } from "../control/control-records.ts";
import type { Sight } from "../read/look.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";

export interface Override {
  /** `crm/schema`. */
  name: string;
  /** Commit that was judged. */
  judged: string;
}

export async function overridePlan(doors: Doors, sight: Sight, word: string, reason: string): Promise<Plan<Override>> {
  const thing = resolveThing(sight.state, word);
  const subject = "mission" in thing ? sight.snapshot.missions.find(({ id }) => id === thing.mission.id) : undefined;
  if (!("mission" in thing) || !subject?.home) throw nothingJudged(nameOf(thing));
  const { home } = subject;
  const { verdict, judged } = await overridingVerdict(doors, { subject, home, thing, reason });
  const answers = openOverrides(thing.mission, aboutOf(thing)).map((fact) => ({ fact, body: reason }));
  const records = [{ fact: verdict, body: reason }, ...answers];
  return { mission: thing.mission, records, result: { name: nameOf(thing), judged } };
}

interface Question {
  subject: MissionSnapshot;
  home: HomeSnapshot;
  thing: Thing;
  reason: string;
}

async function overridingVerdict(doors: Doors, question: Question): Promise<{ verdict: Verdict; judged: string }> {
  const { thing, subject, reason } = question;
  if (thing.kind === "feature" || (thing.kind === "ask" && isFeature(subject, aboutOf(thing)))) {
    return overrideCandidate(doors, question, aboutOf(thing) ?? "");
  }
  const milestone = aboutOf(thing);
  const last = milestone === null ? null : lastValidation(subject, milestone);
  if (milestone === null || last === null || !isOpen(last)) throw nothingJudged(nameOf(thing));
  return { verdict: passedByPerson(last.fact, reason), judged: last.fact.base };
}

/** Builds the candidate anew: what is passed is the head that was judged, on home as it is now. */
async function overrideCandidate(
  doors: Doors,
  { subject, home, reason }: Question,
  id: string,
): Promise<{ verdict: Verdict; judged: string }> {
  const name = thingName(subject.id, id);
  const feature = subject.files.features.find((document) => document.id === id);
  const last = feature ? lastVerdict(subject, feature) : null;
  if (!feature || last === null || !isOpen(last.entry)) throw nothingJudged(name);
  const { run, head } = last;
  const options = {
    mission: subject.id,
    home: home.tip,
    identity: programIdentity(doors.state.host),
    at: doors.clock.now(),
  };
  const chain = await buildChain(doors.git, [{ feature, head: head.head, run, base: baseOf(subject, run) }], options);
  if (chain.stopped) {
    throw new CommandError(
      "conflict",
      `${name} at ${head.head} can't land: ${chain.stopped.reason}`,
      `mission retry ${name}`,
      1,
    );
  }
  const about = { kind: "features" as const, features: [head] };
  const bound = { about, base: home.tip, baseCodeTree: home.codeTree, codeTree: chain.codeTree };
  return { verdict: passedByPerson({ ...last.entry.fact, ...bound }, reason), judged: head.head };
}

function baseOf({ ledger }: Question["subject"], run: string): string | null {
  return ledger.runs.get(run)?.claim.fact.base ?? null;
}

interface LastVerdict {
  entry: Entry<Verdict>;
  head: FeatureHead;
  run: string;
}

function passedByPerson(judged: Verdict, reason: string): Verdict {
  return { ...judged, run: null, result: "passed", byRuntime: null, checks: [], assertions: [], override: reason };
}

/**
 * The last verdict on exactly the work that waits: the head of the last run for the present spec, or the fix-ups that people
 * pushed on it.
 */
function lastVerdict({ ledger, candidates }: MissionSnapshot, { id, spec }: FeatureDocument): LastVerdict | null {
  const records = ledger.byFeature.get(id);
  const run = records?.runs.findLast(
    ({ claim, ended }) => claim.fact.runKind === "work" && claim.fact.spec === spec && ended !== null,
  );
  const head = candidates[id] ?? run?.ended?.fact.head ?? run?.claim.fact.base;
  if (!records || !run?.ended || head === undefined) return null;
  const since = run.ended.position;
  const entry = records.verdicts.findLast(({ position, fact: { about } }) => {
    const isAlone = about.kind === "features" && about.features.length === 1 && about.features[0]?.head === head;
    return position > since && isAlone;
  });
  return entry ? { entry, head: { feature: id, head }, run: run.run } : null;
}

function lastValidation({ ledger }: MissionSnapshot, milestone: string): Entry<Verdict> | null {
  const isIt = ({ of, about }: Verdict) =>
    of === "validate" && about.kind === "milestone" && about.milestone === milestone;
  return ledger.verdicts.findLast(({ fact }) => isIt(fact)) ?? null;
}

function isOpen({ fact }: Entry<Verdict>): boolean {
  return fact.result !== "passed" && fact.result !== "unchecked";
}

const OVERRIDABLE: readonly AskKind[] = ["override", "manual", "review"];

/** Asks that wait for just this decision are answered along with it. */
function openOverrides({ openAsks }: MissionState, about: string | null): readonly Answered[] {
  return openAsks
    .filter(({ asked: { fact } }) => fact.about === about && OVERRIDABLE.includes(fact.ask))
    .map(({ number, asked }) => ({ kind: "answered", ask: number, decision: "approved", boundTo: asked.fact.boundTo }));
}

function aboutOf(thing: Thing): string | null {
  if (thing.kind === "feature") return thing.feature.id;
  if (thing.kind === "milestone") return thing.milestone.id;
  if (thing.kind === "ask") return thing.ask.asked.fact.about;
  return thing.kind === "mission" ? "final" : null;
}

function isFeature({ files }: MissionSnapshot, id: string | null): boolean {
  return files.features.some((feature) => feature.id === id);
}

function nothingJudged(name: string): CommandError {
  return new CommandError("nothing-to-override", `no verdict on ${name} stands in the way`, `mission show ${name}`, 1);
}
