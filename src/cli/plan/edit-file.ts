/**
 * Edits that a command makes in a mission's files: on the version where the mission is read, saved there as the person. A
 * checkout of the default branch gets the same change, so that the person's files show it.
 */

import type { FileChanges } from "../../doors/person.ts";
import type { MissionSnapshot, Snapshot } from "../../model/snapshot.ts";
import type { MissionState } from "../../model/state.ts";
import { saveChange } from "../../repo/save.ts";
import type { SaveWorld } from "../../repo/save-land.ts";
import type { SavedCommit, SaveResult } from "../../repo/save-result.ts";
import { isSame, readVersions } from "../../repo/save-settle.ts";
import { nameThings } from "../../repo/save-target.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";
import type { Sight } from "../read/look.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";
import { demandSaved, openSaveWorld } from "./save-world.ts";

export interface ThingFile {
  /** `crm/schema`. */
  name: string;
  mission: MissionState;
  path: string;
  /** Where the mission is read. */
  branch: string;
  tip: string;
  mode: string;
  bytes: Uint8Array;
}

/** The thing that a word names, or the words on what to do where its files are not saved yet. */
export function resolveSaved(context: Context, { state }: Sight, word: string): Thing {
  try {
    return resolveThing(state, word);
  } catch (error) {
    const { worktree, files } = context.doors;
    const [mission = ""] = word.split("/");
    const isKnown = state.missions.some(({ id }) => id === mission);
    const places = worktree === null || isKnown ? [] : [`missions/${mission}`, `todo/missions/${mission}`];
    const folder = places.find((place) => mission !== "" && files.exists(`${worktree}/${place}/mission.md`));
    if (folder === undefined) throw error;
    throw new CommandError("not-saved", `${folder} is not saved yet, so it is not in effect`, "mission save");
  }
}

/** The file that says what a thing is, in the version that is in effect. */
export async function readThingFile(context: Context, sight: Sight, thing: Thing): Promise<ThingFile> {
  const name = nameOf(thing);
  if (!("mission" in thing)) throw new CommandError("no-file", `${name} has no file`, `mission show ${name}`);
  const path = fileOf(thing);
  if (path === null) throw new CommandError("no-file", `a ${thing.kind} has no file: ${name}`, `mission show ${name}`);
  return readFile(context, sight.snapshot, { name, mission: thing.mission, path });
}

/** Any file of a mission, in the version that is in effect. */
export async function readFile(
  { doors: { git } }: Context,
  snapshot: Snapshot,
  { name, mission, path }: Pick<ThingFile, "name" | "mission" | "path">,
): Promise<ThingFile> {
  const { branch, tip } = homeOf(snapshot, mission.id);
  const version = (await readVersions(git, tip, [path])).get(path);
  const object = version ? await git.readObject(version.oid) : null;
  if (!version || object === null)
    throw new CommandError("no-file", `${path} is not there on ${branch}`, `mission show ${mission.id}`);
  return { name, mission, path, branch, tip, mode: version.mode, bytes: object.bytes };
}

/** Where a mission is read: its home, or before it begins the default branch. */
export function homeOf(snapshot: Snapshot, mission: string): NonNullable<MissionSnapshot["home"]> {
  const home = snapshot.missions.find(({ id }) => id === mission)?.home;
  if (home) return home;
  throw new CommandError("home", `the branch where ${mission} is read is missing`, "mission doctor", 1);
}

function fileOf(thing: Thing): string | null {
  switch (thing.kind) {
    case "mission":
      return thing.mission.document?.file ?? `${thing.mission.path}/mission.md`;
    case "milestone":
      return thing.milestone.document.file;
    case "feature":
      return thing.feature.document.file;
    default:
      return null;
  }
}

export interface FileEdit {
  branch: string;
  /** Commit that the edit was made on. */
  tip: string | null;
  /** By path; null takes the file away. */
  files: ReadonlyMap<string, { mode: string; bytes: Uint8Array } | null>;
  message: string;
}

export interface EditSaved {
  saved: readonly SavedCommit[];
  notes: readonly string[];
  remote: string | null;
}

/** Saves the edit. Throws a `CommandError` when nothing was saved. */
export async function saveFileEdit(context: Context, { snapshot }: Sight, edit: FileEdit): Promise<EditSaved> {
  const { git } = context.doors;
  const world = await openSaveWorld(context, snapshot.defaultBranch.name);
  const files = new Map<string, { mode: string; oid: string } | null>();
  for (const [path, file] of edit.files) {
    files.set(path, file === null ? null : { mode: file.mode, oid: await git.writeBlob(file.bytes) });
  }
  const { branch, tip, message } = edit;
  const { saved, notes } = demandSaved(await saveChange(world, { branch, base: tip, files, message }));
  const mirrored = await mirror(world, { branch, tip, files, message });
  return { saved: [...saved, ...mirrored.saved], notes: [...notes, ...mirrored.notes], remote: world.authority.remote };
}

/** The same change on the default branch, where the person stands on it and it has the mission. */
async function mirror(
  world: SaveWorld,
  { branch, tip, files, message }: Omit<FileEdit, "files"> & { files: FileChanges },
): Promise<{ saved: readonly SavedCommit[]; notes: readonly string[] }> {
  const { git, person, authority } = world;
  const { defaultBranch } = authority;
  const head = await person.checkout?.readHead();
  if (branch === defaultBranch || head?.ref !== `refs/heads/${defaultBranch}`) return { saved: [], notes: [] };
  const paths = [...files.keys()];
  const before = await readVersions(git, tip, paths);
  if (!(await hasMission(world, paths, before))) return { saved: [], notes: [] };
  const base = await git.writeFiles(await git.writeTree([]), before);
  const result = await saveChange(world, { branch: defaultBranch, base, files, message });
  return result.kind === "done" && result.refused.length === 0
    ? { saved: result.saved, notes: result.notes }
    : { saved: [], notes: mirrorNotes(result, defaultBranch, paths) };
}

/** The default branch has each file that is changed, and for a new one its mission. */
async function hasMission(
  { git, authority }: SaveWorld,
  paths: readonly string[],
  before: FileChanges,
): Promise<boolean> {
  const tip = authority.tip(authority.defaultBranch);
  const there = await readVersions(git, tip, paths);
  for (const path of paths) {
    if (there.get(path)) continue;
    if (!isSame(before.get(path) ?? null, null)) return false;
    const folder = path.split("/milestones/")[0] ?? path;
    if (tip === null || (await git.resolve(`${tip}:${folder}/mission.md`)) === null) return false;
  }
  return true;
}

function mirrorNotes(result: SaveResult, branch: string, paths: readonly string[]): string[] {
  if (result.kind === "nothing") return [];
  return [`${branch}, which you have checked out, shows ${nameThings(paths)} as before until the work is merged`];
}
