import type { Git, TreeEntry } from "../doors/git.ts";
import type { SourceFile } from "../model/documents.ts";

/** A folder at a commit: its tree id, and its files when asked for. */
export interface Folder {
  tree: string;
  /** What is known is not fetched: reading its bytes throws. */
  readFiles(isWanted: (file: Listed) => boolean, isKnown?: (file: Listed) => boolean): Promise<readonly SourceFile[]>;
}

const MAX_DEPTH = 8;

/** null when there is no such folder at the commit. */
export async function listFolder(git: Git, commit: string, path: string, { deep = true } = {}): Promise<Folder | null> {
  const entry = await findEntry(git, commit, path);
  if (entry?.type !== "tree") return null;
  return {
    tree: entry.oid,
    async readFiles(isWanted, isKnown = () => false) {
      const wanted = (await listEntries(git, entry.oid, path, deep ? MAX_DEPTH : 1)).filter(isWanted);
      return Promise.all(wanted.map((file) => (isKnown(file) ? withoutBytes(file) : readFile(git, file))));
    },
  };
}

/** The folders in a folder at a commit. */
export async function listFolders(git: Git, commit: string, path: string): Promise<readonly TreeEntry[]> {
  const entry = await findEntry(git, commit, path);
  if (entry?.type !== "tree") return [];
  return ((await git.readTree(entry.oid)) ?? []).filter(({ type }) => type === "tree");
}

/** A link or a submodule: what it leads to is not what git has here. */
export function isLink(mode: string): boolean {
  return mode === "120000" || mode === "160000";
}

/** What stands in the place of a folder at a commit, when that is a link or a submodule. */
export async function readLink(git: Git, commit: string, path: string): Promise<readonly SourceFile[]> {
  const entry = await findEntry(git, commit, path);
  return entry && isLink(entry.mode) ? [{ path, mode: entry.mode, blob: entry.oid, bytes: new Uint8Array() }] : [];
}

async function findEntry(git: Git, commit: string, path: string): Promise<TreeEntry | null> {
  let tree: string = commit;
  let found: TreeEntry | null = null;
  for (const name of path.split("/")) {
    found = ((await git.readTree(tree)) ?? []).find((entry) => entry.name === name) ?? null;
    if (found === null) return null;
    tree = found.oid;
  }
  return found;
}

export interface Listed {
  path: string;
  mode: string;
  blob: string;
}

async function listEntries(git: Git, tree: string, path: string, depth: number): Promise<readonly Listed[]> {
  const entries = (await git.readTree(tree)) ?? [];
  const lists = await Promise.all(
    entries.map(async ({ name, type, mode, oid }): Promise<readonly Listed[]> => {
      if (type === "tree") return depth > 1 ? listEntries(git, oid, `${path}/${name}`, depth - 1) : [];
      return [{ path: `${path}/${name}`, mode, blob: oid }];
    }),
  );
  return lists.flat();
}

function withoutBytes(file: Listed): SourceFile {
  return {
    ...file,
    get bytes(): never {
      throw new Error(`${file.path} was known and is read all the same`);
    },
  };
}

/** A submodule's commit is not here: its file is empty, its mode says what it is. */
async function readFile(git: Git, { path, mode, blob }: Listed): Promise<SourceFile> {
  const object = mode === "160000" ? null : await git.readObject(blob);
  return { path, mode, blob, bytes: object?.bytes ?? new Uint8Array() };
}
