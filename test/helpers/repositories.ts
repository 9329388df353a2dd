/** Real repositories in the temporary folder of the test, which test/environment.ts deletes. */

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** An empty folder of its own, by its real path. */
export function temporaryFolder(name = "folder"): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
}

/** Runs git in a folder and answers what it printed, without the last line end. */
export function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
}

/** A repository on branch `main`, with one commit of these files when there are any. */
export function temporaryRepository(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder("repository");
  git(folder, "init", "-q", "-b", "main");
  if (Object.keys(files).length > 0) commitFiles(folder, files, "first");
  return folder;
}

export function bareRemote(): string {
  const folder = temporaryFolder("remote");
  git(folder, "init", "-q", "--bare", "-b", "main");
  return folder;
}

/** A clone with the remote as `origin`. */
export function cloneOf(remote: string): string {
  const folder = temporaryFolder("clone");
  git(folder, "clone", "-q", remote, ".");
  return folder;
}

/** Writes files, commits everything in the folder and answers the commit. */
export function commitFiles(folder: string, files: Readonly<Record<string, string>>, message: string): string {
  writeFiles(folder, files);
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "--allow-empty", "-m", message);
  return git(folder, "rev-parse", "HEAD");
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Makes a named pipe: who reads it waits for ever. */
export function makePipe(path: string): void {
  execFileSync("sh", ["-c", 'mkfifo "$0"', path]);
}

/** Writes an executable shell script and answers its path. */
export function writeScript(folder: string, name: string, body: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}
