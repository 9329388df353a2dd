/**
 * Finds out whether all that a finished run left is kept by the authority, and saves first what is not: its last commits,
 * other branches of its clone, its stash, and files that no commit has. What the authority has is asked of it, not read
 * from a mirror here.
 */

import type { Clock } from "../doors/clock.ts";
import type { Git, RefUpdate } from "../doors/git.ts";
import type { Leftovers } from "../doors/leftovers.ts";
import type { OpenRunFiles } from "../doors/runtimes/run-folder/run-files.ts";
import type { Head } from "../doors/workspace/read-heads.ts";
import { plainLine } from "../format/plain-text.ts";
import type { Secret } from "../model/given-variables.ts";
import { LIMITS } from "../model/limits.ts";
import type { LocalRun } from "../model/run.ts";
import type { Authority } from "./authority.ts";
import type { SwapOutcome } from "./authority-outcome.ts";
import { harvestWork, heldRefs } from "./import-work.ts";
import { findLeak } from "./leaks.ts";

export interface ProofDoors {
  git: Git;
  clock: Clock;
  authority: Authority;
  leftovers: Leftovers;
  openRunFiles: OpenRunFiles;
  /** What the run was given, as far as this host knows it now. */
  secrets: readonly Secret[];
  /** Commit whose `.gitignore` files say what need not be kept; null: those of the run's base. */
  rules: string | null;
}

export interface Kept {
  commits: "none" | "kept" | "local" | "missing" | "unknown";
  /** `secret`: it holds what must not be pushed. */
  files: "clean" | "dirty" | "unreadable" | "secret" | "gone";
  salvage: "whole" | "partial" | "none";
  hidden: "none" | "repositories" | "files" | "unknown";
  /** Why it is not kept, in words of git or of the authority; null when it is. */
  reason: string | null;
}

const NOTHING: Kept = { commits: "none", files: "gone", salvage: "none", hidden: "none", reason: null };

/**
 * `head` is what the run's end names in the ledger. Call it only for a run that is over and whose processes are gone, under
 * the host's lock: it writes `in` and salvage refs.
 */
export async function proveKept(doors: ProofDoors, run: LocalRun, head: string | null): Promise<Kept> {
  if (run.order.runKind !== "work") return NOTHING;
  const { folder, order } = run;
  const runFiles = doors.openRunFiles(folder, { logBytes: 0 });
  try {
    if (runFiles.isPreparing()) return NOTHING;
    const heads = doors.leftovers.readHeads(runFiles.workspace);
    const isGone = runFiles.inspectWorkspace() === "gone";
    if (!isGone && heads.kind === "damaged") return unreadable(heads.reason);
    const harvested = isGone ? null : await harvestWork({ ...doors, runFiles }, order);
    if (harvested !== null && harvested.leak !== null) return secret(harvested.leak);
    if (harvested !== null && harvested.problems.length > 0) return unreadable(harvested.problems.join("; "));
    if (harvested !== null && harvested.swap.kind !== "won") return unsaved(harvested.swap);
    const wanted = [head, harvested?.head ?? null].filter(
      (oid) => oid !== null && oid !== order.start && oid !== order.base,
    );
    const commits = await locate(doors, run.run, wanted as string[]);
    // What is not there decides it, and must not be pushed under another name.
    if (commits.reason !== null) return { ...LOCKED, ...commits };
    if (isGone || harvested === null) return { ...commits, files: "gone", salvage: "none", hidden: "none" };
    const others = await saveOthers(doors, run, heads.kind === "read" ? heads.heads : []);
    if (others?.kind === "leak") return secret(others.reason);
    if (others !== null) return unsaved(others);
    const files = harvested.salvaged === null ? "clean" : "dirty";
    const salvage = await locateSalvage(doors, run.run, harvested.salvaged);
    return { ...commits, files, salvage, ...(await findHidden(doors, run, harvested.salvaged ?? harvested.head)) };
  } finally {
    runFiles.close();
  }
}

/** Nothing was looked at further. */
const LOCKED = { files: "clean", salvage: "none", hidden: "unknown" } as const;

function unreadable(reason: string): Kept {
  return { ...LOCKED, commits: "unknown", files: "unreadable", reason };
}

function secret(leak: string): Kept {
  return { ...LOCKED, commits: "unknown", files: "secret", reason: leak };
}

function unsaved({ kind, reason }: Exclude<SwapOutcome, { kind: "won" }>): Kept {
  return { ...LOCKED, commits: kind === "unreachable" ? "unknown" : "local", reason };
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

/** A salvage that only this clone has is pushed first. */
async function locateSalvage(
  { authority }: ProofDoors,
  run: string,
  salvaged: string | null,
): Promise<Kept["salvage"]> {
  if (salvaged === null) return "none";
  const ref = authority.salvageRef(run, 1);
  const there = await authority.read([ref]);
  if (there.kind === "unreachable") return "none";
  if (there.refs.has(ref)) return there.refs.get(ref) === salvaged ? "whole" : "partial";
  const swap = await authority.swap([{ name: ref, new: salvaged, old: null }]);
  return swap.kind === "won" ? "whole" : "none";
}

/**
 * Branches and stash of the workspace go to further salvage refs, but for what the authority has at this moment: a ref that
 * only this clone has saves nothing. Answers why not, null when all is saved.
 */
async function saveOthers(
  doors: ProofDoors,
  { run, folder, order }: LocalRun,
  heads: readonly Head[],
): Promise<Exclude<SwapOutcome, { kind: "won" }> | { kind: "leak"; reason: string } | null> {
  const { git, authority } = doors;
  const salvages = authority.salvageRef(run, 1).replace(/\/1$/, "");
  const here = [...(await git.listRefs([salvages])).keys()];
  const there = await authority.read([authority.inRef(run), ...here]);
  if (there.kind === "unreachable") return there;
  const anchors = [order.start, order.base, ...there.refs.values()];
  const updates: RefUpdate[] = [];
  for (const { ref, oid } of heads) {
    if (await isWithinAny(git, oid, [...anchors, ...updates.flatMap((update) => update.new ?? [])])) continue;
    const into = `${heldRefs(run).head}-other`;
    const imported = await git.importRef(`${folder}/workspace`, oid, into).catch(() => null);
    if (imported === null) return { kind: "refused", ref, reason: `its ${ref} can't be taken in` };
    updates.push({ name: `${salvages}/${nextNumber(here, updates, salvages)}`, new: imported, old: null });
  }
  if (updates.length === 0) return null;
  const tips = updates.flatMap((update) => update.new ?? []);
  const leak = await findLeak(git, doors.secrets, { tips, known: [order.base, order.start] });
  if (leak !== null) return { kind: "leak", reason: leak };
  const swap = await authority.swap(updates);
  return swap.kind === "won" ? null : swap;
}

/**
 * What would keep a workspace for what lies in it, by what can be told before anything is saved: `clean` stands for all that
 * would be. It needs no lock, so it has an index of its own; it writes objects and no ref.
 */
export async function foresee(
  doors: Pick<ProofDoors, "git" | "leftovers" | "openRunFiles" | "authority" | "rules">,
  run: LocalRun,
): Promise<Pick<Kept, "files" | "hidden" | "reason">> {
  const { git, authority } = doors;
  const { order, folder } = run;
  const runFiles = doors.openRunFiles(folder, { logBytes: 0 });
  try {
    if (order.runKind !== "work" || runFiles.isPreparing() || runFiles.inspectWorkspace() === "gone") return NOTHING;
    const heads = doors.leftovers.readHeads(runFiles.workspace);
    if (heads.kind === "damaged") return { files: "unreadable", hidden: "unknown", reason: heads.reason };
    const inRef = authority.inRef(run.run);
    const base = (await git.listRefs([inRef])).get(inRef) ?? order.start;
    const excludeFile = runFiles.hasExclude() ? runFiles.excludeFile : null;
    const indexFile = `${runFiles.indexFile}.look`;
    const saved = await git.snapshotFolder(runFiles.workspace, base, { indexFile, excludeFile });
    return { files: "clean", ...(await findHidden(doors, run, saved)) };
  } catch (error) {
    return { files: "clean", hidden: "unknown", reason: wordsOf(error) };
  } finally {
    runFiles.close();
  }
}

function wordsOf(error: unknown): string {
  return plainLine(error instanceof Error ? error.message : String(error), 300);
}

/** What the workspace has beyond the tree that was saved, with how many and an example in words. Reads only. */
async function findHidden(
  { git, openRunFiles, rules }: Pick<ProofDoors, "git" | "openRunFiles" | "rules">,
  { folder, order }: LocalRun,
  saved: string,
): Promise<Pick<Kept, "hidden" | "reason">> {
  const runFiles = openRunFiles(folder, { logBytes: 0 });
  try {
    const excludeFile = runFiles.hasExclude() ? runFiles.excludeFile : null;
    const options = { saved, base: rules ?? order.base, excludeFile, most: LIMITS.walkedNames };
    const { files, repositories, isWhole } = await git.listUnsaved(runFiles.workspace, options);
    if (repositories.length > 0) return { hidden: "repositories", reason: plainLine(repositories.join(", "), 300) };
    if (files.length > 0) return { hidden: "files", reason: countText(files, isWhole) };
    return isWhole
      ? { hidden: "none", reason: null }
      : { hidden: "unknown", reason: `it has more than ${LIMITS.walkedNames} folders and unsaved files` };
  } catch (error) {
    return { hidden: "unknown", reason: wordsOf(error) };
  } finally {
    runFiles.close();
  }
}

function countText(files: readonly string[], isWhole: boolean): string {
  const count = `${isWhole ? "" : "more than "}${files.length} ${files.length === 1 ? "file" : "files"}`;
  return `${count}, such as ${plainLine(files[0] ?? "", 200)}`;
}

function nextNumber(here: readonly string[], updates: readonly RefUpdate[], salvages: string): number {
  const names = [...here, ...updates.map(({ name }) => name)].filter((name) => name.startsWith(`${salvages}/`));
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
