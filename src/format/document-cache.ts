import type {
  Assertion,
  FeatureDocument,
  MilestoneDocument,
  MissionDocument,
  Role,
  SourceFile,
} from "../model/documents.ts";
import type { Parsed } from "./documents/parsed.ts";

/** What the file of each kind is read into. All of it survives a journey through JSON. */
export interface DocumentKinds {
  mission: MissionDocument;
  contract: readonly Assertion[];
  milestone: MilestoneDocument;
  feature: FeatureDocument;
  role: Role;
}

export type ParsedDocument = {
  [Kind in keyof DocumentKinds]: { kind: Kind } & Parsed<DocumentKinds[Kind]>;
}[keyof DocumentKinds];

/**
 * Remembers parsed files by path, mode and blob. A file's parsed form depends on these and on the program's version,
 * which whoever keeps a cache on disk has to keep beside it.
 */
export interface DocumentCache {
  get(key: string): ParsedDocument | undefined;
  set(key: string, document: ParsedDocument): void;
}

/** The parsed form of a file, from the cache where that has it. */
export function readThroughCache<Kind extends keyof DocumentKinds>(
  cache: DocumentCache | undefined,
  kind: Kind,
  file: SourceFile,
  parse: () => Parsed<DocumentKinds[Kind]>,
): Parsed<DocumentKinds[Kind]> {
  if (!cache) return parse();
  const key = `${kind} ${file.mode} ${file.blob} ${file.path}`;
  const known = cache.get(key);
  if (known?.kind === kind) return known as { kind: Kind } & Parsed<DocumentKinds[Kind]>;
  const parsed = parse();
  cache.set(key, { kind, ...parsed } as ParsedDocument);
  return parsed;
}
