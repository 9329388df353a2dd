/** The person at the keyboard as git knows them: who they are, their signature, and the checkout they stand in. */

import type { Identity } from "./git.ts";

export interface FileVersion {
  /** As in a git tree: 100644, 100755, 120000. */
  mode: string;
  oid: string;
}

/** By path from the root of the repository; null stands for a file that is gone. */
export type FileChanges = ReadonlyMap<string, FileVersion | null>;

/** A commit of the person's own. `refused`: the signature that their settings ask for could not be made. */
export type PersonCommit = { kind: "written"; oid: string } | { kind: "refused"; reason: string };

export interface Person {
  /** null when git knows neither name nor address. */
  readIdentity(): Promise<Identity | null>;
  /** Signed where `commit.gpgsign` says so, and dated on the person's own clock. Hooks do not run. */
  writeCommit(commit: { tree: string; parents: readonly string[]; message: string }): Promise<PersonCommit>;
  /** null in a bare repository. */
  readonly checkout: Checkout | null;
}

/** The checkout that the person stands in. */
export interface Checkout {
  /** Absolute path. */
  readonly folder: string;
  /** Full name of the branch, null when detached; the commit is null before the first one. */
  readHead(): Promise<{ ref: string | null; commit: string | null }>;
  /** Paths below the folders whose file or index entry differs from HEAD, new files that are not ignored with them. */
  listChanged(folders: readonly string[]): Promise<readonly string[]>;
  /** The files as a commit would take them: with the person's filters, line ends and modes. */
  readFiles(paths: readonly string[]): Promise<FileChanges>;
  /** Writes versions of files and removes those that are gone. The index stays as it is. */
  writeFiles(files: FileChanges): Promise<void>;
  /** Sets index entries and no others, and holds the index until `keep` or `undo`. Changes nothing when another git has it. */
  stage(files: FileChanges): Promise<Staged>;
  readNote(): Promise<SaveNote | null>;
  writeNote(note: SaveNote): Promise<void>;
}

export type Staged = { kind: "done"; keep(): void; undo(): void } | { kind: "refused"; reason: string };

/**
 * What was saved from this checkout while another branch was checked out: the files stay changed here, and the next save
 * has to tell what is new from what was saved already. Kept in the cache, so it may be gone at any time.
 */
export interface SaveNote {
  /** Commit of HEAD at that save. */
  head: string;
  files: FileChanges;
}
