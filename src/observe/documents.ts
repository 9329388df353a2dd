/** Mission files at a commit, parsed once for each tree. Parsers are loaded only where something new is read. */

import type { Doors } from "../doors/doors.ts";
import type { Git } from "../doors/git.ts";
import type { Config, MissionFiles, MissionRoot, RepositoryFiles, SourceFile } from "../model/documents.ts";
import { keepOnly, readCache, writeCache } from "../repo/cache.ts";
import { type KeptFiles, openLateTexts } from "./kept-mission.ts";
import { isKnown, type KeptMission, knownFeatures, listOdd } from "./known-features.ts";
import { type Folder, isLink, type Listed, listFolder, listFolders, readLink } from "./source-files.ts";

export interface MissionPlace {
  id: string;
  root: MissionRoot;
}

export interface ListedMission extends MissionPlace {
  /** Id of its folder's tree. */
  tree: string;
}

export interface Documents {
  /** The mission folders at a commit. */
  listMissions(commit: string): Promise<readonly ListedMission[]>;
  /** null when the folder is not there. `keep: false` for a commit that is looked at in passing. */
  readMission(commit: string, place: MissionPlace, options?: { keep?: boolean }): Promise<MissionFiles | null>;
  /** config.md and roles; defaults without a commit. */
  readRepository(commit: string | null): Promise<RepositoryFiles>;
  /** What is remembered of missions that are no more. */
  forgetAllBut(missions: readonly string[]): void;
}

interface Cached {
  /** The mission's folder and the tree that it was then. */
  key: string;
  value: KeptFiles;
  odd: readonly string[];
}

/** Begins the names of what is remembered of missions' files. */
const CACHED = "mission-";

const ROOTS: readonly MissionRoot[] = ["missions", "todo/missions"];

/** Names below `missions/` that are no mission. */
const NOT_MISSIONS: readonly string[] = ["agents"];

export async function openDocuments(doors: Doors): Promise<Documents> {
  const repositories = new Map<string, Promise<RepositoryFiles>>();
  const git = readingTreesOnce(doors.git);
  const texts = openLateTexts(doors.git);
  let hasWritten = false;
  return {
    async listMissions(commit) {
      const places = await Promise.all(
        ROOTS.map(async (root) =>
          (await listFolders(git, commit, root))
            .filter(({ name }) => !NOT_MISSIONS.includes(name))
            .map(({ name, oid }) => ({ id: name, root, tree: oid })),
        ),
      );
      return places.flat();
    },
    async readMission(commit, { id, root }, { keep = true } = {}) {
      const folder = await listFolder(git, commit, `${root}/${id}`);
      if (!folder) return null;
      const kept = readCache<Cached>(doors, `${CACHED}${id}`);
      const known = kept && { value: texts.restore(kept.value), odd: kept.odd };
      const key = `${root} ${folder.tree}`;
      if (known && kept.key === key) return known.value;
      const read = await parseMission(doors, folder, { id, root }, known);
      if (!keep) return read.value;
      const value = texts.leaveOut(read.value);
      writeCache(doors, `${CACHED}${id}`, { key, value, odd: read.odd } satisfies Cached);
      hasWritten = true;
      // As at the next look, so that the long texts of all missions are not in memory at once.
      return texts.restore(value);
    },
    forgetAllBut(missions) {
      if (hasWritten) keepOnly(doors, CACHED, new Set(missions.map((id) => `${CACHED}${id}`)));
    },
    readRepository(commit) {
      const known = repositories.get(commit ?? "");
      if (known) return known;
      const reading = readRepository(git, commit);
      repositories.set(commit ?? "", reading);
      return reading;
    },
  };
}

/** A tree never changes, and the way to each mission leads through the same ones. */
function readingTreesOnce(git: Git): Git {
  const trees = new Map<string, ReturnType<Git["readTree"]>>();
  const readTree = (oid: string) => {
    const known = trees.get(oid) ?? git.readTree(oid);
    trees.set(oid, known);
    return known;
  };
  return Object.create(git, { readTree: { value: readTree } });
}

async function parseMission(
  { hash }: Doors,
  folder: Folder,
  { id, root }: MissionPlace,
  kept: KeptMission | null,
): Promise<KeptMission> {
  const { parseMissionFiles } = await import("../format/mission-files.ts");
  const known = kept ? knownFeatures(kept) : undefined;
  const inside = `${root}/${id}/`.length;
  const isDocument = ({ path, mode }: Listed) => {
    const below = path.slice(inside);
    // A link or submodule is reported, whatever its name.
    return !MATERIAL.test(below) && (below.endsWith(".md") || isLink(mode));
  };
  const files = await folder.readFiles(isDocument, (file) => isKnown(known, file));
  return { value: parseMissionFiles(root, id, files, hash, known), odd: listOdd(files) };
}

/** Folders of a mission that no document lies in. */
const MATERIAL = /^(?:research|scripts|assets|skills)\//;

async function readRepository(git: Git, commit: string | null): Promise<RepositoryFiles> {
  const { parseRepositoryFiles } = await import("../format/repository-files.ts");
  const files: SourceFile[] = [];
  for (const root of commit === null ? [] : ROOTS) {
    const config = await listFolder(git, commit ?? "", root, { deep: false });
    const isWanted = ({ path, mode }: Listed) => path === `${root}/config.md` || isLink(mode);
    files.push(...((await config?.readFiles(isWanted)) ?? []), ...(await readLink(git, commit ?? "", root)));
    const roles = await listFolder(git, commit ?? "", `${root}/agents`);
    files.push(...((await roles?.readFiles(({ path }) => path.endsWith(".md"))) ?? []));
  }
  const key = files.map(({ path, mode, blob }) => `${path} ${mode} ${blob}`).join("\n");
  if (lastParsed?.key !== key) lastParsed = { key, value: parseRepositoryFiles(files) };
  return lastParsed.value;
}

/** Each look of a process reads these files again, and they hardly ever change. */
let lastParsed: { key: string; value: RepositoryFiles } | null = null;

/** Settings that count for the whole host come from the default branch, the others from the mission's home. */
export function mergeConfig(home: Config, repository: Config): Config {
  const { parallel, isolation, runtime, runtimes, notify, approvers } = repository;
  return { ...home, parallel, isolation, runtime, runtimes, notify, approvers };
}
