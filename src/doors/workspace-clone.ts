/**
 * Private clones. `git init` + alternates + one checkout was the quickest of what was measured (at 200 files 120 ms against
 * 154 ms for `git clone --shared`), with four workers where there are many files (at 20,000 files 2.3 s against 17 s with
 * one). The clone is made beside its place and renamed, so a folder that exists is whole.
 */

import { appendFileSync, copyFileSync, existsSync, mkdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GitRunner, makeRunner } from "./git/process/spawn.ts";
import { lastValue, readConfigFile } from "./git/refs/config.ts";
import { makeSettings } from "./git/refs/settings.ts";
import type { Identity } from "./git.ts";
import { removeFolder } from "./remove-folder.ts";
import { realPath } from "./runtimes/agent/real-path.ts";
import { notesFolder } from "./runtimes/claude/session.ts";
import { copyListedFiles } from "./workspace/copy-listed.ts";
import type { Workspaces } from "./workspace.ts";

const CHECKOUT_WORKERS = 4;
/** Below that the four are themselves what takes time: 200 files cost 4 ms of a processor with one, 11 ms with four. */
const FILES_FOR_WORKERS = 1000;
const CHECKOUT_TIMEOUT_MS = 10 * 60_000;

/** Line ends must come out as in the person's checkout; all else of their settings stays theirs. */
const COPIED_SETTINGS = ["core.autocrlf", "core.eol"];
const COPIED_FILES = ["info/exclude", "info/attributes", "shallow"];

const ENVIRONMENT = {
  // `importRef` reads refs as files, whatever format the person prefers for new repositories.
  GIT_DEFAULT_REF_FORMAT: "files",
  // The clone has no remote to fetch large files from: it gets their pointers.
  GIT_LFS_SKIP_SMUDGE: "1",
};

export interface WorkspaceOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** Who the worker's own commits are by. */
  identity: Identity;
}

type CloneOrder = Parameters<Workspaces["makeClone"]>[0];

/** The real workspaces. A partial clone of the person is refused: its missing objects can't be borrowed. */
export function makeWorkspaces({ env, identity }: WorkspaceOptions): Workspaces {
  return {
    async makeClone(order) {
      if (existsSync(join(order.path, ".git", "HEAD"))) return;
      const runner = makeRunner(order.gitDir, env);
      const settings = makeSettings(runner);
      if (settings.isPartial()) {
        throw new Error(
          `${order.gitDir} is a partial clone, whose missing objects no workspace could borrow: fetch all`,
        );
      }
      const half = `${order.path}.half`;
      if (existsSync(half)) await removeFolder(half);
      mkdirSync(dirname(half), { recursive: true });
      await initialise(runner, half, order.branch, settings.oidLength);
      fill(half, order, identity);
      await checkOut(runner, half);
      if (existsSync(order.path)) rmdirSync(order.path);
      renameSync(half, order.path);
    },
    async copyIncluded({ checkout, path }) {
      if (!existsSync(join(checkout, ".worktreeinclude"))) return [];
      const runner = makeRunner(join(path, ".git"), env);
      const args = ["ls-files", "-z", "--others", "--ignored", "--exclude-from=.worktreeinclude"];
      return copyListedFiles(await readPaths(runner, checkout, args), checkout, path);
    },
    async listUntracked(path) {
      const runner = makeRunner(join(path, ".git"), env);
      return readPaths(runner, path, ["ls-files", "-z", "--others", "--exclude-standard"]);
    },
    async remove(path) {
      await removeFolder(path);
      await removeFolder(`${path}.half`);
    },
    async forget(path) {
      const notes = notesFolder(env, realPath(path) ?? path);
      // Nothing depends on it: what can't go stays.
      if (notes !== null) await rm(notes, { recursive: true, force: true }).catch(() => {});
    },
  };
}

async function initialise(runner: GitRunner, path: string, branch: string, oidLength: number): Promise<void> {
  const format = oidLength === 64 ? "sha256" : "sha1";
  const flags = ["--template=", `--initial-branch=${branch}`, `--object-format=${format}`];
  await runner.demand(["init", "-q", ...flags, path], { worktree: dirname(path), env: ENVIRONMENT });
}

function fill(path: string, order: CloneOrder, identity: Identity): void {
  const dotGit = join(path, ".git");
  for (const folder of ["objects/info", "info", "refs/heads"]) mkdirSync(join(dotGit, folder), { recursive: true });
  writeFileSync(join(dotGit, "objects", "info", "alternates"), `${join(order.gitDir, "objects")}\n`);
  for (const file of COPIED_FILES) {
    if (existsSync(join(order.gitDir, file))) copyFileSync(join(order.gitDir, file), join(dotGit, file));
  }
  writeRef(dotGit, `refs/heads/${order.branch}`, order.commit);
  if (order.home !== null && order.home !== order.commit) writeRef(dotGit, "refs/heads/home", order.home);
  appendFileSync(join(dotGit, "config"), printConfig(order.gitDir, identity));
}

function writeRef(dotGit: string, name: string, oid: string): void {
  const file = join(dotGit, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${oid}\n`);
}

/** A worker must not be asked for a signing key, nor leave a collector or watcher running behind it. */
function printConfig(gitDir: string, identity: Identity): string {
  const own = readConfigFile(join(gitDir, "config"));
  const copied = COPIED_SETTINGS.map((key) => [key, lastValue(own, key)] as const);
  const settings: (readonly [string, string | null])[] = [
    ["user.name", identity.name],
    ["user.email", identity.email],
    ["commit.gpgsign", "false"],
    ["tag.gpgsign", "false"],
    ["core.fsmonitor", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ...copied,
  ];
  return settings.map(([key, value]) => (value === null ? "" : printSetting(key, value))).join("");
}

function printSetting(key: string, value: string): string {
  const [section = "", name = ""] = key.split(".");
  const quoted = value.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n");
  return `[${section}]\n\t${name} = "${quoted}"\n`;
}

async function checkOut(runner: GitRunner, path: string): Promise<void> {
  await runner.demand(["reset", "-q", "--hard"], {
    worktree: path,
    env: ENVIRONMENT,
    settings: [
      `checkout.workers=${CHECKOUT_WORKERS}`,
      `checkout.thresholdForParallelism=${FILES_FOR_WORKERS}`,
      "submodule.recurse=false",
    ],
    timeoutMs: CHECKOUT_TIMEOUT_MS,
  });
}

async function readPaths(runner: GitRunner, worktree: string, args: readonly string[]): Promise<string[]> {
  const output = await runner.demand(args, { worktree });
  return output.stdout.toString("utf8").split("\0").filter(Boolean);
}
