/** What every implementation of the git door must do. It builds its worlds by the door alone. */

import { describe, expect, test } from "vitest";
import { type Git, GitError, type Identity, type NewCommit } from "../../src/doors/git.ts";

/** A fresh repository with a fresh remote, and a second repository on the same remote. */
export interface GitWorld {
  git: Git;
  other: Git;
  remote: string;
  /** The checkout of `git`, on its branch `main` and without files at first. */
  checkout: ContractFolder;
  /** A clone on branch `main` that borrows the objects of `git`, in a folder of its own. */
  worker: { git: Git; folder: ContractFolder };
}

/** A folder as the one who works in it sees it. */
export interface ContractFolder {
  path: string;
  /** By path below the folder; null deletes a file. */
  write(files: Readonly<Record<string, string | null>>): void;
  /** Text of a file, null when it is not there. */
  read(path: string): string | null;
}

const PERSON: Identity = { name: "Ada Lovelace", email: "ada@example.com" };
const LEDGER = "refs/mission/ledger/crm";

export function describeGitContract(name: string, make: () => Promise<GitWorld>): void {
  describe(`${name} keeps the contract of the git door`, () => {
    describeObjects(make);
    describeTrees(make);
    describeCommits(make);
    describeRefs(make);
    describeMerges(make);
    describeTextMerges(make);
    describeRemotes(make);
    describeSwapsThere(make);
    describeFolders(make);
    describeImports(make);
  });
}

/** Writes files and answers their tree. */
async function treeOf(git: Git, files: Readonly<Record<string, string>>): Promise<string> {
  return changed(git, await git.writeTree([]), files);
}

/** A tree with files written (or taken away by null). */
async function changed(git: Git, tree: string, files: Readonly<Record<string, string | null>>): Promise<string> {
  const changes = new Map<string, { mode: string; oid: string } | null>();
  for (const [path, text] of Object.entries(files)) {
    changes.set(path, text === null ? null : { mode: "100644", oid: await git.writeBlob(Buffer.from(text)) });
  }
  return git.writeFiles(tree, changes);
}

/** A commit of files on top of parents; `message` makes it another one. */
export async function commitOf(
  git: Git,
  files: Readonly<Record<string, string>>,
  parents: readonly string[] = [],
  message = "a commit\n",
): Promise<string> {
  return git.writeCommit(newCommit({ tree: await treeOf(git, files), parents, message }));
}

export function newCommit(parts: Partial<NewCommit> & { tree: string }): NewCommit {
  return { parents: [], message: "a commit\n", author: PERSON, committer: PERSON, at: 1_700_000_000_000, ...parts };
}

function describeObjects(make: () => Promise<GitWorld>): void {
  test("an object is read by id and by path, a missing one is null", async () => {
    const { git } = await make();
    const bytes = Buffer.from([0, 10, 255, 13, 10]);
    const blob = await git.writeBlob(bytes);
    const commit = await git.writeCommit(
      newCommit({
        tree: await git.writeFiles(await git.writeTree([]), new Map([["a b/c", { mode: "100644", oid: blob }]])),
      }),
    );
    expect(await git.readObject(blob)).toEqual({ oid: blob, type: "blob", bytes });
    expect((await git.readObject(`${commit}:a b/c`))?.oid).toBe(blob);
    expect(await git.readObject(`${commit}:nowhere`)).toBeNull();
    expect(await git.readObject("1".repeat(40))).toBeNull();
    expect(Buffer.from(git.readBlobNow(blob))).toEqual(bytes);
    expect(() => git.readBlobNow("1".repeat(40))).toThrow(GitError);
    expect(() => git.readBlobNow(commit)).toThrow(GitError);
  });

  test("a name may be a ref, its parent, its tree or a path in it", async () => {
    const { git } = await make();
    const one = await commitOf(git, { "a/b": "1" }, [], "one");
    const two = await commitOf(git, { "a/b": "2" }, [one], "two");
    await git.updateRefs([{ name: "refs/heads/main", new: two, old: null }]);
    expect(await git.resolve("refs/heads/main")).toBe(two);
    expect([await git.resolve("HEAD"), await git.resolve("main"), await git.resolve("main~1")]).toEqual([
      two,
      two,
      one,
    ]);
    const tree = (await git.readCommit(two))?.tree;
    expect([await git.resolve(`${two}^{tree}`), (await git.readObject(`${two}:`))?.oid]).toEqual([tree, tree]);
    expect(await git.readObject(`${two}:a`)).toMatchObject({ type: "tree" });
    expect((await git.readObject("main^:a/b"))?.bytes.toString()).toBe("1");
  });

  test("many reads at once come back in order", async () => {
    const { git } = await make();
    const texts = Array.from({ length: 50 }, (_, index) => `${index}\n`.repeat(index));
    const blobs: string[] = [];
    for (const text of texts) blobs.push(await git.writeBlob(Buffer.from(text)));
    const specs = blobs.flatMap((blob) => [blob, "refs/heads/nowhere"]);
    const objects = await Promise.all(specs.map((spec) => git.readObject(spec)));
    expect(objects.map((object) => object?.bytes.toString() ?? null)).toEqual(texts.flatMap((text) => [text, null]));
  });

  test("a name with a line end is refused and harms no other read", async () => {
    const { git } = await make();
    const blob = await git.writeBlob(Buffer.from("x"));
    await expect(git.readObject(`${blob}\n${blob}`)).rejects.toThrow("line end");
    expect((await git.readObject(blob))?.bytes.toString()).toBe("x");
  });
}

function describeTrees(make: () => Promise<GitWorld>): void {
  test("a tree keeps names, modes and git's order", async () => {
    const { git } = await make();
    const oid = await git.writeBlob(Buffer.from("x"));
    const folder = await git.writeTree([{ mode: "100755", type: "blob", oid, name: "run.sh" }]);
    const tree = await git.writeTree([
      { mode: "100644", type: "blob", oid, name: "a0" },
      { mode: "040000", type: "tree", oid: folder, name: "a" },
      { mode: "100644", type: "blob", oid, name: "a-é" },
    ]);
    expect((await git.readTree(tree))?.map((entry) => `${entry.mode} ${entry.type} ${entry.name}`)).toEqual([
      "100644 blob a-é",
      "040000 tree a",
      "100644 blob a0",
    ]);
    expect(await git.readTree(oid)).toBeNull();
  });

  test.each([".git", ".GIT", "..", "a/b", ""])("%j is no name in a tree", async (name) => {
    const { git } = await make();
    const oid = await git.writeBlob(Buffer.from("x"));
    await expect(git.writeTree([{ mode: "100644", type: "blob", oid, name }])).rejects.toThrow("not a name");
  });

  test("an entry whose object is missing is not written", async () => {
    const { git } = await make();
    const entry = { mode: "100644", type: "blob", oid: "1".repeat(40), name: "a" } as const;
    await expect(git.writeTree([entry])).rejects.toThrow();
  });

  test("writing files changes only the paths that are named", async () => {
    const { git } = await make();
    const before = await treeOf(git, { "a.txt": "a", "src/deep/b.txt": "b", "src/c.txt": "c" });
    const after = await changed(git, before, { "src/deep/b.txt": "B", "src/new/deeper/d.txt": "d", "a.txt": null });
    expect(after).toBe(await treeOf(git, { "src/deep/b.txt": "B", "src/new/deeper/d.txt": "d", "src/c.txt": "c" }));
    expect((await git.changedPaths(before, after)).map((change) => `${change.status} ${change.path}`)).toEqual([
      "D a.txt",
      "M src/deep/b.txt",
      "A src/new/deeper/d.txt",
    ]);
  });

  test("a folder that lost its last file goes, up to the whole tree", async () => {
    const { git } = await make();
    const empty = await git.writeTree([]);
    const tree = await treeOf(git, { "a/b/c/d.txt": "x", "e.txt": "e" });
    expect(await changed(git, tree, { "a/b/c/d.txt": null })).toBe(await treeOf(git, { "e.txt": "e" }));
    expect(await changed(git, tree, { "a/b/c/d.txt": null, "e.txt": null })).toBe(empty);
  });

  test("taking away what is not there changes nothing", async () => {
    const { git } = await make();
    const tree = await treeOf(git, { "a.txt": "a" });
    expect(await changed(git, tree, { "no/such/file": null, nothing: null })).toBe(tree);
  });

  test("a file can't be put below a file", async () => {
    const { git } = await make();
    const tree = await treeOf(git, { "a.txt": "a" });
    await expect(changed(git, tree, { "a.txt/b": "b" })).rejects.toThrow("a.txt is no folder");
  });

  test("the code tree is the tree without the missions' folders", async () => {
    const { git } = await make();
    const folders = ["missions", "todo/missions"];
    const code = await treeOf(git, { "src/a.ts": "a", "todo/list.md": "l" });
    const tree = await changed(git, code, { "missions/crm/mission.md": "m", "todo/missions/x/mission.md": "x" });
    expect(await git.codeTree(tree, folders)).toBe(code);
    expect(await git.codeTree(await git.writeCommit(newCommit({ tree })), folders)).toBe(code);
    expect(await git.codeTree(code, folders)).toBe(code);
  });

  test("a parent that is empty without the missions is no code", async () => {
    const { git } = await make();
    const folders = ["missions", "todo/missions"];
    const tree = await treeOf(git, { "a.ts": "a", "todo/missions/x/mission.md": "x" });
    expect(await git.codeTree(tree, folders)).toBe(await treeOf(git, { "a.ts": "a" }));
    const only = await treeOf(git, { "missions/x/mission.md": "x" });
    expect(await git.codeTree(only, folders)).toBe(await git.writeTree([]));
  });

  test("a file in the place of a missions' folder is code", async () => {
    const { git } = await make();
    const tree = await treeOf(git, { missions: "a file", "todo/a": "a" });
    expect(await git.codeTree(tree, ["missions", "todo/missions"])).toBe(tree);
  });
}

function describeCommits(make: () => Promise<GitWorld>): void {
  test.each(["no line end", "one\n", "subject\n\nbody\n\n\n", "", "ümlaut 🚀\r\n"])(
    "the message %j is kept byte for byte",
    async (message) => {
      const { git } = await make();
      const oid = await git.writeCommit(newCommit({ tree: await git.writeTree([]), message }));
      expect((await git.readCommit(oid))?.message).toBe(message);
      expect((await git.listCommits(oid, null))[0]?.message).toBe(message);
    },
  );

  test("a commit has the people, the date in seconds, the tree and the parents that it was given", async () => {
    const { git } = await make();
    const tree = await treeOf(git, { a: "a" });
    const parents = [await commitOf(git, {}, [], "one"), await commitOf(git, {}, [], "two")];
    const committer = { name: "git-mission", email: "mission@example.com" };
    const oid = await git.writeCommit(newCommit({ tree, parents, committer, at: 1_700_000_123_999 }));
    const expected = { oid, tree, parents, author: PERSON, committer, at: 1_700_000_123_000, message: "a commit\n" };
    expect(await git.readCommit(oid)).toEqual(expected);
    expect(await git.listCommits(oid, parents[0] ?? null)).toEqual([expected]);
  });

  test("a chain is what its commits are when they are written one by one", async () => {
    const { git } = await make();
    const tip = await commitOf(git, {}, [], "tip");
    const trees = [await git.writeTree([]), await treeOf(git, { a: "a" }), await git.writeTree([])];
    const chain = trees.map((tree, index) => newCommit({ tree, message: `link ${index}\n` }));
    for (const start of [tip, null]) {
      const oids = await git.writeChain(start, chain);
      const before = start === null ? [] : [start];
      const parents = [before, oids.slice(0, 1), oids.slice(1, 2)];
      expect(await Promise.all(oids.map((oid) => git.readCommit(oid)))).toMatchObject(
        chain.map((commit, index) => ({ ...commit, parents: parents[index] })),
      );
      const singles = chain.map((commit, index) => git.writeCommit({ ...commit, parents: parents[index] ?? [] }));
      expect(await Promise.all(singles)).toEqual(oids);
    }
    expect(await git.writeChain(tip, [])).toEqual([]);
  });

  test("a chain on what is no commit, or with what is no tree, is refused and nothing of it is written", async () => {
    const { git } = await make();
    const tree = await treeOf(git, { a: "a" });
    const tip = await commitOf(git, {}, [], "tip");
    await expect(git.writeChain(tree, [newCommit({ tree })])).rejects.toThrow(GitError);
    await expect(git.writeChain(tip, [newCommit({ tree }), newCommit({ tree: tip })])).rejects.toThrow(GitError);
  });

  test("commits are listed by first parents, oldest first", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const side = await commitOf(git, {}, [one], "side");
    const two = await commitOf(git, {}, [one, side], "two");
    const three = await commitOf(git, {}, [two], "three");
    const messages = async (exclude: string | null, limit?: number) =>
      (await git.listCommits(three, exclude, limit)).map((commit) => commit.message);
    expect(await messages(null)).toEqual(["one", "two", "three"]);
    expect(await messages(one)).toEqual(["two", "three"]);
    expect(await messages(three)).toEqual([]);
    expect(await messages(null, 2)).toEqual(["two", "three"]);
  });

  test("what a merge brought into the excluded history is left out too", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    const three = await commitOf(git, {}, [two], "three");
    const merged = await commitOf(git, {}, [one, two], "merged");
    expect((await git.listCommits(three, merged)).map(({ oid }) => oid)).toEqual([three]);
  });

  test("ancestors are told, also over merges and where one is missing", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const side = await commitOf(git, {}, [one], "side");
    const main = await commitOf(git, {}, [one], "main");
    const two = await commitOf(git, {}, [main, side], "two");
    expect(await git.isAncestor(one, two)).toBe(true);
    expect(await git.isAncestor(side, two)).toBe(true);
    expect(await git.isAncestor(two, two)).toBe(true);
    expect(await git.isAncestor(two, one)).toBe(false);
    expect(await git.isAncestor("1".repeat(40), two)).toBe(false);
    expect(await git.mergeBase(side, main)).toBe(one);
    expect(await git.mergeBase(side, await commitOf(git, {}, [], "elsewhere"))).toBeNull();
  });

  test("what is no commit is read as none", async () => {
    const { git } = await make();
    expect(await git.readCommit(await git.writeBlob(Buffer.from("x")))).toBeNull();
    expect(await git.readCommit("1".repeat(40))).toBeNull();
    expect(await git.resolve("nowhere")).toBeNull();
  });
}

function describeRefs(make: () => Promise<GitWorld>): void {
  test("refs are listed below full names only", async () => {
    const { git } = await make();
    const oid = await commitOf(git, {});
    const names = ["refs/mission/ledger/crm", "refs/mission/ledger/crm2", "refs/mission/stop", "refs/heads/main"];
    await git.updateRefs(names.map((name) => ({ name, new: oid, old: null })));
    expect([...(await git.listRefs(["refs/mission"])).keys()]).toEqual(names.slice(0, 3));
    expect([...(await git.listRefs(["refs/mission/ledger/crm", "refs/heads/"])).keys()].sort()).toEqual([
      "refs/heads/main",
      "refs/mission/ledger/crm",
    ]);
    expect((await git.listRefs(["refs/mission/led"])).size).toBe(0);
    expect((await git.listRefs([])).size).toBe(0);
  });

  test("refs are listed by name, whatever came first", async () => {
    const { git } = await make();
    const oid = await commitOf(git, {});
    const names = ["refs/mission/b", "refs/mission/a-b", "refs/mission/a/b", "refs/mission/c"];
    await git.updateRefs(names.map((name) => ({ name, new: oid, old: null })));
    expect([...(await git.listRefs(["refs"])).keys()]).toEqual([
      "refs/mission/a-b",
      "refs/mission/a/b",
      "refs/mission/b",
      "refs/mission/c",
    ]);
  });

  test("a name in the place of a folder of names can't be taken in the swap that empties the folder", async () => {
    const { git } = await make();
    const one = await commitOf(git, {});
    await git.updateRefs([{ name: "refs/mission/stop/x", new: one, old: null }]);
    const swap = await git.updateRefs([
      { name: "refs/mission/stop/x", new: null, old: one },
      { name: "refs/mission/stop", new: one, old: null },
    ]);
    expect(swap).toMatchObject({ kind: "lost", ref: "refs/mission/stop" });
    expect([...(await git.listRefs(["refs"])).keys()]).toEqual(["refs/mission/stop/x"]);
  });

  test("a swap moves every ref or none, and names the one that lost", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    expect(await git.updateRefs([{ name: LEDGER, new: one, old: null }])).toEqual({ kind: "won" });
    const lost = await git.updateRefs([
      { name: "refs/mission/in/r1", new: two, old: null },
      { name: LEDGER, new: two, old: two },
    ]);
    expect(lost).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(await git.listRefs(["refs/mission"])).toEqual(new Map([[LEDGER, one]]));
  });

  test.each([
    ["made where one is", (_one: string, two: string) => ({ new: two, old: null })],
    ["moved from elsewhere", (one: string, two: string) => ({ new: one, old: two })],
    ["deleted from elsewhere", (_one: string, two: string) => ({ new: null, old: two })],
    ["asked to be elsewhere", (_one: string, two: string) => ({ new: two, old: two })],
    ["asked not to be", () => ({ new: null, old: null })],
  ])("a ref can't be %s", async (_what, update) => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    await git.updateRefs([{ name: LEDGER, new: one, old: null }]);
    expect(await git.updateRefs([{ name: LEDGER, ...update(one, two) }])).toMatchObject({ kind: "lost", ref: LEDGER });
    expect((await git.listRefs([LEDGER])).get(LEDGER)).toBe(one);
  });

  test("a ref that is expected and does not exist is lost", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    expect(await git.updateRefs([{ name: LEDGER, new: two, old: one }])).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(await git.updateRefs([{ name: LEDGER, new: null, old: one }])).toMatchObject({ kind: "lost", ref: LEDGER });
  });

  test("a ref that only has to stand where it stands holds the swap together", async () => {
    const { git } = await make();
    const one = await commitOf(git, {}, [], "one");
    await git.updateRefs([{ name: LEDGER, new: one, old: null }]);
    const updates = [
      { name: LEDGER, new: one, old: one },
      { name: "refs/mission/in/r1", new: one, old: null },
    ];
    expect(await git.updateRefs(updates)).toEqual({ kind: "won" });
    expect(await git.updateRefs([{ name: LEDGER, new: null, old: one }])).toEqual({ kind: "won" });
    expect([...(await git.listRefs(["refs/mission"])).keys()]).toEqual(["refs/mission/in/r1"]);
  });

  test("a name below another ref is lost with the name that is in the way", async () => {
    const { git } = await make();
    const one = await commitOf(git, {});
    await git.updateRefs([{ name: "refs/mission/stop/ledger", new: one, old: null }]);
    const answer = await git.updateRefs([{ name: "refs/mission/stop", new: one, old: null }]);
    expect(answer).toMatchObject({ kind: "lost", ref: "refs/mission/stop" });
    expect(answer).toHaveProperty("reason", expect.stringContaining("refs/mission/stop/ledger"));
  });

  test("a ref to a missing object, or under a name git forbids, is a failure and no loss", async () => {
    const { git } = await make();
    const one = await commitOf(git, {});
    await expect(git.updateRefs([{ name: LEDGER, new: "1".repeat(40), old: null }])).rejects.toThrow(
      "nonexistent object",
    );
    await expect(git.updateRefs([{ name: "refs/mission/a..b", new: one, old: null }])).rejects.toThrow("a..b");
  });
}

function describeMerges(make: () => Promise<GitWorld>): void {
  test("a merge without a checkout is clean, in conflict or of strangers", async () => {
    const { git } = await make();
    const base = await commitOf(git, { a: "1\n", b: "1\n" }, [], "base");
    const ours = await commitOf(git, { a: "2\n", b: "1\n" }, [base], "ours");
    const theirs = await commitOf(git, { a: "1\n", b: "2\n" }, [base], "theirs");
    const rival = await commitOf(git, { a: "3\n", b: "1\n" }, [base], "rival");
    const stranger = await commitOf(git, { c: "1\n" }, [], "stranger");
    const clean = { kind: "clean", tree: await treeOf(git, { a: "2\n", b: "2\n" }) };
    const conflict = expect.objectContaining({ kind: "conflict", paths: ["a"] });
    expect(await git.mergeTree(ours, theirs)).toEqual(clean);
    expect(await git.mergeTree(ours, rival)).toEqual(conflict);
    expect(await git.mergeTree(ours, stranger)).toEqual({ kind: "unrelated" });
    const pairs = [
      [ours, rival],
      [ours, theirs],
      [theirs, ours],
    ] as const;
    expect(await git.mergeTrees(pairs)).toEqual([conflict, clean, clean]);
    expect(await git.mergeTrees([...pairs, [ours, stranger]])).toEqual([conflict, clean, clean, { kind: "unrelated" }]);
    expect(await git.mergeTrees([])).toEqual([]);
  });

  test("new objects are what one history has and others don't, with a place of each", async () => {
    const { git } = await make();
    const base = await commitOf(git, { a: "a", "src/b": "b" }, [], "base");
    const first = await commitOf(git, { a: "a", "src/b": "B", "src/ä c": "c" }, [base], "first");
    const last = await commitOf(git, { a: "a", "src/b": "b" }, [first], "last");
    const listed = await git.listNewObjects([last], [base]);
    const blobs = [];
    for (const { oid, path } of listed) if ((await git.readObject(oid))?.type === "blob") blobs.push(path);
    expect(blobs.sort()).toEqual(["src/b", "src/ä c"]);
    expect(listed.filter(({ path }) => path === "").map(({ oid }) => oid)).toEqual(
      expect.arrayContaining([first, last]),
    );
    expect(listed.map(({ oid }) => oid)).not.toContain(base);
    expect(await git.listNewObjects([base], [last])).toEqual([]);
    await expect(git.listNewObjects(["1".repeat(40)], [base])).rejects.toThrow();
  });

  test("changed paths carry what is there now, and for deleted ones what was there", async () => {
    const { git } = await make();
    const from = await treeOf(git, { "src/a": "a", "src/b": "b", "docs/c": "c" });
    const to = await changed(git, from, { "src/a": "A", "src/b": null, "ä ö.txt": "x" });
    const blobOf = async (text: string) => git.writeBlob(Buffer.from(text));
    expect(await git.changedPaths(from, to)).toEqual([
      { status: "M", path: "src/a", mode: "100644", oid: await blobOf("A") },
      { status: "D", path: "src/b", mode: "100644", oid: await blobOf("b") },
      { status: "A", path: "ä ö.txt", mode: "100644", oid: await blobOf("x") },
    ]);
    expect((await git.changedPaths(from, to, "src")).map((change) => change.path)).toEqual(["src/a", "src/b"]);
    expect(await git.changedPaths(from, from)).toEqual([]);
  });

  test("a diff shows modes, headings, and what has no line end", async () => {
    const { git } = await make();
    const lines = ["function first() {", " 1", " 2", " 3", " 4", " 5", " 6", " 7", "}"].map((line) => `${line}\n`);
    const from = await treeOf(git, { "a b.ts": lines.join(""), gone: "g\n" });
    const to = await changed(git, from, { "a b.ts": lines.join("").replace(" 6\n", " six\n"), gone: null, new: "n" });
    expect(await git.diff(from, to, 10_000)).toBe(`diff --git a/a b.ts b/a b.ts
index f5ed0d6..ac143ec 100644
--- a/a b.ts\t
+++ b/a b.ts\t
@@ -4,6 +4,6 @@ function first() {
  3
  4
  5
- 6
+ six
  7
 }
diff --git a/gone b/gone
deleted file mode 100644
index 01058d8..0000000
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-g
diff --git a/new b/new
new file mode 100644
index 0000000..ef073cc
--- /dev/null
+++ b/new
@@ -0,0 +1 @@
+n
\\ No newline at end of file
`);
  });

  test("a diff is cut at the given length", async () => {
    const { git } = await make();
    const from = await treeOf(git, { a: "a\n" });
    const to = await treeOf(git, { a: "b\n".repeat(10_000) });
    const whole = await git.diff(from, to, 1_000_000);
    expect(whole).toContain("-a\n+b\n");
    const cut = await git.diff(from, to, 500);
    expect(cut).toHaveLength(500);
    expect(whole.startsWith(cut)).toBe(true);
  });
}

function describeRemotes(make: () => Promise<GitWorld>): void {
  test("a push makes, moves and deletes refs together", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, { a: "1" }, [], "one");
    const two = await commitOf(git, { a: "2" }, [one], "two");
    const home = "refs/heads/main";
    const answer = await git.push(remote, [
      { name: LEDGER, new: one, old: null },
      { name: home, new: one, old: null },
    ]);
    expect(answer).toEqual({ kind: "won" });
    expect(await git.listRemote(remote, ["refs/*"])).toEqual({
      refs: new Map([
        [home, one],
        [LEDGER, one],
      ]),
      head: home,
    });
    const next = [
      { name: LEDGER, new: null, old: one },
      { name: home, new: two, old: one },
    ];
    expect(await git.push(remote, next)).toEqual({ kind: "won" });
    expect(await git.listRemote(remote, ["refs/*"])).toEqual({ refs: new Map([[home, two]]), head: home });
  });

  test("a push that expects another value loses and moves nothing", async () => {
    const { git, other, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    await git.push(remote, [{ name: LEDGER, new: one, old: null }]);
    const rival = await commitOf(other, {}, [], "rival");
    const answer = await other.push(remote, [
      { name: "refs/mission/in/r1", new: rival, old: null },
      { name: LEDGER, new: rival, old: null },
    ]);
    expect(answer).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(await other.listRemote(remote, ["refs/mission/*"])).toMatchObject({ refs: new Map([[LEDGER, one]]) });
  });

  test("a push never takes a commit away, unless that ref may be replaced", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    const rewrite = await commitOf(git, {}, [], "rewrite");
    await git.push(remote, [{ name: LEDGER, new: one, old: null }]);
    const update = { name: LEDGER, new: rewrite, old: one };
    expect(await git.push(remote, [update])).toMatchObject({ kind: "refused", ref: LEDGER });
    expect(await git.push(remote, [{ ...update, allowRewind: true }])).toEqual({ kind: "won" });
  });

  test("a fetch brings what was asked for and tells what went backwards or is not there", async () => {
    const { git, other, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    await git.push(remote, [{ name: LEDGER, new: two, old: null }]);
    const refspec = "refs/mission/*:refs/mission/*";
    expect(await other.fetch(remote, [refspec, "refs/heads/gone:refs/heads/gone"])).toEqual({
      kind: "ok",
      rejected: [],
      missing: ["refs/heads/gone"],
    });
    expect((await other.listRefs(["refs/mission"])).get(LEDGER)).toBe(two);
    await git.push(remote, [{ name: LEDGER, new: one, old: two, allowRewind: true }]);
    expect(await other.fetch(remote, [refspec])).toEqual({ kind: "ok", rejected: [LEDGER], missing: [] });
    expect((await other.listRefs(["refs/mission"])).get(LEDGER)).toBe(two);
    expect(await other.fetch(remote, [`+${refspec}`])).toEqual({ kind: "ok", rejected: [], missing: [] });
    expect((await other.listRefs(["refs/mission"])).get(LEDGER)).toBe(one);
  });

  test("a fetch deletes what the remote deleted only when asked to", async () => {
    const { git, other, remote } = await make();
    const one = await commitOf(git, {});
    await git.push(remote, [{ name: "refs/mission/stop", new: one, old: null }]);
    const refspec = "+refs/mission/stop*:refs/mission/stop*";
    await other.fetch(remote, [refspec]);
    await git.push(remote, [{ name: "refs/mission/stop", new: null, old: one }]);
    await other.fetch(remote, [refspec]);
    expect((await other.listRefs(["refs/mission"])).size).toBe(1);
    await other.fetch(remote, [refspec], { prune: true });
    expect((await other.listRefs(["refs/mission"])).size).toBe(0);
  });

  test("a remote that is not there is unreachable, and a push to it unknown", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, {});
    const nowhere = `${remote}-gone`;
    expect(await git.listRemote(nowhere, ["refs/*"])).toHaveProperty("unreachable");
    expect(await git.fetch(nowhere, ["refs/heads/*:refs/heads/*"])).toMatchObject({ kind: "unreachable" });
    expect(await git.push(nowhere, [{ name: LEDGER, new: one, old: null }])).toMatchObject({ kind: "unknown" });
  });
}

type Files = Readonly<Record<string, string>>;

/** Merges two changes of one start. */
async function mergeOf(git: Git, base: Files, ours: Files, theirs: Files) {
  const start = await commitOf(git, base, [], "base");
  return git.mergeTree(await commitOf(git, ours, [start], "ours"), await commitOf(git, theirs, [start], "theirs"));
}

function describeTextMerges(make: () => Promise<GitWorld>): void {
  test.each([
    [
      "with one untouched line between",
      "1\n2\n3\n4\n5\n",
      "1\ntwo\n3\n4\n5\n",
      "1\n2\n3\nfour\n5\n",
      "1\ntwo\n3\nfour\n5\n",
    ],
    ["that are the same", "1\n2\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n", "1\ntwo\n3\n"],
    ["at both ends", "1\n2\n3\n", "0\n1\n2\n3\n", "1\n2\n3\n4\n", "0\n1\n2\n3\n4\n"],
  ])("changes %s go together", async (_what, base, ours, theirs, both) => {
    const { git } = await make();
    const merged = await mergeOf(git, { a: base }, { a: ours }, { a: theirs });
    expect(merged).toEqual({ kind: "clean", tree: await treeOf(git, { a: both }) });
  });

  test.each([
    ["changes of neighbouring lines", { a: "1\n2\n3\n4\n" }, { a: "1\ntwo\n3\n4\n" }, { a: "1\n2\nthree\n4\n" }, "a"],
    ["two files of one name", { b: "b\n" }, { b: "b\n", a: "1\n" }, { b: "b\n", a: "2\n" }, "a"],
    ["a change of what the other took away", { a: "1\n", b: "b\n" }, { b: "b\n" }, { a: "2\n", b: "b\n" }, "a"],
    ["a last line without its end, changed twice", { a: "1\n2" }, { a: "1\n2\n" }, { a: "1\n2!" }, "a"],
  ])("%s are a conflict", async (_what, base, ours, theirs, path) => {
    const { git } = await make();
    expect(await mergeOf(git, base as Files, ours as Files, theirs as Files)).toMatchObject({
      kind: "conflict",
      paths: [path],
    });
  });

  test("a conflict's tree holds both sides between markers, and what went together", async () => {
    const { git } = await make();
    const start = await commitOf(git, { a: "1\n", b: "1\n" }, [], "base");
    const ours = await commitOf(git, { a: "2\n", b: "1\n" }, [start], "ours");
    const theirs = await commitOf(git, { a: "3\n", b: "2\n" }, [start], "theirs");
    const merged = await git.mergeTree(ours, theirs);
    const tree = merged.kind === "conflict" ? merged.tree : "";
    const text = `<<<<<<< ${ours}\n2\n=======\n3\n>>>>>>> ${theirs}\n`;
    expect((await git.readObject(`${tree}:a`))?.bytes.toString()).toBe(text);
    expect((await git.readObject(`${tree}:b`))?.bytes.toString()).toBe("2\n");
  });

  test("a file and a folder of one name are a conflict, with the file beside the folder", async () => {
    const { git } = await make();
    const start = await commitOf(git, { b: "b\n" }, [], "base");
    const ours = await commitOf(git, { b: "b\n", a: "file\n" }, [start], "ours");
    const theirs = await commitOf(git, { b: "b\n", "a/x": "folder\n" }, [start], "theirs");
    const merged = await git.mergeTree(ours, theirs);
    expect(merged).toMatchObject({ kind: "conflict", paths: [`a~${ours}`] });
  });

  test("when each side has taken in the other before, what both agreed on stays", async () => {
    const { git } = await make();
    const start = await commitOf(git, { a: "1\n", b: "1\n", c: "1\n" }, [], "base");
    const left = await commitOf(git, { a: "2\n", b: "1\n", c: "1\n" }, [start], "left");
    const right = await commitOf(git, { a: "1\n", b: "2\n", c: "1\n" }, [start], "right");
    const mine = await commitOf(git, { a: "2\n", b: "2\n", c: "1\n" }, [left, right], "mine");
    const other = await commitOf(git, { a: "2\n", b: "2\n", c: "2\n" }, [right, left], "other");
    const merged = await git.mergeTree(mine, other);
    expect(merged).toEqual({ kind: "clean", tree: (await git.readCommit(other))?.tree });
  });
}

function describeSwapsThere(make: () => Promise<GitWorld>): void {
  test("a push of what is there already is won, whatever it expected", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    const push = () => git.push(remote, [{ name: LEDGER, new: one, old: null }]);
    expect([await push(), await push()]).toEqual([{ kind: "won" }, { kind: "won" }]);
  });

  test("a ref that is gone can't be deleted, and the other refs of that push stay", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    const push = await git.push(remote, [
      { name: "refs/mission/in/r1", new: one, old: null },
      { name: LEDGER, new: null, old: one },
    ]);
    expect(push).toMatchObject({ kind: "lost", ref: LEDGER });
    expect(await git.listRemote(remote, ["refs/*"])).toMatchObject({ refs: new Map() });
  });

  test("a name below another ref of the remote is refused for good", async () => {
    const { git, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    await git.push(remote, [{ name: "refs/mission/stop/ledger", new: one, old: null }]);
    const push = await git.push(remote, [{ name: "refs/mission/stop", new: one, old: null }]);
    expect(push).toMatchObject({ kind: "refused" });
  });

  test("a push of a commit that is not here is a failure", async () => {
    const { git, remote } = await make();
    await expect(git.push(remote, [{ name: LEDGER, new: "1".repeat(40), old: null }])).rejects.toThrow();
  });

  test("a ref that went backwards keeps no other from being fetched", async () => {
    const { git, other, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    const two = await commitOf(git, {}, [one], "two");
    await git.push(remote, [{ name: LEDGER, new: two, old: null }]);
    const refspec = "refs/mission/*:refs/mission/*";
    await other.fetch(remote, [refspec]);
    const rewind = { name: LEDGER, new: one, old: two, allowRewind: true };
    await git.push(remote, [rewind, { name: "refs/mission/in/r1", new: one, old: null }]);
    expect(await other.fetch(remote, [refspec])).toEqual({ kind: "ok", rejected: [LEDGER], missing: [] });
    expect(await other.listRefs(["refs/mission"])).toEqual(
      new Map([
        ["refs/mission/in/r1", one],
        [LEDGER, two],
      ]),
    );
  });

  test("the value of a remote's HEAD is told when it is asked for, and nothing before its first commit", async () => {
    const { git, remote } = await make();
    expect(await git.listRemote(remote, ["HEAD"])).toEqual({ refs: new Map(), head: null });
    const one = await commitOf(git, {}, [], "one");
    await git.push(remote, [{ name: "refs/heads/main", new: one, old: null }]);
    expect(await git.listRemote(remote, ["HEAD"])).toEqual({ refs: new Map([["HEAD", one]]), head: "refs/heads/main" });
  });

  test("the branch that is checked out is never fetched into", async () => {
    const { git, other, remote } = await make();
    const one = await commitOf(git, {}, [], "one");
    await git.push(remote, [{ name: "refs/heads/main", new: one, old: null }]);
    await expect(other.fetch(remote, ["+refs/heads/main:refs/heads/main"])).rejects.toThrow("checked out");
  });
}

function describeFolders(make: () => Promise<GitWorld>): void {
  /** A checkout on a first commit, and a commit that follows it. */
  async function makeBehind() {
    const world = await make();
    const { git, checkout } = world;
    const first = await commitOf(git, { a: "1\n", c: "1\n" }, [], "first");
    const next = await commitOf(git, { a: "2\n", c: "1\n", b: "b\n" }, [first], "next");
    expect(await git.fastForward(checkout.path, first)).toEqual({ kind: "done" });
    return { ...world, first, next };
  }
  const MAIN = "refs/heads/main";

  test("a checkout and its branch move forward around edits that are not in the way", async () => {
    const { git, checkout, next } = await makeBehind();
    checkout.write({ c: "mine\n", untracked: "mine\n" });
    expect(await git.fastForward(checkout.path, next)).toEqual({ kind: "done" });
    expect(["a", "b", "c"].map(checkout.read)).toEqual(["2\n", "b\n", "mine\n"]);
    expect(await git.resolve(MAIN)).toBe(next);
    expect(await git.fastForward(checkout.path, next)).toEqual({ kind: "done" });
  });

  test.each([
    ["an edit of a file that changes", { a: "mine\n" }],
    ["an edit that is just what comes", { a: "2\n" }],
    ["an untracked file where one comes", { b: "mine\n" }],
    ["an untracked file that is just what comes", { b: "b\n" }],
    ["a folder of untracked files where a file comes", { "b/x": "mine\n" }],
  ])("%s is refused, and nothing moves", async (_what, files: Readonly<Record<string, string>>) => {
    const { git, checkout, first, next } = await makeBehind();
    checkout.write(files);
    expect(await git.fastForward(checkout.path, next)).toMatchObject({ kind: "refused" });
    for (const [path, text] of Object.entries(files)) expect(checkout.read(path)).toBe(text);
    expect(await git.resolve(MAIN)).toBe(first);
  });

  test("a file that the person deleted comes back when it changes", async () => {
    const { git, checkout, next } = await makeBehind();
    checkout.write({ a: null, c: null });
    expect(await git.fastForward(checkout.path, next)).toEqual({ kind: "done" });
    expect([checkout.read("a"), checkout.read("c")]).toEqual(["2\n", null]);
  });

  test("a branch that went another way is not moved", async () => {
    const { git, checkout, first } = await makeBehind();
    const stranger = await commitOf(git, { a: "3\n" }, [], "stranger");
    expect(await git.fastForward(checkout.path, stranger)).toMatchObject({ kind: "refused" });
    expect(await git.resolve(MAIN)).toBe(first);
  });

  test("the checkout is listed with the branch that it is on", async () => {
    const { git, checkout } = await make();
    expect(await git.readHead()).toBe(MAIN);
    const quiet = { busyBranches: [], inProgress: null, locked: false, committing: false };
    expect(await git.listWorktrees()).toMatchObject([
      { path: checkout.path, gitDir: git.gitDir, head: MAIN, ...quiet },
    ]);
  });

  test("a folder's files become a tree; what is ignored counts only where it was before", async () => {
    const { git, worker } = await make();
    const base = await commitOf(git, { a: "1\n", kept: "k\n", "src/b": "b\n" });
    const ignore = "kept\nout/\n*.log\n!good.log\n";
    worker.folder.write({
      a: "2\n",
      kept: "K\n",
      "out/x": "x",
      "new/bad.log": "x",
      "new/good.log": "x",
      ".gitignore": ignore,
    });
    const indexFile = `${worker.folder.path}.index`;
    const tree = await git.snapshotFolder(worker.folder.path, base, { indexFile, excludeFile: null });
    expect((await git.changedPaths(base, tree)).map(({ status, path }) => `${status} ${path}`)).toEqual([
      "A .gitignore",
      "M a",
      "M kept",
      "A new/good.log",
      "D src/b",
    ]);
  });
}

function describeImports(make: () => Promise<GitWorld>): void {
  const IN = "refs/mission/in/r1";

  test("a clone's work comes in under the ref that is asked for, and again after a rewrite", async () => {
    const { git, worker } = await make();
    const base = await commitOf(git, { a: "1\n" }, [], "base");
    const work = await commitOf(worker.git, { a: "2\n" }, [base], "work");
    await worker.git.updateRefs([{ name: "refs/heads/main", new: work, old: null }]);
    expect(await git.resolve(work)).toBeNull();
    expect(await git.importRef(worker.folder.path, "HEAD", IN)).toBe(work);
    expect((await git.readObject(`${IN}:a`))?.bytes.toString()).toBe("2\n");
    const rewrite = await commitOf(worker.git, { a: "3\n" }, [base], "rewrite");
    await worker.git.updateRefs([{ name: "refs/heads/main", new: rewrite, old: work }]);
    expect(await git.importRef(worker.folder.path, "refs/heads/main", IN)).toBe(rewrite);
    expect(await git.resolve(IN)).toBe(rewrite);
    // By its id, also when no ref names it any more.
    expect(await git.importRef(worker.folder.path, work, IN)).toBe(work);
    expect((await git.readObject(`${IN}:a`))?.bytes.toString()).toBe("2\n");
  });

  test("a ref or a clone that is not there brings nothing", async () => {
    const { git, worker } = await make();
    expect(await git.importRef(worker.folder.path, "HEAD", IN)).toBeNull();
    expect(await git.importRef(`${worker.folder.path}-gone`, "HEAD", IN)).toBeNull();
    expect((await git.listRefs([IN])).size).toBe(0);
  });
}
