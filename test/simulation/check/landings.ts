import type { LedgerRecord } from "../../../src/model/record.ts";
import { type CommitFacts, featureOf, isProgram, type MissionHistory, ofKind, subjectOf } from "./history.ts";

export interface LandingOptions {
  /** A person rewrote or took back what was on home. */
  isRewritten: boolean;
  /** Whether one commit is the other or comes before it. */
  isAncestor(ancestor: string, descendant: string): boolean;
}

/**
 * No feature lands twice without a retry or another spec, each landing is on home's own line, and what is judged and lands
 * is what the first end of its run delivered: a run whose claim was taken from it brings nothing to home any more.
 */
export function checkLandings(
  { id, records, home }: Pick<MissionHistory, "id" | "records" | "home">,
  options: LandingOptions,
): string[] {
  return [
    ...checkRecords(records, home, options),
    ...checkJudged(records, options),
    ...checkHeads({ id, records, home }, options),
  ];
}

function checkRecords(
  records: readonly LedgerRecord[],
  home: readonly CommitFacts[],
  { isRewritten }: LandingOptions,
): string[] {
  const faults: string[] = [];
  const landed = new Map<string, string>();
  const line = new Set(home.map(({ oid }) => oid));
  for (const { fact } of records) {
    if (fact.kind === "created") landed.clear();
    // A retry of a milestone or mission covers its features too.
    if (fact.kind === "control" && fact.action === "retry") {
      const name = fact.target.slice(fact.target.indexOf("/") + 1);
      if (landed.has(name)) landed.delete(name);
      else landed.clear();
    }
    if (fact.kind !== "landed") continue;
    if (landed.get(fact.feature) === fact.spec) faults.push(`${fact.feature} landed twice`);
    landed.set(fact.feature, fact.spec);
    if (!isRewritten && !line.has(fact.commit))
      faults.push(`${fact.feature} landed as ${fact.commit}, which is not on home`);
  }
  return faults;
}

function checkHeads(
  { id, records, home }: Pick<MissionHistory, "id" | "records" | "home">,
  { isAncestor }: LandingOptions,
): string[] {
  const delivered = listDelivered(records);
  return home.filter(isProgram).flatMap((commit) => {
    const feature = featureOf(commit, id) ?? "";
    const head = /^Mission-Head: (.+)$/m.exec(commit.message)?.[1];
    const heads = delivered.get(feature);
    if (head === undefined || heads === undefined) return [];
    return heads.some((own) => standsOn(own, head, isAncestor))
      ? []
      : [`"${subjectOf(commit)}" landed ${head}, which no run of ${feature} delivered in time`];
  });
}

function checkJudged(records: readonly LedgerRecord[], { isAncestor }: LandingOptions): string[] {
  const delivered = listDelivered(records);
  return ofKind(records, "claim").flatMap(({ run, runKind, about }) => {
    if ((runKind !== "gate" && runKind !== "review") || about.kind !== "features") return [];
    return about.features.flatMap(({ feature, head }) => {
      const heads = delivered.get(feature);
      if (heads === undefined || heads.some((own) => standsOn(own, head, isAncestor))) return [];
      return [`${run} judged ${head}, which no run of ${feature} delivered in time`];
    });
  });
}

interface Delivered {
  head: string;
  /** It found nothing to do: home as it was, and nothing on top of it, is what it stands by. */
  isHome: boolean;
}

/** A person may have pushed a fix-up on top. */
function standsOn({ head, isHome }: Delivered, judged: string, isAncestor: LandingOptions["isAncestor"]): boolean {
  return isHome ? head === judged : isAncestor(head, judged);
}

/** By feature, of the first end of each run. */
function listDelivered(records: readonly LedgerRecord[]): ReadonlyMap<string, readonly Delivered[]> {
  const claims = new Map(ofKind(records, "claim").map((claim) => [claim.run, claim]));
  const ended = new Set<string>();
  const delivered = new Map<string, Delivered[]>();
  for (const { run, head, outcome } of ofKind(records, "run-ended")) {
    const claim = claims.get(run);
    if (claim?.about.kind !== "feature" || ended.has(run)) continue;
    ended.add(run);
    const isHome = head === null && outcome === "nothing-to-do";
    const own = isHome ? claim.base : head;
    const heads = delivered.get(claim.about.feature) ?? [];
    delivered.set(claim.about.feature, own === null ? heads : [...heads, { head: own, isHome }]);
  }
  return delivered;
}
