/** Real repositories for tests of the protocols: a bare remote with any number of clones, and hooks that do harm. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Git } from "../../src/doors/git.ts";
import { openGit } from "../../src/doors/git-process.ts";
import { type Authority, openAuthority } from "../../src/repo/authority.ts";

export interface Clone {
  folder: string;
  git: Git;
  authority: Authority;
  /** Plain git in this clone, as a person runs it. */
  run(...args: string[]): string;
}

export interface Remote {
  folder: string;
  run(...args: string[]): string;
  clone(): Clone;
  /** What ref names what object there now. */
  value(ref: string): string | null;
  /** A hook of the remote, a shell script. */
  hook(name: string, script: string): void;
}

const SHELL = "#!/bin/sh\n";

export function runGit(folder: string, ...args: string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] }).trim();
}

/** A bare repository whose branch `main` has one commit. */
export function makeRemote(): Remote {
  const folder = mkdtempSync(join(tmpdir(), "remote-"));
  const run = (...args: string[]) => runGit(folder, ...args);
  run("init", "--quiet", "--bare");
  run(
    "update-ref",
    "refs/heads/main",
    run("commit-tree", "-m", "first", run("hash-object", "-t", "tree", "-w", "/dev/null")),
  );
  return {
    folder,
    run,
    clone: () => makeClone(folder),
    value: (ref) => run("for-each-ref", "--format=%(objectname)", ref) || null,
    hook(name, script) {
      writeFileSync(join(folder, "hooks", name), SHELL + script);
      chmodSync(join(folder, "hooks", name), 0o755);
    },
  };
}

function makeClone(remote: string): Clone {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  runGit(folder, "clone", "--quiet", remote, ".");
  const git = openGit({ cwd: folder, env: process.env });
  return {
    folder,
    git,
    authority: openAuthority(git, { remote: "origin", refPrefix: "refs/mission" }),
    run: (...args) => runGit(folder, ...args),
  };
}

/** A repository without a remote. */
export function makeAlone(): Clone {
  const folder = mkdtempSync(join(tmpdir(), "alone-"));
  runGit(folder, "init", "--quiet");
  runGit(folder, "commit", "--quiet", "--allow-empty", "-m", "first");
  return openAlone(folder);
}

/** Another process's view of the same repository. */
export function openAlone(folder: string): Clone {
  const git = openGit({ cwd: folder, env: process.env });
  return {
    folder,
    git,
    authority: openAuthority(git, { remote: null, refPrefix: "refs/mission" }),
    run: (...args) => runGit(folder, ...args),
  };
}

const TESTER = { name: "Tester", email: "tester@example.com" };

/** A commit with nothing in it; the word makes it differ from others. */
export function writeCommit({ git }: Pick<Clone, "git">, word: string, parent: string | null = null): Promise<string> {
  return git.writeTree([]).then((tree) =>
    git.writeCommit({
      tree,
      parents: parent === null ? [] : [parent],
      message: `${word}\n`,
      author: TESTER,
      committer: TESTER,
      at: 1_800_000_000_000,
    }),
  );
}
