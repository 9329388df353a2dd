import type { MissionDocument } from "../model/documents.ts";
import { isCodingAgent } from "../model/documents.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Reviewer } from "../model/state.ts";
import { eligibleRuntimes, listRoles } from "./runtime.ts";

const ROLE = "reviewer";

/**
 * Who reviews delivered work; null where nobody does. `review:` of the mission or else of config.md names a role, or `none`.
 * Left out, coding agents are reviewed by one of them; where only a person's own programs are configured, which may know of
 * nothing but work, there is no review unless the repository has a role `reviewer` of its own.
 */
export function deriveReviewer(
  mission: MissionSnapshot,
  { mode, review }: MissionDocument,
  snapshot: Snapshot,
): Reviewer | null {
  if (mode === "poc") return null;
  const word = review ?? mission.repository.config.review;
  if (word !== null) return word === "none" ? null : { role: word, isNamed: true };
  const role = listRoles(mission, snapshot).byName.get(ROLE) ?? null;
  if (role !== null && !snapshot.builtinRoles.includes(role)) return { role: ROLE, isNamed: true };
  const { capabilities, repository } = snapshot;
  // Where none is named agents do the work, on whatever host they are: one that has none of them must not land it unreviewed.
  const isAgents = capabilities.isFound || eligibleRuntimes(repository.config, role).some(isCodingAgent);
  return isAgents ? { role: ROLE, isNamed: false } : null;
}
