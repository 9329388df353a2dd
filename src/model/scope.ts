import type { FeatureDocument } from "./documents.ts";

/**
 * Whether two features may touch the same paths. Globs are compared by their literal beginnings: `src/a/**` and `src/a/x.ts`
 * overlap. A feature without a scope overlaps with nothing: it says nothing of its paths.
 */
export function scopesOverlap(a: FeatureDocument, b: FeatureDocument): boolean {
  return a.scope.some((left) =>
    b.scope.some((right) => left === right || reaches(left, right) || reaches(right, left)),
  );
}

/** Whether a pattern's literal beginning contains the other's; a plain path reaches only what lies below it. */
function reaches(pattern: string, other: string): boolean {
  const beginning = literal(pattern);
  const isOpen = beginning !== pattern || beginning.endsWith("/");
  return literal(other).startsWith(isOpen ? beginning : `${beginning}/`);
}

function literal(glob: string): string {
  return glob.replace(/[*?[{].*$/, "");
}
