import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Git, GitError, type NewCommit, type TreeEntry } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { git, temporaryFolder, temporaryRepository } from "../../helpers/repositories.ts";
import { newCommit } from "../git-contract.ts";

const COMMITS = 25;

function openAt(folder: string): Git {
  return openGit({ cwd: folder, env: process.env });
}

function fileOf(folder: string, oid: string): string {
  return join(folder, ".git", "objects", oid.slice(0, 2), oid.slice(2));
}

function repositoryOf(format: string): string {
  const folder = temporaryFolder("repository");
  git(folder, "init", "-q", "-b", "main", `--object-format=${format}`);
  return folder;
}

/** What `git commit-tree` makes of it, told by itself to take text for UTF-8. */
function commitTree(folder: string, { tree, parents, message, author, committer, at }: NewCommit): string {
  const date = `@${Math.floor(at / 1000)} +0000`;
  const args = ["-c", "i18n.commitEncoding=UTF-8", "commit-tree", "--no-gpg-sign"];
  return execFileSync("git", ["-C", folder, ...args, ...parents.flatMap((parent) => ["-p", parent]), tree], {
    input: message,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: author.name,
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: committer.name,
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: date,
    },
  }).trim();
}

const PIECES = [
  ..."aZ09 .,:;<>\"\\'\n\t\r\u0001\u007f\u0085\u00a0é",
  "Ada",
  "ümlaut",
  "🚀",
  "日本",
  "\n\n",
  "\r\n",
  "\ufeff",
  "\ufffd",
  "\ufffe",
  "\uffff",
  "\ufdd0",
  "\u{1fffe}",
  "\u{10ffff}",
  "\ud800",
  "\ue000",
  "gpgsig x",
];

/** Random numbers below a bound, the same ones for the same seed. */
function numbersOf(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

test.each(["sha1", "sha256"])(
  "commits have the bytes that git itself gives them, in a %s repository",
  async (format) => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.info(`SEED=${seed}`);
    const below = numbersOf(seed);
    const text = (most: number) => Array.from({ length: below(most) }, () => PIECES[below(PIECES.length)]).join("");
    const folder = repositoryOf(format);
    git(folder, "config", "i18n.commitEncoding", "latin1");
    const door = openAt(folder);
    const trees = [await door.writeTree([]), await door.writeFiles(await door.writeTree([]), new Map())];
    const known: string[] = [];
    for (let count = 0; count < COMMITS; count += 1) {
      const commit: NewCommit = {
        tree: trees[below(trees.length)] as string,
        parents: Array.from({ length: Math.min(known.length, below(4)) }, () => known[below(known.length)] as string),
        message: text(12),
        author: { name: `${text(4)}x${text(4)}`, email: text(6) },
        committer: { name: `${text(3)}y${text(3)}`, email: `${text(3)}@${text(3)}` },
        at: below(2 ** 31) * below(3_000),
      };
      const oid = await door.writeCommit(commit);
      expect(oid, JSON.stringify({ seed, commit })).toBe(commitTree(folder, commit));
      known.push(oid);
    }
    expect(git(folder, "fsck", "--no-dangling", "--connectivity-only")).toBe("");
    door.close();
  },
);

const REFUSED: Readonly<Record<string, Partial<NewCommit>>> = {
  "an empty name": { author: { name: "", email: "a@b" } },
  "a name of which nothing is left": { author: { name: " <.> ", email: "a@b" } },
  "a date before 1970": { at: -1 },
  "a message with a NUL": { message: "a\0b" },
  "a parent that is not here": { parents: ["1".repeat(40)] },
  "a parent that is no id": { parents: ["main"] },
  "a tree that is not here": { tree: "1".repeat(40) },
};

test.each(Object.entries(REFUSED))("%s makes no commit", async (_what, parts) => {
  const folder = temporaryRepository({ a: "a" });
  const door = openAt(folder);
  const tree = await door.writeTree([]);
  const before = git(folder, "count-objects");
  await expect(door.writeCommit(newCommit({ tree, ...parts }))).rejects.toThrow(GitError);
  expect(git(folder, "count-objects")).toBe(before);
  door.close();
});

test("a commit stands on commits and has a tree, whatever else is here", async () => {
  const door = openAt(temporaryRepository());
  const tree = await door.writeTree([]);
  const blob = await door.writeBlob(Buffer.from("x"));
  await expect(door.writeCommit(newCommit({ tree: blob }))).rejects.toThrow("not a valid 'tree'");
  await expect(door.writeCommit(newCommit({ tree, parents: [tree] }))).rejects.toThrow("not a valid 'commit'");
});

test("an entry that says it is another kind of thing than its object or its mode is not written", async () => {
  const door = openAt(temporaryRepository());
  const blob = await door.writeBlob(Buffer.from("x"));
  const entries: Readonly<Record<string, TreeEntry>> = {
    "is a blob but": { mode: "040000", type: "tree", oid: blob, name: "a" },
    "doesn't match mode": { mode: "040000", type: "blob", oid: blob, name: "a" },
    "format error": { mode: "rw-r--r--", type: "blob", oid: blob, name: "a" },
  };
  for (const [words, entry] of Object.entries(entries)) await expect(door.writeTree([entry])).rejects.toThrow(words);
  const submodule: TreeEntry = { mode: "160000", type: "commit", oid: "1".repeat(40), name: "a" };
  expect(await door.readTree(await door.writeTree([submodule]))).toEqual([submodule]);
  door.close();
});

test("many objects cost no process, and git finds nothing wrong with them", async () => {
  const folder = temporaryRepository();
  const door = openAt(folder);
  const changes = new Map<string, { mode: string; oid: string }>();
  for (let count = 0; count < 100; count += 1) {
    const oid = await door.writeBlob(Buffer.from(`${count}\n`.repeat(count * count)));
    changes.set(`folder-${count}/deep/file`, { mode: "100644", oid });
  }
  const tree = await door.writeFiles(await door.writeTree([]), changes);
  const commit = await door.writeCommit(newCommit({ tree }));
  // The process that reads was asked for the empty tree.
  expect(door.processCount).toBeLessThanOrEqual(1);
  await door.updateRefs([{ name: "refs/heads/main", new: commit, old: null }]);
  expect(git(folder, "fsck", "--strict", "--no-dangling")).toBe("");
  expect(git(folder, "ls-tree", "-r", "--name-only", "main").split("\n")).toHaveLength(100);
  expect(git(folder, "cat-file", "blob", "main:folder-99/deep/file")).toHaveLength(99 * 99 * 3 - 1);
  expect(statSync(fileOf(folder, commit)).mode & 0o222).toBe(0);
  door.close();
});

test("an object that is there already looks new again, so that no prune takes it", async () => {
  const folder = temporaryRepository();
  const door = openAt(folder);
  const oid = await door.writeBlob(Buffer.from("kept"));
  utimesSync(fileOf(folder, oid), 1, 1);
  await door.writeBlob(Buffer.from("kept"));
  git(folder, "prune", "--expire=1.hour.ago");
  expect((await door.readObject(oid))?.bytes.toString()).toBe("kept");
  door.close();
});

test("an object that can't be written is a failure of git, and nothing is left behind", async () => {
  const folder = temporaryRepository();
  const door = openAt(folder);
  const oid = await door.writeBlob(Buffer.from("x"));
  const place = join(folder, ".git", "objects", oid.slice(0, 2));
  rmSync(place, { recursive: true });
  writeFileSync(place, "in the way");
  const other = await door.writeBlob(Buffer.from("other"));
  const entry = (name: string, id: string): TreeEntry => ({ mode: "100644", type: "blob", oid: id, name });
  await expect(door.writeBlob(Buffer.from("x"))).rejects.toThrow(GitError);
  await expect(door.writeTree([entry("a", "2".repeat(40)), entry("b", other)])).rejects.toThrow("is unavailable");
  const left = readdirSync(join(folder, ".git", "objects"), { recursive: true }).filter((name) =>
    String(name).includes("tmp_obj_"),
  );
  expect(left).toEqual([]);
  door.close();
});

test("in a repository that several users share, they can all write beside an object", async () => {
  const folder = temporaryRepository();
  chmodSync(join(folder, ".git", "objects"), 0o2775);
  const oid = await openAt(folder).writeBlob(Buffer.from("shared"));
  expect(existsSync(fileOf(folder, oid))).toBe(true);
  expect(statSync(join(fileOf(folder, oid), "..")).mode & 0o7777).toBe(0o2775);
  expect(statSync(fileOf(folder, oid)).mode & 0o7777).toBe(0o444);
});
