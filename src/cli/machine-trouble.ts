/** What the machine or git did not give: an operating error, told in words and never by a stack. */

import { GitError } from "../doors/git.ts";
import { FolderError } from "../doors/state/durable.ts";
import { CommandError } from "./command-error.ts";

const AGAIN = "then the same command again; what was recorded before is whole";

/** By the code of the system: what it is, and what helps. */
const TROUBLES: Readonly<Record<string, readonly [what: string, next: string]>> = {
  ENOSPC: ["the disk is full", `make room, ${AGAIN}`],
  EDQUOT: ["your share of the disk is used up", `make room, ${AGAIN}`],
  EROFS: ["the file system can only be read", `make it writable, ${AGAIN}`],
  EIO: ["the disk failed", `look at the disk (dmesg), ${AGAIN}`],
  EMFILE: ["too many files are open", `raise the limit (ulimit -n), ${AGAIN}`],
  ENFILE: ["too many files are open on this machine", `end something, ${AGAIN}`],
  EACCES: ["a file may not be touched", `mission doctor; ${AGAIN}`],
  EPERM: ["a file may not be touched", `mission doctor; ${AGAIN}`],
  ENOMEM: ["the machine has no memory left", `end something, ${AGAIN}`],
  EAGAIN: ["the machine starts no further process now", `end something, ${AGAIN}`],
};

/** Another place for the folder helps. */
const OF_PLACE = ["EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EEXIST", "ELOOP", "ENAMETOOLONG"];
const ELSEWHERE = `export XDG_STATE_HOME=<a folder that you may write to>, ${AGAIN}`;

/** How git says the same. */
const GIT_WORDS: readonly (readonly [words: RegExp, code: string])[] = [
  [/No space left on device|ENOSPC/i, "ENOSPC"],
  [/Disk quota exceeded/i, "EDQUOT"],
  [/Read-only file system/i, "EROFS"],
  [/Input\/output error/i, "EIO"],
  [/Too many open files|EMFILE/i, "EMFILE"],
  [/Permission denied/i, "EACCES"],
  [/Cannot allocate memory|out of memory/i, "ENOMEM"],
];

/** What a person is told of an error; null for one that is a bug of ours. */
export function describeTrouble(error: unknown): CommandError | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof GitError) {
    const code = GIT_WORDS.find(([words]) => words.test(error.stderr))?.[1];
    return code === undefined
      ? new CommandError("git", error.message, `mission doctor; ${AGAIN}`, 4)
      : trouble(code, error.message);
  }
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (error instanceof FolderError && OF_PLACE.includes(code)) {
    return new CommandError("state-folder", `the state folder can't be written: ${error.message}`, ELSEWHERE, 4);
  }
  return Object.hasOwn(TROUBLES, code) ? trouble(code, error.message) : null;
}

function trouble(code: string, words: string): CommandError {
  const [what, next] = TROUBLES[code] ?? ["", AGAIN];
  return new CommandError("machine", `${what}: ${words}`, next, 4);
}
