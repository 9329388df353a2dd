/** The errors that a door gives when the machine fails it, as they look when it really does. */

import { constants } from "node:os";
import { GitError } from "../git.ts";
import type { Errno } from "./plan.ts";

/** How an effect fails. `none`: it answers and never throws. */
export type Family = "files" | "git" | "none";

const WORDS: Readonly<Record<Errno, string>> = {
  ENOSPC: "no space left on device",
  EIO: "i/o error",
  EROFS: "read-only file system",
  EMFILE: "too many open files",
};

const GIT_WORDS: Readonly<Record<Errno, string>> = {
  ENOSPC: "fatal: unable to write file: No space left on device",
  EIO: "fatal: unable to write file: Input/output error",
  EROFS: "fatal: unable to create temporary file: Read-only file system",
  EMFILE: "git can't be started: spawn git EMFILE",
};

export function errorOf(family: Family, errno: Errno, point: string): Error {
  if (family === "git") return new GitError([point], errno === "EMFILE" ? null : 128, GIT_WORDS[errno]);
  const syscall = errno === "EMFILE" || errno === "EROFS" ? "open" : "write";
  const error = new Error(`${errno}: ${WORDS[errno]}, ${syscall}`);
  return Object.assign(error, { code: errno, errno: -constants.errno[errno], syscall });
}

/** A git that was ended because its time was over. */
export function timeoutError(point: string): Error {
  return new GitError([point], null, "no answer in time. ");
}
