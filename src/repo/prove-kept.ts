/**
 * Finds out whether all that a finished run left is kept by the authority, and saves first what is not: its last commits,
 * other branches of its clone, its stash, and files that no commit has. What the authority has is asked of it, not read
 * from a mirror here.
 */

import type { Clock } from "../doors/clock.ts";
import type { Git, RefUpdate } from "../doors/git.ts";
import type { Head, Leftovers } from "../doors/leftovers.ts";
import type { OpenRunFiles } from "../doors/runtimes/run-files.ts";
import type { LocalRun } from "../model/run.ts";
import type { Authority } from "./authority.ts";
import { harvestWork, heldRefs } from "./import-work.ts";

export interface ProofDoors {
  git: Git;
  clock: Clock;
  authority: Authority;
  leftovers: Leftovers;
  openRunFiles: OpenRunFiles;
}

export interface Kept {
  commits: "none" | "kept" | "local" | "missing" | "unknown";
  files: "clean" | "dirty" | "unreadable" | "gone";
  salvage: "whole" | "partial" | "none";
  /** Why it is not kept, in words of git or of the authority; null when it is. */
  reason: string | null;
}

const NOTHING: Kept = { commits: "none", files: "gone", salvage: "none", reason: null };

/**
 * `head` is what the run's end names in the ledger. Call it only for a run that is over and whose processes are gone, under
 * the host's lock: it writes `in` and salvage refs.
 */
export async function proveKept(doors: ProofDoors, run: LocalRun, head: string | null): Promise<Kept> {
  if (run.order.runKind !== "work") return NOTHING;
  const { folder, order } = run;
  const runFiles = doors.openRunFiles(folder, { logBytes: 0 });
  try {
    const heads = doors.leftovers.readHeads(runFiles.workspace);
    const isGone = runFiles.inspectWorkspace() === "gone";
    if (!isGone && heads.kind === "damaged") return unreadable(heads.reason);
    const harvested = isGone ? null : await harvestWork({ ...doors, runFiles }, order);
    if (harvested !== null && harvested.problems.length > 0) return unreadable(harvested.problems.join("; "));
    if (harvested !== null && harvested.swap.kind !== "won")
      return { commits: "local", files: "dirty", salvage: "none", reason: harvested.swap.reason };
    const inWorkspace = heads.kind === "read" && !isGone ? heads.heads : [];
    const others = await saveOthers(doors, run, inWorkspace);
    if (others !== null) return { commits: "local", files: "clean", salvage: "none", reason: others };
    const wanted = [head, harvested?.head ?? null].filter(
      (oid) => oid !== null && oid !== order.start && oid !== order.base,
    );
    const commits = await locate(doors, run.run, wanted as string[]);
    const files = isGone ? "gone" : harvested?.salvaged ? "dirty" : "clean";
    return { ...commits, files, salvage: await locateSalvage(doors, run.run, harvested?.salvaged ?? null) };
  } finally {
    runFiles.close();
  }
}

function unreadable(reason: string): Kept {
  return { commits: "unknown", files: "unreadable", salvage: "none", reason };
}

/** Where commits are: on the run's `in` ref as the authority has it, or on one of its branches, as landed work is. */
async function locate(
  doors: ProofDoors,
  run: string,
  wanted: readonly string[],
): Promise<Pick<Kept, "commits" | "reason">> {
  if (wanted.length === 0) return { commits: "none", reason: null };
  const { git, authority } = doors;
  const ref = authority.inRef(run);
  const there = await authority.read([ref]);
  if (there.kind === "unreachable") return { commits: "unknown", reason: there.reason };
  const kept = there.refs.get(ref) ?? null;
  if (kept !== null && (await git.resolve(kept)) === null) await authority.fetch([ref]);
  for (const commit of wanted) {
    if (kept !== null && (await isWithin(git, commit, kept))) continue;
    const here = (await git.listRefs([ref])).get(ref) ?? null;
    const isLocal = here !== null && (await isWithin(git, commit, here));
    const reason = `${ref} ${kept === null ? "is not there" : "does not hold it"}: ${commit.slice(0, 10)}`;
    return { commits: isLocal ? "local" : "missing", reason };
  }
  return { commits: "kept", reason: null };
}

async function locateSalvage(
  { authority }: ProofDoors,
  run: string,
  salvaged: string | null,
): Promise<Kept["salvage"]> {
  if (salvaged === null) return "none";
  const ref = authority.salvageRef(run, 1);
  const there = await authority.read([ref]);
  if (there.kind === "unreachable" || !there.refs.has(ref)) return "none";
  return there.refs.get(ref) === salvaged ? "whole" : "partial";
}

/** Branches and stash of the workspace that nothing here holds go to further salvage refs. Answers why not, null when all is saved. */
async function saveOthers(
  doors: ProofDoors,
  { run, folder, order }: LocalRun,
  heads: readonly Head[],
): Promise<string | null> {
  const { git, authority } = doors;
  const salvages = authority.salvageRef(run, 1).replace(/\/1$/, "");
  const kept = await git.listRefs([authority.inRef(run), salvages]);
  const anchors = [order.start, order.base, ...kept.values()];
  const updates: RefUpdate[] = [];
  for (const { ref, oid } of heads) {
    if (await isWithinAny(git, oid, [...anchors, ...updates.flatMap((update) => update.new ?? [])])) continue;
    const into = `${heldRefs(run).head}-other`;
    const imported = await git.importRef(`${folder}/workspace`, ref, into).catch(() => null);
    if (imported === null) return `its ${ref} can't be taken in`;
    updates.push({ name: `${salvages}/${nextNumber(kept, updates, salvages)}`, new: imported, old: null });
  }
  if (updates.length === 0) return null;
  const swap = await authority.swap(updates);
  return swap.kind === "won" ? null : swap.reason;
}

function nextNumber(kept: ReadonlyMap<string, string>, updates: readonly RefUpdate[], salvages: string): number {
  const names = [...kept.keys(), ...updates.map(({ name }) => name)].filter((name) => name.startsWith(`${salvages}/`));
  // The first one is of uncommitted files.
  return Math.max(1, ...names.map((name) => Number.parseInt(name.slice(salvages.length + 1), 10) || 0)) + 1;
}

async function isWithinAny(git: Git, commit: string, tips: readonly string[]): Promise<boolean> {
  for (const tip of new Set(tips)) if (await isWithin(git, commit, tip)) return true;
  return false;
}

async function isWithin(git: Git, commit: string, tip: string): Promise<boolean> {
  if (commit === tip) return true;
  if ((await git.resolve(commit)) === null || (await git.resolve(tip)) === null) return false;
  return git.isAncestor(commit, tip);
}
