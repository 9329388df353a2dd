import type { FeatureDocument } from "../model/documents.ts";

/**
 * What a worker is asked, as one text to be hashed: attempts, approvals and verdicts are bound to it. The first line is
 * JSON and so holds no line end; the body is the rest.
 */
export function printSpec(feature: Pick<FeatureDocument, "title" | "body" | "fulfills" | "fixes" | "scope">): string {
  return `${JSON.stringify([feature.title, feature.fulfills, feature.fixes, feature.scope])}\n${feature.body}`;
}
