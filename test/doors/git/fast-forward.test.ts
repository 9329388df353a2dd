import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import {
  commitFiles,
  git,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
  writeScript,
} from "../../helpers/repositories.ts";

/** A checkout of main, one commit behind `next`, which changes `a`, adds `b` and leaves `c` alone. */
function makeBehind(): { folder: string; next: string; tip: string } {
  const folder = temporaryRepository({ a: "1\n", c: "1\n" });
  const tip = git(folder, "rev-parse", "main");
  git(folder, "checkout", "-q", "-b", "next");
  const next = commitFiles(folder, { a: "2\n", b: "b\n" }, "next");
  git(folder, "checkout", "-q", "main");
  return { folder, next, tip };
}

const open = (folder: string) => openGit({ cwd: folder, env: process.env });

test("files and branch move forward, and no hook runs", async () => {
  const { folder, next } = makeBehind();
  const canary = join(temporaryFolder(), "canary");
  for (const hook of ["post-merge", "post-checkout"])
    writeScript(join(folder, ".git", "hooks"), hook, `touch ${canary}`);
  git(folder, "config", "core.fsmonitor", writeScript(temporaryFolder(), "watch", `touch ${canary}; exit 1`));
  git(folder, "config", "merge.verifySignatures", "true");
  git(folder, "config", "merge.ff", "false");
  expect(await open(folder).fastForward(folder, next)).toEqual({ kind: "done" });
  expect(git(folder, "rev-parse", "main")).toBe(next);
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("b\n");
  expect(existsSync(canary)).toBe(false);
  expect(git(folder, "status", "--porcelain")).toBe("");
  // The trap is armed: the person's own git does run it.
  expect(existsSync(canary)).toBe(true);
});

test("options for merges of the branch do not keep it from moving", async () => {
  const { folder, next } = makeBehind();
  git(folder, "config", "branch.main.mergeOptions", "--squash --no-ff --no-commit");
  expect(await open(folder).fastForward(folder, next)).toEqual({ kind: "done" });
  expect(git(folder, "rev-parse", "main")).toBe(next);
});

test("an ignored file in the way is refused in git's words, and kept", async () => {
  const { folder, next, tip } = makeBehind();
  writeFiles(folder, { b: "mine\n", ".git/info/exclude": "b\n" });
  const answer = await open(folder).fastForward(folder, next);
  expect(answer).toMatchObject({ kind: "refused", reason: expect.stringContaining("b") });
  expect(git(folder, "rev-parse", "main")).toBe(tip);
  expect(readFileSync(join(folder, "b"), "utf8")).toBe("mine\n");
});

test("a checkout that is not there is refused", async () => {
  const { folder, next } = makeBehind();
  const answer = await open(folder).fastForward(join(folder, "away"), next);
  expect(answer).toEqual({ kind: "refused", reason: "its folder is not there" });
});

test("a person's edits elsewhere stay and are in nobody's way", async () => {
  const { folder, next } = makeBehind();
  writeFiles(folder, { c: "mine\n", untracked: "mine\n" });
  git(folder, "config", "merge.autoStash", "true");
  expect(await open(folder).fastForward(folder, next)).toEqual({ kind: "done" });
  expect(readFileSync(join(folder, "c"), "utf8")).toBe("mine\n");
  expect(git(folder, "stash", "list")).toBe("");
});

test.each([
  ["an edit of a file that changes", { a: "mine\n" }, "a"],
  ["an untracked file that would be overwritten", { b: "mine\n" }, "b"],
])("%s is refused in git's words, and kept", async (_what, files, path) => {
  const { folder, next, tip } = makeBehind();
  writeFiles(folder, files);
  git(folder, "config", "merge.autoStash", "true");
  const answer = await open(folder).fastForward(folder, next);
  expect(answer).toMatchObject({
    kind: "refused",
    reason: expect.stringMatching(new RegExp(`overwritten by merge:\\s+${path}\\b`)),
  });
  expect(readFileSync(join(folder, path), "utf8")).toBe("mine\n");
  expect(git(folder, "rev-parse", "main")).toBe(tip);
});

test("a checkout that went another way, or is locked, is refused", async () => {
  const { folder, next } = makeBehind();
  commitFiles(folder, { d: "d" }, "mine");
  expect(await open(folder).fastForward(folder, next)).toMatchObject({
    reason: expect.stringContaining("Not possible to fast-forward"),
  });
  const other = makeBehind();
  writeFileSync(join(other.folder, ".git", "index.lock"), "");
  expect(await open(other.folder).fastForward(other.folder, other.next)).toMatchObject({
    reason: expect.stringContaining("index.lock"),
  });
});

test("a linked worktree moves its own branch only", async () => {
  const { folder, next, tip } = makeBehind();
  const linked = join(temporaryFolder(), "linked");
  git(folder, "worktree", "add", "-q", "-b", "side", linked, tip);
  expect(await open(folder).fastForward(linked, next)).toEqual({ kind: "done" });
  expect([git(folder, "rev-parse", "side"), git(folder, "rev-parse", "main")]).toEqual([next, tip]);
});

test("a sparse checkout stays sparse", async () => {
  const { folder, next } = makeBehind();
  git(folder, "sparse-checkout", "set", "--no-cone", "/a");
  expect(await open(folder).fastForward(folder, next)).toEqual({ kind: "done" });
  expect([existsSync(join(folder, "a")), existsSync(join(folder, "b"))]).toEqual([true, false]);
});
