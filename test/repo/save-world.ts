/** Small real repositories for the tests of saving. */

import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { systemClock } from "../../src/doors/clock.ts";
import { findRepository, openGit } from "../../src/doors/git-process.ts";
import { openPerson } from "../../src/doors/person/person-git.ts";
import { printRecord } from "../../src/format/record.ts";
import { openAuthority } from "../../src/repo/authority.ts";
import { saveAuthority } from "../../src/repo/save-authority.ts";
import type { SaveWorld } from "../../src/repo/save-land.ts";

export const FEATURE = `---
title: Schema
status: todo   # by a person
size: M
priority: 3
risk: green
---
# Schema

First line.

Second line.

Third line.
`;

export const FILES: Readonly<Record<string, string>> = {
  "README.md": "hello\n",
  "src/code.txt": "code\n",
  "missions/config.md": "---\nparallel: 4\n---\nBe kind.\n",
  "missions/crm/mission.md": "---\ntitle: CRM\nstatus: planning\nbudget: { usd: 10 }\n---\n# CRM\n",
  "missions/crm/milestones/01-base/milestone.md": "---\ntitle: Base\n---\nStands.\n",
  "missions/crm/milestones/01-base/schema.md": FEATURE,
  "missions/crm/milestones/01-base/auth.md": FEATURE.replaceAll("Schema", "Auth"),
};

export const SCHEMA = "missions/crm/milestones/01-base/schema.md";
export const AUTH = "missions/crm/milestones/01-base/auth.md";

export class Repository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = realpathSync(folder);
  }

  git(...args: string[]): string {
    return execFileSync("git", args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  }

  bytes(...args: string[]): Buffer {
    return execFileSync("git", args, { cwd: this.folder });
  }

  tryGit(...args: string[]): { status: number | null; stderr: string } {
    return spawnSync("git", args, { cwd: this.folder, encoding: "utf8" });
  }

  write(path: string, text: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Replaces a piece of a file. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} has no ${from}`);
    this.write(path, text.replace(from, to));
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  program(path: string, text: string): string {
    this.write(path, text);
    chmodSync(join(this.folder, path), 0o755);
    return join(this.folder, path);
  }

  commit(message: string, ...paths: string[]): string {
    this.git("add", "-A", "--", ...(paths.length > 0 ? paths : ["."]));
    this.git("commit", "-q", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Commits some texts on a branch that is checked out nowhere. */
  commitOn(branch: string, files: Record<string, string>, message = "elsewhere"): string {
    const index = join(mkdtempSync(join(tmpdir(), "index-")), "index");
    const env = { ...process.env, GIT_INDEX_FILE: index };
    const run = (args: string[], input?: string) =>
      execFileSync("git", args, {
        cwd: this.folder,
        env,
        encoding: "utf8",
        ...(input === undefined ? {} : { input }),
      }).trim();
    run(["read-tree", branch]);
    for (const [path, text] of Object.entries(files)) {
      const blob = run(["hash-object", "-w", "--no-filters", "--stdin"], text);
      run(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
    }
    const commit = run(["commit-tree", run(["write-tree"]), "-p", branch, "-m", message]);
    this.git("update-ref", `refs/heads/${branch}`, commit);
    return commit;
  }

  status(): string {
    return this.git("status", "--porcelain");
  }

  show(spec: string): string {
    return this.bytes("show", spec).toString("utf8");
  }
}

export function makeRepository(
  files: Readonly<Record<string, string | Uint8Array>> = FILES,
  ...options: string[]
): Repository {
  const folder = mkdtempSync(join(tmpdir(), "save-"));
  execFileSync("git", ["init", "-q", ...options, folder]);
  const repository = new Repository(folder);
  for (const [path, text] of Object.entries(files)) repository.write(path, text);
  if (Object.keys(files).length > 0) repository.commit("begin");
  return repository;
}

/** A repository with a bare remote `origin` that has its main branch. */
export function makeCloned(files = FILES): { repository: Repository; remote: Repository } {
  const repository = makeRepository(files);
  const folder = mkdtempSync(join(tmpdir(), "remote-"));
  execFileSync("git", ["init", "-q", "--bare", folder]);
  repository.git("remote", "add", "origin", folder);
  repository.git("push", "-q", "-u", "origin", "main");
  repository.git("remote", "set-head", "origin", "main");
  return { repository, remote: new Repository(folder) };
}

export function cloneOf(remote: Repository): Repository {
  const folder = mkdtempSync(join(tmpdir(), "clone-"));
  execFileSync("git", ["clone", "-q", remote.folder, folder]);
  return new Repository(folder);
}

/** Begins a mission's ledger, with a home branch made from `main` unless there is one. */
export function beginLedger(repository: Repository, mission: string, home = `mission/${mission}/home`): void {
  const message = printRecord({ fact: { kind: "created", format: 1, home }, by: "test", homeTip: null, body: "" });
  const tree = repository.git("hash-object", "-t", "tree", "-w", "/dev/null");
  const commit = execFileSync("git", ["commit-tree", tree], {
    cwd: repository.folder,
    input: message,
    encoding: "utf8",
  }).trim();
  repository.git("update-ref", `refs/mission/ledger/${mission}`, commit);
  if (repository.tryGit("rev-parse", "--verify", "-q", `refs/heads/${home}`).status !== 0)
    repository.git("branch", "-q", home, "main");
}

export interface WorldOptions {
  remote?: string;
  /** Another folder to stand in, such as a linked worktree. */
  cwd?: string;
  env?: Readonly<Record<string, string | undefined>>;
}

export function openWorld(repository: Repository, options: WorldOptions = {}): SaveWorld {
  const env = { ...process.env, ...options.env };
  const cwd = options.cwd ?? repository.folder;
  const git = openGit({ cwd, env });
  onTestFinished(() => git.close());
  const found = findRepository(cwd, env);
  const worktree = found.kind === "found" ? found.worktree : null;
  const state = { cache: join(repository.folder, ".git", "cache-of-test") };
  const person = openPerson({ git, worktree, clock: systemClock, env, state });
  const authority = openAuthority(git, { remote: options.remote ?? null, refPrefix: "refs/mission" });
  return { git, person, authority: saveAuthority(git, authority, "main") };
}
