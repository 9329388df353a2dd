import type { Positions } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";

/** The parts of a document that a finding needs. */
export interface Place {
  file: string;
  at: Positions;
}

/** An error at a key of a document, or at the file's beginning where the key is left out. */
export function errorAt(place: Place, key: string, code: string, message: string, expected: string): Finding {
  const { line, column } = place.at[key] ?? { line: 1, column: 1 };
  return { file: place.file, line, column, severity: "error", code, message, expected };
}
