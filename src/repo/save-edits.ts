/** What the person changed in their checkout that is not in effect: by path, with the branch where each belongs. */

import type { Git } from "../doors/git.ts";
import type { Checkout, FileChanges, FileVersion } from "../doors/person.ts";
import type { SaveAuthority } from "./save-authority.ts";
import { isSame, readVersions } from "./save-settle.ts";
import { type Branches, chooseBranch, isBelow, isMissionPath, MISSION_ROOTS } from "./save-target.ts";

/** Edits that go to one branch, against the commit that they were made on. */
export interface EditGroup {
  branch: string;
  base: string | null;
  files: FileChanges;
  /** What was saved from this checkout before, as far as it is older than the edits. */
  earlier: FileChanges | null;
}

export interface EditSearch {
  git: Git;
  checkout: Checkout;
  authority: SaveAuthority;
  /** Files or folders from the root of the repository; empty for all. */
  paths: readonly string[];
  /** Branches that take no pushes. */
  closed: ReadonlySet<string>;
}

/** Edits in the working tree, and on another branch those that are committed there and not on the branch where they belong. */
export async function findEdits(search: EditSearch): Promise<readonly EditGroup[]> {
  const { git, checkout, authority, paths, closed } = search;
  const head = await checkout.readHead();
  const branches: Branches = {
    head: head.ref,
    defaultBranch: authority.defaultBranch,
    homes: authority.homes(),
    closed,
  };
  const isWanted = (path: string) => isMissionPath(path) && isMeant(path, paths);
  const changed = (await checkout.listChanged(MISSION_ROOTS)).filter(isWanted);
  const note = await usableNote(git, checkout, head.commit);
  const groups: EditGroup[] = [];
  for (const branch of listBranches(branches)) {
    const isHere = head.ref === `refs/heads/${branch}`;
    const base = await findBase(git, head.commit, authority.tip(branch), isHere);
    const belongs = (path: string) => isWanted(path) && chooseBranch(path, branches) === branch;
    const committed = (await listCommitted(git, base, head.commit)).filter(belongs);
    const dirty = changed.filter(belongs);
    const inEffect = await findFollowing({ git, head: head.commit, branches, authority, branch, committed, dirty });
    const candidates = [...new Set([...dirty, ...committed.filter((path) => !inEffect.has(path))])].sort();
    const files = await pickChanged(git, checkout, base, candidates);
    if (files.size > 0) groups.push({ branch, base, files, earlier: isHere ? null : pickPaths(note, files) });
  }
  return groups;
}

/** Where edits may belong, the default branch first. */
function listBranches({ defaultBranch, homes }: Branches): string[] {
  return [...new Set([defaultBranch, ...homes.values()])];
}

async function findBase(git: Git, head: string | null, tip: string | null, isHere: boolean): Promise<string | null> {
  if (head === null || tip === null) return head;
  // What only the person's branch has is no edit of this save, unless the branches went apart.
  if (isHere && (await git.isAncestor(tip, head))) return tip;
  return (await git.mergeBase(head, tip)) ?? head;
}

async function listCommitted(git: Git, base: string | null, head: string | null): Promise<string[]> {
  if (base === null || head === null || base === head) return [];
  const changes = await Promise.all(MISSION_ROOTS.map((root) => git.changedPaths(base, head, root)));
  return changes.flat().map(({ path }) => path);
}

interface Following {
  git: Git;
  head: string | null;
  branches: Branches;
  authority: SaveAuthority;
  branch: string;
  committed: readonly string[];
  dirty: readonly string[];
}

/** Committed paths that the default branch has in the same version: they reach the home by following, not by this save. */
async function findFollowing(question: Following): Promise<ReadonlySet<string>> {
  const { git, head, branches, authority, branch, committed, dirty } = question;
  if (branch === branches.defaultBranch || committed.length === 0) return new Set();
  const [here, there] = await Promise.all(
    [head, authority.tip(branches.defaultBranch)].map((rev) => readVersions(git, rev, committed)),
  );
  const same = committed.filter((path) => isSame(here?.get(path) ?? null, there?.get(path) ?? null));
  return new Set(same.filter((path) => !dirty.includes(path)));
}

async function pickChanged(
  git: Git,
  checkout: Checkout,
  base: string | null,
  paths: readonly string[],
): Promise<FileChanges> {
  const [before, now] = [await readVersions(git, base, paths), await checkout.readFiles(paths)];
  return new Map([...now].filter(([path, version]) => !isSame(version, before.get(path) ?? null)));
}

/** The note of the last save counts while HEAD only went on from there: another branch has files of its own. */
async function usableNote(git: Git, checkout: Checkout, head: string | null): Promise<FileChanges | null> {
  const note = await checkout.readNote();
  if (note === null || head === null) return null;
  const [commit, ...objects] = await Promise.all(
    [note.head, ...[...note.files.values()].flatMap((file) => file?.oid ?? [])].map((oid) => git.readObject(oid)),
  );
  if (!commit || objects.includes(null)) return null;
  return (await git.isAncestor(note.head, head)) ? note.files : null;
}

function pickPaths(files: FileChanges | null, wanted: FileChanges): FileChanges | null {
  if (files === null) return null;
  const picked = new Map<string, FileVersion | null>();
  for (const [path, version] of files) if (wanted.has(path)) picked.set(path, version);
  return picked.size > 0 ? picked : null;
}

function isMeant(path: string, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return !isDropping(path);
  return wanted.includes(path) || (!isDropping(path) && wanted.some((each) => isBelow(path, each)));
}

/** What editors and file managers leave beside a file. Named by its path it is saved all the same. */
function isDropping(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  // The empty name is a folder: a repository inside, which git would not add.
  return name === "" || /~$|^\.#|^#.*#$|^\..*\.sw[a-p]$|^\.DS_Store$|^4913$/.test(name);
}
