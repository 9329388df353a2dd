/** Branches that the program owns. */

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
