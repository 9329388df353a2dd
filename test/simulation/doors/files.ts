/** Plain files in memory: the host's cache, markers in the folders of runs, and what comes with the program. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Files } from "../../../src/doors/files.ts";
import { BEGINNING } from "../world/host.ts";
import type { StateDisk } from "./state-disk.ts";

/** Where the package lies in every world. */
export const PACKAGE_FOLDER = "/package";

export interface FilesDoors {
  disk: StateDisk;
  /** Folder of the state folder's runs. */
  runs: string;
  act(call: string): boolean;
  hasFolder(path: string): boolean;
  /** Programs that this host has. */
  hasProgram(name: string): boolean;
}

const SOURCE = join(import.meta.dirname, "../../..");
/** Every look reads all roles, and a short one is enough to play every part. */
const ROLES: readonly string[] = ["coder.md"];
const ROLE = "---\nname: coder\nmodel: standard\n---\nYou implement one feature.\n";
const shipped = new Map<string, string>([[`${PACKAGE_FOLDER}/agents/coder.md`, ROLE]]);

function readShipped(path: string): string | null {
  const known = shipped.get(path);
  if (known !== undefined) return known;
  const name = path.slice(PACKAGE_FOLDER.length + 1);
  const folder = join(SOURCE, name, "..");
  if (!readdirSync(folder).includes(name.slice(name.lastIndexOf("/") + 1))) return null;
  const text = readFileSync(join(SOURCE, name), "utf8");
  shipped.set(path, text);
  return text;
}

const MARKER = /^(?<run>[^/]+)\/withdraw$/;

export function openMemoryFiles({ disk, runs, act, hasFolder, hasProgram }: FilesDoors): Files {
  function markedRun(path: string): string | null {
    if (!path.startsWith(`${runs}/`)) return null;
    return MARKER.exec(path.slice(runs.length + 1))?.groups?.run ?? null;
  }
  function readText(path: string): string | null {
    if (path.startsWith(`${PACKAGE_FOLDER}/`)) return readShipped(path);
    const run = markedRun(path);
    return run === null ? (disk.files.get(path) ?? null) : (disk.runs.get(run)?.withdraw ?? null);
  }
  function writeText(path: string, text: string): void {
    if (!act("files.writeText")) return;
    disk.writes += 1;
    const run = markedRun(path);
    const found = run === null ? null : disk.runs.get(run);
    if (run === null) disk.files.set(path, text);
    else if (found) found.withdraw = text;
  }
  const below = (path: string) => [...disk.files.keys()].filter((file) => file.startsWith(`${path}/`));
  return {
    readText,
    list(path) {
      if (path === `${PACKAGE_FOLDER}/agents`) return ROLES;
      return [...new Set(below(path).map((file) => file.slice(path.length + 1).split("/")[0] ?? ""))].sort();
    },
    exists: (path) => hasFolder(path) || readText(path) !== null || below(path).length > 0,
    writeText,
    readSealed: readText,
    writeSealed: writeText,
    remove(path) {
      for (const file of [path, ...below(path)]) {
        if (!disk.files.has(file) || !act("files.remove")) continue;
        disk.writes += 1;
        disk.files.delete(file);
      }
    },
    // Every world ends before anything in a cache is old.
    changedAt: (path) => (disk.files.has(path) || below(path).length > 0 ? BEGINNING : 0),
    findProgram: (name) => (hasProgram(name) ? `/bin/${name}` : null),
  };
}
