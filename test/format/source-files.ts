import type { SourceFile } from "../../src/model/documents.ts";

const ENCODER = new TextEncoder();
let blobs = 0;

/** A file as git would hand it over. */
export function aFile(path: string, content: string | Uint8Array, mode = "100644"): SourceFile {
  const bytes = typeof content === "string" ? ENCODER.encode(content) : content;
  blobs += 1;
  return { path, mode, blob: `blob${blobs}`, bytes };
}

/** Shows what is hashed, so that tests can tell two specs apart. */
export function plainHash(text: string): string {
  return `hash of ${text}`;
}
