import type { Ledger } from "../model/ledger.ts";
import { featureBranch } from "../repo/branches.ts";
import type { MissionsQuestion } from "./question.ts";

/**
 * Candidate heads of delivered work: the tip of a feature's branch where that goes on from the delivered head, because
 * people push fix-ups there. A branch that went elsewhere is a person's own and counts for nothing.
 */
export async function readCandidates(
  { doors, authority, refs }: MissionsQuestion,
  mission: string,
  ledger: Ledger,
): Promise<Readonly<Record<string, string>>> {
  const candidates: Record<string, string> = {};
  for (const [feature, { runs }] of ledger.byFeature) {
    const tip = refs.get(authority.branchRef(featureBranch(mission, feature)));
    const head =
      tip && runs.findLast(({ claim, ended }) => claim.fact.runKind === "work" && ended?.fact.head)?.ended?.fact.head;
    if (tip && head && tip !== head && (await doors.git.isAncestor(head, tip))) candidates[feature] = tip;
  }
  return candidates;
}
