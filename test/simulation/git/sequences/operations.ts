/** What a sequence does: each operation draws its own arguments and asks both gits. */

import type { Git, MergeTreeResult, NewCommit, PushResult, RefUpdate, SwapResult } from "../../../../src/doors/git.ts";
import { ask, type Pair } from "./pair.ts";
import { changeText, makeText } from "./texts.ts";
import type { KnownTree, World } from "./world.ts";

type Operation = (world: World, pair: Pair) => Promise<void>;

const PATHS = [
  "a.txt",
  "b.md",
  "src/c.ts",
  "src/d.ts",
  "src/deep/e.ts",
  "docs/f.md",
  "missions/m/g.md",
  "todo/missions/h.md",
];
/** Names that clash with folders of the others. */
const CLASHES = ["src", "docs/f.md/x", "todo"];
const MODES = ["100644", "100644", "100644", "100755"];
const REFS = ["refs/heads/main", "refs/heads/side", "refs/mission/ledger/crm", "refs/mission/stop", "refs/tags/v1"];
const CLASHING_REFS = ["refs/heads/side/more", "refs/mission/stop/x", "refs/mission"];
const PEOPLE = [
  { name: "Ada Lovelace", email: "ada@example.com" },
  { name: " Grace <Hopper>. ", email: "grace@example.com" },
  { name: "Jörg Ümlaut", email: "<j@example.com>" },
];

/** Writes a tree that follows from another one, in the given repository. */
async function growTree({ chance, trees }: World, pair: Pair, from: KnownTree): Promise<KnownTree> {
  const files = new Map(from.files);
  const changes = new Map<string, { mode: string; oid: string } | null>();
  for (let left = 1 + chance.number(4); left > 0; left -= 1) {
    const path = chance.once(30) ? chance.pick(CLASHES) : chance.pick(PATHS);
    const old = files.get(path);
    if (old !== undefined && chance.once(6)) {
      files.delete(path);
      changes.set(path, null);
      continue;
    }
    const text = old === undefined || chance.once(10) ? makeText(chance) : changeText(chance, old.text);
    const mode = old === undefined || chance.once(8) ? chance.pick(MODES) : old.mode;
    const oid = await demand(pair, "writeBlob", (git) => git.writeBlob(Buffer.from(text)));
    files.set(path, { mode, text });
    changes.set(path, { mode, oid });
  }
  const written = await ask(pair, "writeFiles", (git) => git.writeFiles(from.oid, changes));
  if (written === null || "error" in written) return from;
  // A folder in the place of a file, or the other way round: the list of files is read anew.
  const clashes = [...changes.keys()].some((path) => CLASHES.includes(path)) || CLASHES.some((path) => files.has(path));
  const tree = { oid: written.value, files: clashes ? await readFiles(pair, written.value) : files };
  trees.push(tree);
  return tree;
}

async function readFiles(pair: Pair, tree: string): Promise<KnownTree["files"]> {
  const listed = await pair.memory.changedPaths(await pair.memory.writeTree([]), tree);
  const files = new Map<string, { mode: string; text: string }>();
  for (const { path, mode, oid } of listed) {
    files.set(path, { mode, text: (await pair.memory.readObject(oid))?.bytes.toString() ?? "" });
  }
  return files;
}

/** A call that no sequence makes fail. */
async function demand<Answer>(pair: Pair, what: string, call: (git: Git) => Promise<Answer>): Promise<Answer> {
  const outcome = await ask(pair, what, call);
  if (outcome === null || "error" in outcome) throw new Error(`${what} failed: ${JSON.stringify(outcome)}`);
  return outcome.value;
}

/** By the in-memory git alone, since it costs nothing; `read` asks both for objects of anywhere. */
async function has(pair: Pair, oid: string): Promise<boolean> {
  return (await pair.memory.resolve(oid)) !== null;
}

/** A commit that the repository has; null when the one that was drawn lies elsewhere. */
async function drawCommit({ chance, commits }: World, pair: Pair, anyIn = 3): Promise<World["commits"][number] | null> {
  const here: World["commits"] = [];
  for (const commit of commits) if (await has(pair, commit.oid)) here.push(commit);
  if (here.length === 0) return null;
  // Mostly a late one, so that lines of history grow.
  return chance.once(anyIn) ? chance.pick(here) : chance.pick(here.slice(-6));
}

async function commitTree(world: World, pair: Pair, tree: KnownTree, parents: readonly string[]): Promise<string> {
  const { chance } = world;
  if (!chance.once(3)) world.seconds += 1;
  const commit: NewCommit = {
    tree: tree.oid,
    parents,
    message: chance.pick(["a change\n", "no line end", "subject\n\nbody\n\nTrailer: x\n", "ü\n"]) + chance.number(1e9),
    author: chance.pick(PEOPLE),
    committer: chance.pick(PEOPLE),
    at: world.seconds * 1000 + chance.number(1000),
  };
  const oid = await demand(pair, "writeCommit", (git) => git.writeCommit(commit));
  world.commits.push({ oid, tree });
  return oid;
}

/** A commit with all the usual files, in both repositories. */
export async function startHistory(world: World): Promise<void> {
  const files = new Map(PATHS.map((path) => [path, { mode: "100644", text: makeText(world.chance) }]));
  const { seconds } = world;
  for (const pair of [world.one, world.two]) {
    const changes = new Map<string, { mode: string; oid: string }>();
    for (const [path, { mode, text }] of files) {
      changes.set(path, { mode, oid: await demand(pair, "writeBlob", (git) => git.writeBlob(Buffer.from(text))) });
    }
    const empty = await demand(pair, "writeTree", (git) => git.writeTree([]));
    const oid = await demand(pair, "writeFiles", (git) => git.writeFiles(empty, changes));
    const [author = { name: "", email: "" }] = PEOPLE;
    const commit = { tree: oid, parents: [], message: "start\n", author, committer: author, at: seconds * 1000 };
    const start = await demand(pair, "writeCommit", (git) => git.writeCommit(commit));
    if (pair === world.one) world.commits.push({ oid: start, tree: { oid, files } });
  }
}

const growHistory: Operation = async (world, pair) => {
  const parent = await drawCommit(world, pair, 2);
  const start: KnownTree = parent?.tree ?? {
    oid: await demand(pair, "writeTree", (git) => git.writeTree([])),
    files: new Map(),
  };
  const tree = await growTree(world, pair, start);
  await commitTree(world, pair, tree, parent === null || world.chance.once(25) ? [] : [parent.oid]);
};

const merge: Operation = async (world, pair) => {
  const [ours, theirs] = [await drawCommit(world, pair), await drawCommit(world, pair)];
  if (ours === null || theirs === null) return;
  world.counts.merges += 1;
  const merged = await ask<MergeTreeResult>(pair, `merge ${ours.oid} ${theirs.oid}`, (git) =>
    git.mergeTree(ours.oid, theirs.oid),
  );
  if (merged === null) world.counts.passedOver += 1;
  if (merged === null || "error" in merged || merged.value.kind === "unrelated") return;
  if (merged.value.kind === "conflict") world.counts.conflicts += 1;
  const tree = { oid: merged.value.tree, files: await readFiles(pair, merged.value.tree) };
  world.trees.push(tree);
  if (merged.value.kind === "clean" || world.chance.once(3))
    await commitTree(world, pair, tree, [ours.oid, theirs.oid]);
};

const mergeMany: Operation = async (world, pair) => {
  const pairs: [string, string][] = [];
  for (let left = 3; left > 0; left -= 1) {
    const [ours, theirs] = [await drawCommit(world, pair), await drawCommit(world, pair)];
    if (ours !== null && theirs !== null) pairs.push([ours.oid, theirs.oid]);
  }
  await ask(pair, `mergeTrees ${pairs.join("; ")}`, (git) => git.mergeTrees(pairs));
};

const relate: Operation = async (world, pair) => {
  const [a, b] = [await drawCommit(world, pair), await drawCommit(world, pair)];
  if (a === null || b === null) return;
  const limit = world.chance.once(2) ? undefined : 1 + world.chance.number(4);
  await ask(pair, `isAncestor ${a.oid} ${b.oid}`, (git) => git.isAncestor(a.oid, b.oid));
  await ask(pair, `mergeBase ${a.oid} ${b.oid}`, (git) => git.mergeBase(a.oid, b.oid));
  const exclude = world.chance.once(4) ? null : b.oid;
  await ask(pair, `listCommits ${a.oid} ${exclude}`, (git) => git.listCommits(a.oid, exclude, limit));
};

const compare: Operation = async (world, pair) => {
  const [a, b] = [await drawCommit(world, pair), await drawCommit(world, pair)];
  if (a === null || b === null) return;
  const path = world.chance.pick([undefined, undefined, "src", "src/deep", "docs/f.md", "nowhere"]);
  await ask(pair, `changedPaths ${a.oid} ${b.oid} ${path}`, (git) => git.changedPaths(a.oid, b.oid, path));
};

const codeTree: Operation = async (world, pair) => {
  const commit = await drawCommit(world, pair);
  const folders = world.chance.pick([["missions", "todo/missions"], ["src/deep"], ["docs", "src"], []]);
  if (commit) await ask(pair, `codeTree ${commit.oid} ${folders}`, (git) => git.codeTree(commit.oid, folders));
};

const read: Operation = async (world, pair) => {
  const { chance, commits, trees } = world;
  if (commits.length === 0 || trees.length === 0) return;
  const known = [chance.pick(commits).oid, chance.pick(trees).oid, "HEAD", "main", "refs/heads/side", "1".repeat(40)];
  const tail = chance.pick([
    "",
    "",
    "^",
    "~2",
    "^2",
    "^{tree}",
    "^{commit}",
    `:${chance.pick(PATHS)}`,
    ":src",
    ":",
    ":src/",
  ]);
  const spec = chance.pick(known) + tail;
  const tidy = (object: Awaited<ReturnType<Git["readObject"]>>) =>
    object && { ...object, bytes: object.bytes.toString("hex") };
  await ask(pair, `readObject ${spec}`, (git) => git.readObject(spec), tidy);
  await ask(pair, `resolve ${spec}`, (git) => git.resolve(spec));
  if (spec.includes(":")) return;
  await ask(pair, `readTree ${spec}`, (git) => git.readTree(spec));
  await ask(pair, `readCommit ${spec}`, (git) => git.readCommit(spec));
};

function withoutWords(answer: SwapResult | PushResult): unknown {
  const { reason: _words, ...rest } = answer as { reason?: string };
  return rest;
}

/** Moves of refs that may or may not expect the right value; `now` are the values there. */
function drawUpdates(world: World, now: ReadonlyMap<string, string>, commits: readonly string[]): RefUpdate[] {
  const { chance } = world;
  const updates = new Map<string, RefUpdate>();
  for (let left = 1 + chance.number(3); left > 0; left -= 1) {
    const name = chance.once(8) ? chance.pick(CLASHING_REFS) : chance.pick(REFS);
    const current = now.get(name) ?? null;
    const old = chance.once(6) ? chance.pick([null, ...commits]) : current;
    const isVerify = chance.once(10);
    const next = isVerify ? old : chance.once(5) ? null : chance.pick(commits);
    updates.set(name, { name, new: next, old });
  }
  return [...updates.values()];
}

async function listHere(world: World, pair: Pair): Promise<string[]> {
  const here: string[] = [];
  for (const { oid } of world.commits.slice(-8)) if (await has(pair, oid)) here.push(oid);
  return here;
}

async function refsOf(pair: Pair): Promise<Map<string, string>> {
  return demand(pair, "listRefs", (git) => git.listRefs(["refs"]));
}

const moveRefs: Operation = async (world, pair) => {
  const here = await listHere(world, pair);
  if (here.length === 0) return;
  const updates = drawUpdates(world, await pair.memory.listRefs(["refs"]), here);
  await ask(pair, `updateRefs ${JSON.stringify(updates)}`, (git) => git.updateRefs(updates), withoutWords);
  await refsOf(pair);
};

const list: Operation = async ({ chance }, pair) => {
  const prefixes = [
    chance.pick(["refs", "refs/heads/", "refs/mission", "refs/mission/st", "refs/heads/side"]),
    "refs/tags",
  ];
  const entries = (refs: Map<string, string>) => [...refs];
  await ask(pair, `listRefs ${prefixes}`, (git) => git.listRefs(prefixes), entries);
};

const push: Operation = async (world, pair) => {
  const here = await listHere(world, pair);
  if (here.length === 0) return;
  const updates = drawUpdates(world, await world.remote.memory.listRefs(["refs"]), here).map((update) =>
    world.chance.once(3) ? { ...update, allowRewind: true } : update,
  );
  const what = `push ${JSON.stringify(updates)}`;
  await ask(pair, what, (git) => git.push(world.remotePath, updates), withoutWords);
  await refsOf(world.remote);
};

const REFSPECS = [
  "refs/mission/*:refs/mission/*",
  "refs/heads/*:refs/remotes/origin/*",
  "refs/heads/main:refs/remotes/origin/main",
  "refs/heads/side:refs/remotes/origin/side",
  "refs/mission/stop*:refs/mission/stop*",
];

const fetch: Operation = async (world, pair) => {
  const { chance } = world;
  const drawn = Array.from({ length: 1 + chance.number(2) }, () => chance.pick(REFSPECS));
  const refspecs = [...new Set(drawn)].map((refspec) => (chance.once(2) ? `+${refspec}` : refspec));
  const prune = chance.once(3);
  await ask(
    pair,
    `fetch ${refspecs} ${prune}`,
    (git) => git.fetch(world.remotePath, refspecs, { prune }),
    (answer) => (answer.kind === "ok" ? { ...answer, rejected: [...answer.rejected].sort() } : { kind: answer.kind }),
  );
  await refsOf(pair);
};

const listRemote: Operation = async (world, pair) => {
  const patterns = world.chance.pick([["refs/*"], ["refs/mission/*", "HEAD"], ["refs/heads/main", "refs/heads/none"]]);
  await ask(pair, `listRemote ${patterns}`, (git) => git.listRemote(world.remotePath, patterns));
};

/** A worker commits in its own clone, and its work is taken in. */
const importWork: Operation = async (world) => {
  const { worker, one, workerPath, chance } = world;
  await growHistory(world, worker);
  const tip = await drawCommit(world, worker);
  if (tip === null) return;
  const name = "refs/heads/main";
  const old = (await refsOf(worker)).get(name) ?? null;
  await ask(worker, "updateRefs", (git) => git.updateRefs([{ name, new: tip.oid, old }]), withoutWords);
  const into = chance.pick(["refs/mission/in/r1", "refs/mission/in/r2"]);
  const ref = chance.pick(["HEAD", name, "refs/heads/none"]);
  await ask(one, `importRef ${ref} ${into}`, (git) => git.importRef(workerPath, ref, into));
  await refsOf(one);
};

const OPERATIONS: readonly (readonly [weight: number, operation: Operation])[] = [
  [9, growHistory],
  [6, merge],
  [1, mergeMany],
  [3, relate],
  [2, compare],
  [2, codeTree],
  [2, read],
  [3, moveRefs],
  [1, list],
  [4, push],
  [4, fetch],
  [1, listRemote],
  [2, importWork],
];
const WEIGHTED = OPERATIONS.flatMap(([weight, operation]) => Array.from({ length: weight }, () => operation));

/** Draws an operation and the repository that it is done in. */
export function drawOperation(world: World): () => Promise<void> {
  const { chance } = world;
  const operation = chance.pick(WEIGHTED);
  const pair = chance.pick([world.one, world.two]);
  return () => operation(world, pair);
}
