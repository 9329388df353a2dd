/** What people do in a checkout of the in-memory git, and what the door says about it. */

import { beforeEach, expect, test } from "vitest";
import type { Git, Identity } from "../../../src/doors/git.ts";
import { addCheckout, addFolder, addRepository, type MemoryDisk, type MemoryFolder, makeDisk } from "./disk.ts";
import { openMemoryGit } from "./memory-git.ts";
import {
  amendCommit,
  commitFolder,
  editFiles,
  giveUp,
  goOn,
  mergeInto,
  type PersonsResult,
  rebaseFolder,
  resetHard,
  revertCommit,
  switchBranch,
} from "./people.ts";
import { collectGarbage, type MemoryRepository, makeStore } from "./repository.ts";

const ADA: Identity = { name: "Ada", email: "ada@example.com" };
const MAIN = "refs/heads/main";

let disk: MemoryDisk;
let repository: MemoryRepository;
let folder: MemoryFolder;
let git: Git;
let seconds: number;

beforeEach(() => {
  disk = makeDisk();
  repository = addRepository(disk, makeStore(), { gitDir: "/home/.git", bare: false });
  folder = addCheckout(disk, repository, { path: "/home" });
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  git = openMemoryGit({ disk, gitDir: "/home/.git", network: new Map(), outside, identity: ADA });
  seconds = 1_700_000_000;
});

function hand(): { by: Identity; at: number } {
  seconds += 1;
  return { by: ADA, at: seconds * 1000 };
}

function done(result: PersonsResult): string {
  if (result.kind !== "done") throw new Error(JSON.stringify(result));
  return result.commit;
}

function commit(files: Readonly<Record<string, string | null>>, message = "a change\n"): string {
  editFiles(folder, files);
  return done(commitFolder(disk, folder, { ...hand(), message }));
}

const textOf = (path: string) => folder.files.get(path)?.bytes.toString() ?? null;

/** main, and a branch `next` one commit ahead that changes `a`, adds `b` and leaves `c` alone; main is checked out. */
function makeBehind(): { tip: string; next: string } {
  const tip = commit({ a: "1\n", c: "1\n" });
  done(switchBranch(disk, folder, "next", { create: true }));
  const next = commit({ a: "2\n", b: "b\n" });
  done(switchBranch(disk, folder, "main"));
  return { tip, next };
}

test("a commit takes all files that are not ignored, and one without a change is refused", async () => {
  const first = commit({ a: "1\n", ".gitignore": "out/\n*.log\n", "out/x": "x", "deep/y.log": "y" });
  expect((await git.readTree(first))?.map(({ name }) => name)).toEqual([".gitignore", "a"]);
  expect(commitFolder(disk, folder, { ...hand(), message: "again\n" })).toMatchObject({ kind: "refused" });
  expect(await git.resolve("HEAD")).toBe(first);
});

test("an amended commit takes the place of the last one", async () => {
  const first = commit({ a: "1\n" });
  commit({ a: "2\n" }, "typo\n");
  editFiles(folder, { a: "3\n" });
  const amended = done(amendCommit(disk, folder, { ...hand(), message: "better\n" }));
  expect(await git.readCommit("HEAD")).toMatchObject({ oid: amended, parents: [first], message: "better\n" });
});

test("a branch and its files move forward around a person's edits", async () => {
  const { next } = makeBehind();
  editFiles(folder, { c: "mine\n", untracked: "mine\n" });
  expect(await git.fastForward("/home", next)).toEqual({ kind: "done" });
  expect([textOf("a"), textOf("b"), textOf("c"), repository.refs.get(MAIN)]).toEqual(["2\n", "b\n", "mine\n", next]);
});

test.each([
  ["an edit of a file that changes", { a: "mine\n" }, "a"],
  ["an untracked file that would be overwritten", { b: "mine\n" }, "b"],
  ["a folder where a file would come", { "b/x": "mine\n" }, "b"],
])("%s is refused in git's words, and kept", async (_what, files, path) => {
  const { tip, next } = makeBehind();
  editFiles(folder, files);
  const before = new Map(folder.files);
  expect(await git.fastForward("/home", next)).toMatchObject({
    kind: "refused",
    reason: expect.stringMatching(new RegExp(`${path}\\b`)),
  });
  expect([folder.files, repository.refs.get(MAIN)]).toEqual([before, tip]);
});

test("a checkout that is locked, in the middle of a merge or gone another way is refused", async () => {
  const { next } = makeBehind();
  folder.locked = true;
  expect(await git.fastForward("/home", next)).toMatchObject({ reason: expect.stringContaining("index.lock") });
  folder.locked = false;
  commit({ a: "3\n" });
  expect(await git.fastForward("/home", next)).toMatchObject({ reason: expect.stringContaining("fast-forward") });
  expect(mergeInto(disk, folder, "next", hand())).toEqual({ kind: "conflict", paths: ["a"] });
  expect(await git.fastForward("/home", next)).toMatchObject({ reason: expect.stringContaining("MERGE_HEAD") });
  expect((await git.listWorktrees())[0]).toMatchObject({ head: MAIN, inProgress: "merge" });
  expect(await git.fastForward("/away", next)).toEqual({ kind: "refused", reason: "its folder is not there" });
});

test("a conflict is ended by what the person wrote, or taken back", async () => {
  const { next } = makeBehind();
  const mine = commit({ a: "3\n" });
  expect(mergeInto(disk, folder, "next", hand()).kind).toBe("conflict");
  expect(textOf("a")).toContain("<<<<<<<");
  expect(done(giveUp(disk, folder))).toBe(mine);
  expect([textOf("a"), textOf("b"), folder.inProgress]).toEqual(["3\n", null, null]);
  mergeInto(disk, folder, "next", hand());
  editFiles(folder, { a: "both\n" });
  const merged = done(goOn(disk, folder, hand()));
  expect(await git.readCommit(merged)).toMatchObject({ parents: [mine, next] });
});

test("a revert takes back what one commit did", () => {
  commit({ a: "1\n2\n3\n4\n5\n" });
  const bad = commit({ a: "1\nbad\n3\n4\n5\n" });
  commit({ a: "1\nbad\n3\n4\nfive\n" });
  done(revertCommit(disk, folder, bad, hand()));
  expect(textOf("a")).toBe("1\n2\n3\n4\nfive\n");
});

test("a rebase puts the branch's own commits on top, and says which branch it will move while it waits", async () => {
  const { next } = makeBehind();
  commit({ c: "2\n" });
  const mine = commit({ a: "3\n" });
  expect(rebaseFolder(disk, folder, "next", hand())).toEqual({ kind: "conflict", paths: ["a"] });
  expect(await git.listWorktrees()).toMatchObject([{ head: null, busyBranches: [MAIN], inProgress: "rebase" }]);
  expect(repository.refs.get(MAIN)).toBe(mine);
  editFiles(folder, { a: "both\n" });
  done(goOn(disk, folder, hand()));
  expect((await git.listCommits(MAIN, next)).length).toBe(2);
  expect([textOf("a"), textOf("c"), folder.head]).toEqual(["both\n", "2\n", MAIN]);
});

test("a rebase whose branch was moved by another does not end", () => {
  const { next } = makeBehind();
  commit({ a: "3\n" });
  rebaseFolder(disk, folder, "next", hand());
  repository.refs.set(MAIN, next);
  expect(goOn(disk, folder, hand())).toMatchObject({ kind: "refused", reason: expect.stringContaining(MAIN) });
  expect(folder.inProgress).toBe("rebase");
});

test("a hard reset leaves untracked files alone", () => {
  const first = commit({ a: "1\n" });
  commit({ a: "2\n", b: "b\n" });
  editFiles(folder, { a: "3\n", mine: "mine\n" });
  expect(done(resetHard(disk, folder, first))).toBe(first);
  expect([textOf("a"), textOf("b"), textOf("mine")]).toEqual(["1\n", null, "mine\n"]);
});

test("a branch is checked out in one place only", () => {
  commit({ a: "1\n" });
  done(switchBranch(disk, folder, "side", { create: true }));
  const linked = addCheckout(disk, repository, { path: "/linked", linked: { head: MAIN } });
  expect(switchBranch(disk, folder, "main")).toMatchObject({ kind: "refused" });
  expect(linked.files.get("a")?.bytes.toString()).toBe("1\n");
});

test("a folder's files become a tree, without what is listed or ignored", async () => {
  const base = commit({ a: "1\n", "src/b": "b\n", kept: "k\n" });
  const worker = addFolder(disk, "/worker");
  editFiles(worker, {
    a: "2\n",
    kept: "k2\n",
    "new/c": "c\n",
    left: "l\n",
    "node_modules/x": "x",
    ".gitignore": "kept\nnode_modules\n",
  });
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  const readText = () => "/left\n";
  const door = openMemoryGit({ disk, gitDir: "/home/.git", network: new Map(), outside, identity: ADA, readText });
  const tree = await door.snapshotFolder("/worker", base, { indexFile: "/index", excludeFile: "/exclude" });
  expect((await git.changedPaths(base, tree)).map(({ status, path }) => `${status} ${path}`)).toEqual([
    "A .gitignore",
    "M a",
    "M kept",
    "A new/c",
    "D src/b",
  ]);
});

test("work of a clone that borrows objects comes in, unless what it borrowed was thrown away", async () => {
  const start = commit({ a: "1\n" });
  const clone = addRepository(disk, repository.store, { gitDir: "/run/.git", bare: false, borrowsFrom: repository });
  clone.refs.set(MAIN, start);
  const workspace = addCheckout(disk, clone, { path: "/run" });
  editFiles(workspace, { b: "b\n" });
  const work = done(commitFolder(disk, workspace, { ...hand(), message: "work\n" }));
  expect(await git.importRef("/run", "HEAD", "refs/mission/in/r1")).toBe(work);
  expect(await git.importRef("/run", "refs/heads/none", "refs/mission/in/r1")).toBeNull();
  repository.refs.clear();
  collectGarbage(repository);
  await expect(git.importRef("/run", "HEAD", "refs/mission/in/r1")).rejects.toThrow("unable to read");
});
