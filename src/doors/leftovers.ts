/** The door to what a run left in its folder, for who must prove that it may go. Git never runs in there. */

import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { listNames, readText } from "./git/debris/git-files.ts";
import { hasSurvivor } from "./runtimes/survivors.ts";

export interface Leftovers {
  /** Processes of the run, or any that stand in its folder. `unknown` where the system does not tell. */
  findOccupants(run: string, folder: string): "none" | "some" | "unknown";
  /**
   * Commits that the branches, all entries of the stash and HEAD of a workspace's own git directory name, and HEAD of each
   * worktree linked to it. `damaged`: there is one and it can't be read. `none`: there is none.
   */
  readHeads(
    workspace: string,
  ): { kind: "read"; heads: readonly Head[] } | { kind: "none" } | { kind: "damaged"; reason: string };
  /** Bytes of a folder; links are not followed. */
  measure(folder: string): number;
}

export interface Head {
  /** What names it, for people. */
  ref: string;
  oid: string;
}

const MOST_REFS = 1000;
const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

export const systemLeftovers: Leftovers = { findOccupants, readHeads, measure };

function findOccupants(run: string, folder: string): "none" | "some" | "unknown" {
  try {
    if (hasSurvivor(run)) return "some";
  } catch {
    return "unknown";
  }
  if (process.platform !== "linux") return "none";
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => standsIn(pid, folder)) ? "some" : "none";
}

/** Where another person's process stands is not told, and it could not write there either. */
function standsIn(pid: string, folder: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === folder || cwd.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

function readHeads(workspace: string): ReturnType<Leftovers["readHeads"]> {
  const gitDir = join(workspace, ".git");
  const stat = lstatSync(gitDir, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "none" };
  if (!stat.isDirectory()) return { kind: "damaged", reason: "its .git is no folder" };
  if (lstatSync(join(gitDir, "commondir"), { throwIfNoEntry: false }))
    return { kind: "damaged", reason: "its .git leads to another one" };
  if (!lstatSync(join(gitDir, "objects"), { throwIfNoEntry: false })?.isDirectory())
    return { kind: "damaged", reason: "its .git has no objects" };
  const refs = readRefs(gitDir);
  for (const [name, oid] of [...readStash(gitDir), ...readLinkedHeads(gitDir)]) refs.set(name, oid);
  if (refs.size > MOST_REFS) return { kind: "damaged", reason: `it has more than ${MOST_REFS} refs` };
  const head = readHead(gitDir);
  if (head !== null) refs.set("HEAD", head);
  const torn = [...refs].find(([, oid]) => !OBJECT_ID.test(oid));
  if (torn) return { kind: "damaged", reason: `its ${torn[0]} can't be read` };
  return { kind: "read", heads: [...refs].map(([ref, oid]) => ({ ref, oid })) };
}

/** Loose ones win over packed ones. A symbolic one names another that is read by itself. */
function readRefs(gitDir: string): Map<string, string> {
  const refs = new Map<string, string>();
  for (const line of (readText(join(gitDir, "packed-refs")) ?? "").split("\n")) {
    const [, oid, ref] = /^([0-9a-f]{40,64}) (refs\/\S+)$/.exec(line) ?? [];
    if (oid !== undefined && ref !== undefined) refs.set(ref, oid);
  }
  const open = [["refs"]];
  for (let path = open.pop(); path !== undefined && refs.size <= MOST_REFS; path = open.pop()) {
    for (const name of listNames(join(gitDir, ...path))) {
      const place = join(gitDir, ...path, name);
      if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory()) open.push([...path, name]);
      else if (!name.endsWith(".lock")) {
        const text = readText(place)?.trim() ?? "";
        if (!text.startsWith("ref: ")) refs.set([...path, name].join("/"), text);
      }
    }
  }
  return refs;
}

/** What HEAD of a git directory names by itself; null where it names a branch, which is read with the others. */
function readHead(gitDir: string): string | null {
  const text = readText(join(gitDir, "HEAD"))?.trim() ?? "";
  return /^ref: refs\/\S+$/.test(text) ? null : text;
}

/** The entries below the newest one: git keeps them in the log of the ref alone. */
function readStash(gitDir: string): [string, string][] {
  const lines = (readText(join(gitDir, "logs/refs/stash")) ?? "").split("\n").filter((line) => line !== "");
  return lines.map((line, index) => [`stash@{${lines.length - 1 - index}}`, line.split(" ")[1] ?? ""]);
}

function readLinkedHeads(gitDir: string): [string, string][] {
  return listNames(join(gitDir, "worktrees")).flatMap((name) => {
    const head = readHead(join(gitDir, "worktrees", name));
    return head === null ? [] : [[`HEAD of its worktree ${name}`, head] as [string, string]];
  });
}

function measure(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return listNames(path).reduce((sum, name) => sum + measure(join(path, name)), 0);
}
