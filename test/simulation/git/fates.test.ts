/** How a call to a remote of the in-memory git may end, and what is then true there. */

import { beforeEach, expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import { addRepository, type MemoryDisk, makeDisk } from "./disk.ts";
import { type Outside, openMemoryGit, type RemoteFate } from "./memory-git.ts";
import { type MemoryRepository, makeRepository, makeStore } from "./repository.ts";

const REF = "refs/mission/ledger/crm";
const PERSON = { name: "Ada", email: "ada@example.com" };

let disk: MemoryDisk;
let remote: MemoryRepository;
let git: Git;
let fates: RemoteFate[];
let one: string;
let two: string;

function open(gitDir: string, outside: Partial<Outside> = {}): Git {
  const calm: Outside = { step: async () => {}, remote: async () => fates.shift() ?? "answered" };
  const network = new Map([["https://example.com/crm", remote]]);
  return openMemoryGit({ disk, gitDir, network, outside: { ...calm, ...outside }, identity: PERSON });
}

async function commit(parents: readonly string[], message: string): Promise<string> {
  const people = { author: PERSON, committer: PERSON, at: 1_700_000_000_000 };
  return git.writeCommit({ tree: await git.writeTree([]), parents, message, ...people });
}

beforeEach(async () => {
  const store = makeStore();
  disk = makeDisk();
  fates = [];
  remote = makeRepository(store, { gitDir: "/remote", bare: true });
  const own = addRepository(disk, store, { gitDir: "/one/.git", bare: false });
  own.config.set("remote.origin.url", "https://example.com/crm");
  own.config.set("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
  git = open("/one/.git");
  one = await commit([], "one\n");
  two = await commit([one], "two\n");
  await git.push("origin", [{ name: REF, new: one, old: null }]);
});

const pushTwo = () => git.push("origin", [{ name: REF, new: two, old: one }]);

test.each([
  ["lost", "unknown", () => one],
  ["unanswered", "unknown", () => two],
  ["answered", "won", () => two],
] as const)("a push that is %s is %s to the caller", async (fate, kind, there) => {
  fates = [fate];
  expect((await pushTwo()).kind).toBe(kind);
  expect(remote.refs.get(REF)).toBe(there());
});

test("a push that the server refuses moves nothing and carries its words", async () => {
  fates = [{ refuse: "protected branch" }];
  expect(await pushTwo()).toEqual({ kind: "refused", ref: REF, reason: "protected branch" });
  expect(remote.refs.get(REF)).toBe(one);
});

test("a late push is applied after the caller has read back, and only if its lease still holds", async () => {
  fates = ["late"];
  expect((await pushTwo()).kind).toBe("unknown");
  expect(await git.listRemote("origin", ["refs/*"])).toMatchObject({ refs: new Map([[REF, one]]) });
  expect(await git.listRemote("origin", ["refs/*"])).toMatchObject({ refs: new Map([[REF, two]]) });
});

test("a late push is given to the world to apply, where the world takes it", async () => {
  const underway: (() => void)[] = [];
  fates = ["late"];
  const late = open("/one/.git", { later: (apply) => underway.push(apply) });
  await late.push("origin", [{ name: REF, new: two, old: one }]);
  const rival = await commit([one], "rival\n");
  expect((await git.push("origin", [{ name: REF, new: rival, old: one }])).kind).toBe("won");
  for (const apply of underway) apply();
  expect(remote.refs.get(REF)).toBe(rival);
});

test("a stale read sees the remote as it was before the last push", async () => {
  await pushTwo();
  fates = ["stale", "stale", "lost"];
  expect(await git.listRemote("origin", ["refs/*"])).toMatchObject({ refs: new Map([[REF, one]]) });
  await git.fetch("origin", [`${REF}:refs/mirror`]);
  expect(await git.resolve("refs/mirror")).toBe(one);
  expect(await git.fetch("origin", [`${REF}:refs/mirror`])).toHaveProperty("kind", "unreachable");
});

test("a process that the world ends does nothing more", async () => {
  const ended = open("/one/.git", { step: () => Promise.reject(new Error("ended")) });
  await expect(ended.updateRefs([{ name: "refs/heads/main", new: one, old: null }])).rejects.toThrow("ended");
  expect(await git.resolve("refs/heads/main")).toBeNull();
  expect(ended.processCount).toBe(0);
});

test("a push by a remote's name moves what is known of its branches, and one without an answer does not", async () => {
  await git.push("origin", [{ name: "refs/heads/main", new: one, old: null }]);
  expect(await git.resolve("refs/remotes/origin/main")).toBe(one);
  fates = ["unanswered"];
  await git.push("origin", [{ name: "refs/heads/main", new: two, old: one }]);
  expect(await git.resolve("refs/remotes/origin/main")).toBe(one);
});

test("a commit and its files go to the remote together, and only what it lacks", async () => {
  const before = remote.present.size;
  await pushTwo();
  expect(remote.present.size).toBe(before + 1);
  expect(remote.present.has(two)).toBe(true);
});
