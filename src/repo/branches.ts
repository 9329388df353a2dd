/** Branches that the program owns. */

import type { Git } from "../doors/git.ts";

export function homeBranchName(mission: string): string {
  return `mission/${mission}/home`;
}

/** Delivered work while a person looks at it. */
export function featureBranch(mission: string, feature: string): string {
  return `mission/${mission}/${feature}`;
}

/** A signed home commit while its merge is due: `part` is a milestone or `final`. */
export function signedBranch(mission: string, part: string): string {
  return `mission/${mission}/${part}`;
}

/** Whether a person stands on a branch, full name, here: it is not moved or deleted under them. */
export async function isCheckedOut(git: Git, name: string): Promise<boolean> {
  return (await git.listWorktrees()).some(({ head, busyBranches }) => head === name || busyBranches.includes(name));
}
