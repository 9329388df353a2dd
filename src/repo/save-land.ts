/**
 * Puts a person's change of some files on a branch, three-way: the change is known against a base, the branch may have moved
 * on from it. `prepare` merges and finds what is in the way, and writes nothing that a ref names; `publish` commits as the
 * person and swaps the branch, once. Whoever calls begins anew when the swap is lost.
 */

import type { Git } from "../doors/git.ts";
import type { FileChanges, FileVersion, Person } from "../doors/person.ts";
import type { SaveAuthority } from "./save-authority.ts";
import { type Destination, isRefusal, openDestination } from "./save-destination.ts";
import { mergeTrees, type SaveConflict } from "./save-merge.ts";
import type { SavedCommit, SaveRefusal } from "./save-result.ts";
import { isSame, mergeIntoFiles, readVersions, type Settled, settleCheckout } from "./save-settle.ts";
import { nameThings } from "./save-target.ts";

export interface SaveWorld {
  git: Git;
  person: Person;
  authority: SaveAuthority;
}

export interface Change {
  branch: string;
  /** Commit or tree that the change starts from; null for the empty tree. */
  base: string | null;
  files: FileChanges;
  /** What this checkout saved before: a base for the lines that are in conflict with what was saved. */
  earlier: FileChanges | null;
  /** `checkout`: the files are what the checkout has. `command`: they are changed here on top of what it has. */
  from: "checkout" | "command";
  message: string | null;
}

export interface Prepared {
  change: Change;
  destination: Destination;
  /** Merged tree; null when the branch has all of it already. */
  tree: string | null;
  /** Of the change's paths. */
  committed: FileChanges;
  /** Of the person's checkout, where they stand on the branch: as seen, and as they are to be. */
  files: ReadonlyMap<string, { was: FileVersion | null; wanted: FileVersion | null }>;
  notes: readonly string[];
}

export type Preparation =
  | { kind: "ready"; prepared: Prepared }
  | { kind: "conflict"; branch: string; conflicts: readonly SaveConflict[] }
  | { kind: "refused"; refusal: SaveRefusal };

/** Merges the change into the branch as it is at the authority. */
export async function prepare(world: SaveWorld, change: Change): Promise<Preparation> {
  const { git, person, authority } = world;
  const { branch } = change;
  const tip = authority.tip(branch);
  const destination = await openDestination({ git, checkout: person.checkout, remote: authority.remote, branch, tip });
  if (isRefusal(destination)) return { kind: "refused", refusal: destination };
  const theirs = await treeOf(git, destination.start);
  const merged = await merge(git, { ...change, base: baseOf(change, destination) }, theirs);
  if (merged.kind === "conflict") return { kind: "conflict", branch, conflicts: merged.conflicts };
  const committed = await readVersions(git, merged.tree, [...change.files.keys()]);
  const files = await planFiles(git, change, destination, committed);
  if ("code" in files) return { kind: "refused", refusal: files };
  const tree = merged.tree === theirs ? null : merged.tree;
  return { kind: "ready", prepared: { change, destination, tree, committed, files, notes: merged.notes } };
}

/** What the person committed on top of the tip is in their files as well: against the tip it would meet itself. */
function baseOf({ from, base }: Change, { here, start }: Destination): string | null {
  return from === "checkout" && here !== null && start === here.commit ? start : base;
}

type MergedChange =
  | { kind: "clean"; tree: string; notes: readonly string[] }
  | Extract<Preparation, { kind: "conflict" }>;

/**
 * What was saved from here before is no base for all of the merge: a person who threw the saved lines away here, to have a
 * clean checkout, did not mean to take them back there. Only where new lines meet the saved ones do these give way.
 */
async function merge(git: Git, change: Change, theirs: string): Promise<MergedChange> {
  const base = await treeOf(git, change.base);
  const mine = await git.writeFiles(base, change.files);
  const { earlier } = change;
  const merged = await mergeTrees(git, { base, mine, theirs, earlier });
  if (merged.kind === "conflict") return { ...merged, branch: change.branch };
  if (earlier === null) return { ...merged, notes: [] };
  const taken = await mergeTrees(git, { base: await git.writeFiles(base, earlier), mine, theirs });
  if (taken.kind === "conflict" || taken.tree === merged.tree) return { ...merged, notes: [] };
  const paths = (await git.changedPaths(merged.tree, taken.tree)).map(({ path }) => path);
  const note = `${change.branch} keeps lines of ${nameThings(paths)} that you saved before and that are no longer in your copy: mission edit changes them`;
  return { ...merged, notes: [note] };
}

async function planFiles(git: Git, change: Change, { here, branch }: Destination, committed: FileChanges) {
  if (here === null) return new Map();
  const paths = [...committed.keys()];
  if (change.from === "checkout") return pair(change.files, committed);
  const disk = await here.checkout.readFiles(paths);
  const base = await readVersions(git, here.commit, paths);
  const merged = await mergeIntoFiles(git, { base, disk, committed });
  if (merged.kind === "clean") return pair(disk, merged.wanted);
  const message = `${nameThings(merged.paths)} has edits in your checkout of ${branch} that are not saved, in the same lines`;
  return { code: "unsaved-edits", message, next: "mission save, then the same command again" } as const;
}

function pair(was: FileChanges, wanted: FileChanges) {
  return new Map([...wanted].map(([path, version]) => [path, { was: was.get(path) ?? null, wanted: version }]));
}

export type Published =
  | { kind: "saved"; commit: SavedCommit; notes: readonly string[] }
  /** The branch has all of it. */
  | { kind: "nothing"; notes: readonly string[] }
  | { kind: "lost"; reason: string }
  | { kind: "refused"; refusal: SaveRefusal };

/** Commits as the person and moves the branch at the authority, then the checkout of it. */
export async function publish(world: SaveWorld, prepared: Prepared): Promise<Published> {
  const { destination, tree } = prepared;
  const { start, tip } = destination;
  const written = tree === null ? { kind: "written" as const, oid: start } : await commit(world, prepared, tree);
  if (written.kind === "refused") return { kind: "refused", refusal: unsigned(written.reason) };
  const to = written.oid;
  if (to === null || (to === tip && destination.here === null)) return { kind: "nothing", notes: prepared.notes };
  const moved = await move(world, prepared, to);
  if (moved.kind === "lost" || moved.kind === "refused") return moved;
  const notes = [...prepared.notes, ...(moved.kind === "left" ? [moved.note] : [])];
  if (to === tip)
    return {
      kind: "nothing",
      notes: isBroughtAlong(destination, moved) ? [...notes, broughtAlong(destination)] : notes,
    };
  const paths = [...prepared.change.files.keys()];
  return { kind: "saved", commit: { branch: destination.branch, commit: to, paths }, notes };
}

/** Nothing was left to save, but the checkout was behind. */
function isBroughtAlong({ here, tip }: Destination, moved: Moved): boolean {
  return moved.kind === "done" && here !== null && here.commit !== tip;
}

function broughtAlong({ branch }: Destination): string {
  return `your checkout of ${branch} was behind and is brought along`;
}

function commit({ person }: SaveWorld, { change, destination }: Prepared, tree: string) {
  const parents = destination.start === null ? [] : [destination.start];
  return person.writeCommit({ tree, parents, message: messageOf(change, change.files) });
}

function unsigned(reason: string): SaveRefusal {
  const message = `git could not sign the commit, as commit.gpgsign asks: ${reason}`;
  return {
    code: "signature",
    message,
    next: "git commit --allow-empty shows the same: put the key right, or git config commit.gpgsign false",
  };
}

type Moved = Settled | { kind: "refused"; refusal: SaveRefusal };

async function move(world: SaveWorld, prepared: Prepared, to: string): Promise<Moved> {
  const { git, authority } = world;
  const { destination } = prepared;
  const { ref, tip, here, elsewhere } = destination;
  if (here !== null && authority.remote === null) return settle(world, prepared, to);
  if (elsewhere !== null) {
    const moved = await git.fastForward(elsewhere.path, to);
    if (moved.kind === "done") return moved;
    if ((await git.resolve(ref)) !== tip) return { kind: "lost", reason: moved.reason };
    const message = `${destination.branch} is checked out in ${elsewhere.path} and can't move there: ${moved.reason}`;
    return {
      kind: "refused",
      refusal: { code: "checkout-busy", message, next: "put that checkout right, or save from there" },
    };
  }
  if (to !== tip) {
    const swapped = await authority.swap([{ name: ref, new: to, old: tip }]);
    if (swapped.kind === "refused") return { kind: "refused", refusal: swapped.refusal };
    if (swapped.kind === "lost") return swapped;
  }
  if (here === null) return { kind: "done" };
  const settled = await settle(world, prepared, to);
  // It is saved: what is left to do is the person's checkout alone.
  return settled.kind === "lost" ? { kind: "left", note: `your checkout stays behind: ${settled.reason}` } : settled;
}

async function settle(world: SaveWorld, prepared: Prepared, to: string): Promise<Settled> {
  const { destination, committed, files, change } = prepared;
  const { here, ref, branch } = destination;
  if (here === null) return { kind: "done" };
  const { checkout, commit: from } = here;
  if (from === null || from === to || (await world.git.isAncestor(from, to))) {
    return settleCheckout({ git: world.git, checkout, ref, from, to, committed, files });
  }
  const settled = change.from === "checkout" ? await commitHere(world, prepared, from) : { kind: "done" as const };
  if (settled.kind !== "done") return settled;
  return { kind: "left", note: `${branch} has commits here that are not pushed: git pull --rebase puts them on top` };
}

/** The same change on top of the person's own commits: it falls out when these are put on top of the pushed one. */
async function commitHere({ git, person }: SaveWorld, prepared: Prepared, from: string): Promise<Settled> {
  const { destination, change } = prepared;
  const { here, ref } = destination;
  const before = await readVersions(git, from, [...change.files.keys()]);
  const dirty = new Map([...change.files].filter(([path, version]) => !isSame(version, before.get(path) ?? null)));
  if (here === null || dirty.size === 0) return { kind: "done" };
  const tree = await git.writeFiles(await treeOf(git, from), dirty);
  const written = await person.writeCommit({ tree, parents: [from], message: messageOf(change, dirty) });
  if (written.kind === "refused") return { kind: "left", note: written.reason };
  const { checkout } = here;
  const files = pair(dirty, dirty);
  return settleCheckout({ git, checkout, ref, from, to: written.oid, committed: dirty, files });
}

function messageOf(change: Change, files: FileChanges): string {
  return `${(change.message ?? `Edit ${nameThings([...files.keys()])}`).trim()}\n`;
}

async function treeOf(git: Git, rev: string | null): Promise<string> {
  if (rev === null) return git.writeTree([]);
  const object = await git.readObject(`${rev}^{tree}`);
  if (object === null) throw new Error(`no tree at ${rev}`);
  return object.oid;
}
