/** Files that an agent has written for it instead of writing them itself: of the workspace, or where a judge allows it, and of a bounded size. */

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  writeFileSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import { isInside, realPath } from "../agent/real-path.ts";

const MAX_FILE_BYTES = 4 * 1024 * 1024;
// A link that is put in the way is not followed, and a pipe does not hold us up.
const CAREFULLY = constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface Places {
  /** Its real path. */
  workspace: string;
  /** Files elsewhere that belong to the run. */
  files: readonly string[];
}

/** Where a path really leads; null when that is nowhere. */
export function findAnyPlace({ workspace }: Pick<Places, "workspace">, path: string): string | null {
  // To write into a workspace that is gone would make another one in its place.
  return existsSync(workspace) ? realPath(resolve(workspace, path)) : null;
}

/** The same; null also when that is outside. */
export function findPlace({ workspace, files }: Places, path: string): string | null {
  const real = findAnyPlace({ workspace }, path);
  if (real === null) return null;
  return isInside(workspace, real) || files.some((file) => realPath(file) === real) ? real : null;
}

/** `line` counts from 1. Throws what is wrong in words. */
export function readText(place: string, { line, limit }: { line: number | null; limit: number | null }): string {
  const handle = openSync(place, constants.O_RDONLY | CAREFULLY);
  try {
    const { size } = mustBeFile(place, handle);
    mustFit(place, size);
    const bytes = Buffer.alloc(size);
    const text = bytes.toString("utf8", 0, readSync(handle, bytes, 0, size, 0));
    if (line === null && limit === null) return text;
    const from = Math.max(0, (line ?? 1) - 1);
    const lines = text.split(/(?<=\n)/).slice(from, limit === null ? undefined : from + Math.max(0, limit));
    return lines.join("");
  } finally {
    closeSync(handle);
  }
}

/** Throws what is wrong in words. */
export function writeText(place: string, content: string): void {
  mustFit(place, Buffer.byteLength(content));
  mkdirSync(dirname(place), { recursive: true });
  const handle = openSync(place, constants.O_WRONLY | constants.O_CREAT | CAREFULLY);
  try {
    mustBeFile(place, handle);
    ftruncateSync(handle);
    writeFileSync(handle, content);
  } finally {
    closeSync(handle);
  }
}

function mustBeFile(place: string, handle: number): { size: number } {
  const stat = fstatSync(handle);
  if (!stat.isFile()) throw new Error(`${place} is no file`);
  return stat;
}

function mustFit(place: string, size: number): void {
  if (size > MAX_FILE_BYTES) throw new Error(`${place}: ${size} bytes, ${MAX_FILE_BYTES} allowed`);
}
