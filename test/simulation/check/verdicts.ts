import { type CommitFacts, isProgram, type MissionHistory, ofKind, subjectOf } from "./history.ts";

/** What the program made the tip of a branch, where that is known. */
export interface Tips {
  all: ReadonlySet<string>;
  /** Those since which no pulse has added to a ledger. */
  unseen: ReadonlySet<string>;
}

/**
 * Every code that the program brought to home is a code tree that passed as exactly that tree, or that is recorded as
 * unchecked, or that a person passed. Missions may share a home, so their verdicts count together. The inside of a chain
 * becomes a tip when a person takes the end of the chain away.
 */
export function checkVerdicts(missions: readonly MissionHistory[], tips?: Tips): string[] {
  const good = new Set<string>();
  for (const { records } of missions) {
    const byPerson = ofKind(records, "answered").some(({ decision }) => decision === "approved");
    for (const { of, result, codeTree, override } of ofKind(records, "verdict")) {
      // A reviewer's word alone brings nothing to home.
      if (of === "review") continue;
      const isGood = result === "passed" || result === "unchecked" || override !== null;
      if (isGood || (result === "inconclusive" && byPerson)) good.add(codeTree);
    }
  }
  return missions.flatMap((mission) => checkHome(mission, good, tips));
}

function checkHome({ id, records, home }: MissionHistory, good: ReadonlySet<string>, tips: Tips | undefined): string[] {
  const chained = new Set(ofKind(records, "landed").map(({ commit }) => commit));
  return home.flatMap((commit, index) => {
    const [parent, next] = [home[index - 1], home[index + 1]];
    if (parent === undefined || !isProgram(commit) || commit.codeTree === parent.codeTree) return [];
    // Within a chain only the last tree was judged, and only it was ever a tip.
    if (tips !== undefined && !tips.all.has(commit.oid)) return [];
    // A person who rewrites the end of a chain leaves its trailers there.
    const isInside = next !== undefined && isLanding(commit, chained) && isLanding(next, chained);
    if (isInside || good.has(commit.codeTree)) return [];
    // Whoever looks at any moment may look between a checkout that moved and the records, which the next pulse makes up for.
    const isUnrecorded = isLanding(commit, chained) && !chained.has(commit.oid);
    if (isUnrecorded && tips?.unseen.has(commit.oid)) return [];
    return [`${id}: "${subjectOf(commit)}" brought code to home that passed no gate`];
  });
}

function isLanding({ oid, message }: CommitFacts, chained: ReadonlySet<string>): boolean {
  return chained.has(oid) || message.includes("\nMission-Head: ");
}
