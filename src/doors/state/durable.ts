/** Files that are whole or not there, also after a power cut. */

import {
  closeSync,
  fsync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const sync = promisify(fsync);

let count = 0;

/** A folder of ours that can't be made or written: where it lies is the person's to choose. */
export class FolderError extends Error {
  /** Of the system. */
  readonly code: string | undefined;
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "FolderError";
    this.code = (cause as NodeJS.ErrnoException | null)?.code;
  }
}

/** Makes a folder of ours where there is none. Throws `FolderError`. */
export function makeFolder(path: string): void {
  inFolder(() => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

function inFolder<Answer>(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    throw new FolderError(error);
  }
}

/** Replaces a file: the old or the new content, never half of it. */
export function writeWhole(path: string, text: string): void {
  const temporary = writeBeside(path, text);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/** Replaces a file as a whole for every reader, of what a power cut puts an end to anyway: then it may be old or broken. */
export function replaceFile(path: string, text: string): void {
  makeFolder(dirname(path));
  const temporary = nameBeside(path);
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Files of one folder as `writeWhole` leaves them, each after those before it: together they wait once for the disk. */
export async function writeAllWhole(
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
): Promise<void> {
  makeFolder(folder);
  const waiting = files.map(([name, text]) => writeSoon(join(folder, name), text));
  const written = await Promise.allSettled(waiting.map(({ hardened }) => hardened));
  try {
    for (const one of written) if (one.status === "rejected") throw one.reason;
    for (const { temporary, path } of waiting) renameSync(temporary, path);
  } catch (error) {
    for (const { temporary } of waiting) rmSync(temporary, { force: true });
    throw error;
  }
  await harden(folder, "r").catch(() => {
    // Some file systems have no sync of folders.
  });
}

/** A file beside the one that it will replace; `hardened` when it is on the disk. */
function writeSoon(path: string, text: string): { path: string; temporary: string; hardened: Promise<void> } {
  const temporary = nameBeside(path);
  const write = async () => {
    writeFileSync(temporary, text, { mode: 0o600 });
    await harden(temporary, "r+");
  };
  return { path, temporary, hardened: write() };
}

async function harden(path: string, flags: string): Promise<void> {
  const handle = openSync(path, flags);
  try {
    await sync(handle);
  } finally {
    closeSync(handle);
  }
}

function nameBeside(path: string): string {
  count += 1;
  return `${path}.${process.pid}-${count}.tmp`;
}

/** Makes a file that must not exist yet; answers whether it was this call that made it. */
export function createWhole(path: string, text: string): boolean {
  const temporary = writeBeside(path, text);
  try {
    linkSync(temporary, path);
    syncFolder(dirname(path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** The value of a JSON file; undefined when there is none or it can't be read. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function writeBeside(path: string, text: string): string {
  makeFolder(dirname(path));
  const temporary = nameBeside(path);
  const handle = inFolder(() => openSync(temporary, "w", 0o600));
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  return temporary;
}

/** A rename lasts only once its folder is on the disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } catch {
    // Some file systems have no sync of folders.
  } finally {
    closeSync(handle);
  }
}
