import type { DocumentCache, ParsedDocument } from "../format/document-cache.ts";
import type { MissionFiles, SourceFile } from "../model/documents.ts";

/** A mission as it was last read, with the texts of its features. */
export interface KeptMission {
  value: MissionFiles;
  /** Paths of files that are no plain ones: executable, links. */
  odd: readonly string[];
}

const PLAIN = "100644";

/**
 * The features of a mission as it was last read, for the reading of what has changed in it. A file in which something was
 * found is read again: which findings came from it alone is not kept.
 */
export function knownFeatures({ value, odd }: KeptMission): DocumentCache {
  const unsure = new Set([...odd, ...value.findings.map(({ file }) => file)]);
  const known = new Map<string, ParsedDocument>();
  for (const document of value.features) {
    if (unsure.has(document.file)) continue;
    known.set(featureKey(document.blob, document.file), { kind: "feature", document, findings: [] });
  }
  return { get: (key) => known.get(key), set: () => {} };
}

/** Whether a file need not be fetched from git, since a cache has what is read out of it. */
export function isKnown(cache: DocumentCache | undefined, { mode, blob, path }: Omit<SourceFile, "bytes">): boolean {
  return mode === PLAIN && cache?.get(featureKey(blob, path)) !== undefined;
}

export function listOdd(files: readonly Omit<SourceFile, "bytes">[]): readonly string[] {
  return files.filter(({ mode }) => mode !== PLAIN).map(({ path }) => path);
}

/** As `readThroughCache` asks. */
function featureKey(blob: string, path: string): string {
  return `feature ${PLAIN} ${blob} ${path}`;
}
