import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Versions 2 to 4 are all that git ever wrote. */
const VERSIONS = [2, 3, 4];
const HEADER_BYTES = 12;

/**
 * What is wrong with an index file, null when nothing is. Its end is the hash of all before it; git itself looks at that
 * only in `fsck`, and takes the names in a cut file as they come. All zeros stand for no hash (`index.skipHash`).
 */
export function findIndexFault(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? null : (error as Error).message;
  }
  if (bytes.length < HEADER_BYTES) return "it is cut off";
  if (bytes.toString("latin1", 0, 4) !== "DIRC" || !VERSIONS.includes(bytes.readUInt32BE(4))) return "it is no index";
  const isWhole = (["sha1", "sha256"] as const).some((kind) => endsWithHash(bytes, kind));
  return isWhole ? null : "its checksum does not hold";
}

function endsWithHash(bytes: Buffer, kind: "sha1" | "sha256"): boolean {
  const length = kind === "sha1" ? 20 : 32;
  if (bytes.length < HEADER_BYTES + length) return false;
  const end = bytes.subarray(bytes.length - length);
  if (end.every((byte) => byte === 0)) return true;
  return createHash(kind)
    .update(bytes.subarray(0, bytes.length - length))
    .digest()
    .equals(end);
}
