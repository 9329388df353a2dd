import { spawn } from "node:child_process";
import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Worktree } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import {
  bareRemote,
  commitFiles,
  git,
  temporaryFolder,
  temporaryRepository,
  writeScript,
} from "../../helpers/repositories.ts";
import { waitFor } from "../../helpers/wait.ts";

async function only(folder: string, now?: () => number): Promise<Worktree> {
  const [worktree] = await openGit({ cwd: folder, env: process.env, ...(now && { now }) }).listWorktrees();
  if (worktree === undefined) throw new Error("no worktree");
  return worktree;
}

/** Two branches that conflict in `a`, `topic` checked out. */
function makeConflict(): string {
  const folder = temporaryRepository({ a: "1\n" });
  git(folder, "checkout", "-q", "-b", "topic");
  commitFiles(folder, { a: "topic\n" }, "topic");
  git(folder, "checkout", "-q", "main");
  commitFiles(folder, { a: "main\n" }, "main");
  git(folder, "checkout", "-q", "topic");
  return folder;
}

/** Runs a git command that stops with a conflict. */
function stopAt(folder: string, ...args: string[]): void {
  try {
    git(folder, ...args);
  } catch {
    return;
  }
  throw new Error(`git ${args.join(" ")} met no conflict`);
}

test("a quiet checkout has nothing in progress", async () => {
  const folder = temporaryRepository({ a: "a" });
  const old = Date.now() + 3_600_000;
  expect(await only(folder, () => old)).toEqual({
    path: folder,
    gitDir: join(folder, ".git"),
    head: "refs/heads/main",
    busyBranches: [],
    inProgress: null,
    locked: false,
    committing: false,
  });
});

test("linked worktrees are listed with their own state, and bare repositories have no other", async () => {
  const folder = temporaryRepository({ a: "a" });
  const linked = join(temporaryFolder(), "linked");
  git(folder, "worktree", "add", "-q", "-b", "side", linked);
  writeFileSync(join(folder, ".git", "worktrees", "linked", "index.lock"), "");
  const worktrees = await openGit({ cwd: linked, env: process.env }).listWorktrees();
  expect(worktrees.map(({ path, head, locked }) => [path, head, locked])).toEqual([
    [folder, "refs/heads/main", false],
    [linked, "refs/heads/side", true],
  ]);
  expect(await openGit({ cwd: bareRemote(), env: process.env }).listWorktrees()).toEqual([]);
});

test.each([["--merge"], ["--apply"]])(
  "a branch that is being rebased (%s) is busy though HEAD is detached",
  async (how) => {
    const folder = makeConflict();
    stopAt(folder, "rebase", how, "main");
    expect(await only(folder)).toMatchObject({ head: null, busyBranches: ["refs/heads/topic"], inProgress: "rebase" });
  },
);

test.each([
  ["merge", ["merge", "main"]],
  ["cherry-pick", ["cherry-pick", "main"]],
])("a %s that stopped is in progress", async (inProgress, args) => {
  const folder = makeConflict();
  stopAt(folder, ...args);
  expect(await only(folder)).toMatchObject({ head: "refs/heads/topic", busyBranches: [], inProgress });
});

test("a revert that stopped is in progress", async () => {
  const folder = makeConflict();
  commitFiles(folder, { a: "later\n" }, "later");
  stopAt(folder, "revert", "--no-edit", "HEAD~1");
  expect(await only(folder)).toMatchObject({ inProgress: "revert" });
});

test("patches that are being applied are in progress", async () => {
  const folder = makeConflict();
  const patch = join(temporaryFolder(), "patch");
  writeFileSync(patch, `${git(folder, "format-patch", "-1", "--stdout", "main")}\n`);
  stopAt(folder, "am", patch);
  expect(await only(folder)).toMatchObject({ inProgress: "am" });
});

test("a branch that is being bisected is busy", async () => {
  const folder = temporaryRepository({ a: "1" });
  for (const text of ["2", "3", "4"]) commitFiles(folder, { a: text }, text);
  git(folder, "bisect", "start", "HEAD", "HEAD~3");
  expect(await only(folder)).toMatchObject({ head: null, busyBranches: ["refs/heads/main"], inProgress: "bisect" });
});

test("an open editor of a commit is seen, until the commit is made or a quarter of an hour is over", async () => {
  const folder = temporaryRepository({ a: "a" });
  const opened = join(temporaryFolder(), "opened");
  const editor = writeScript(temporaryFolder(), "editor", `touch ${opened}; sleep 60`);
  const log = join(folder, ".git", "logs", "HEAD");
  const before = new Date(Date.now() - 60_000);
  utimesSync(log, before, before);
  const child = spawn("git", ["-C", folder, "commit", "--allow-empty"], {
    env: { ...process.env, GIT_EDITOR: editor },
    stdio: "ignore",
    detached: true,
  });
  const isCommitting = async (now = Date.now()) => (await only(folder, () => now)).committing;
  const muchLater = Date.now() + 16 * 60_000;
  await waitFor("the editor", () => existsSync(opened));
  expect([await isCommitting(), await isCommitting(muchLater)]).toEqual([true, true]);
  process.kill(-(child.pid as number), "SIGKILL");
  await expect.poll(() => isCommitting(muchLater), { timeout: 10_000 }).toBe(false);
  expect(await isCommitting()).toBe(true);
  const after = new Date(Date.now() + 60_000);
  utimesSync(log, after, after);
  expect(await isCommitting()).toBe(false);
});

test("what is half deleted is passed over", async () => {
  const folder = temporaryRepository({ a: "a" });
  mkdirSync(join(folder, ".git", "worktrees", "half"), { recursive: true });
  expect(await openGit({ cwd: folder, env: process.env }).listWorktrees()).toHaveLength(1);
});
