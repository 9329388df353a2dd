import type { Finding } from "../../model/finding.ts";

/** One file, read: always a document, filled with defaults where there are findings. Both survive a journey through JSON. */
export interface Parsed<Document> {
  document: Document;
  findings: readonly Finding[];
}
