/**
 * Puts refs right whose file is empty or torn, as after a power cut: `update-ref` can't, not even with -d. The file is set
 * aside and the ref gets the value that something proves: the authority, the ref's own log, or for a ledger the one line of
 * records that continues what this host last saw. Where nothing proves a value, nothing is touched.
 */

import type { Debris } from "../doors/git/debris/debris.ts";
import type { TornRef } from "../doors/git/debris/git-files.ts";
import type { Git } from "../doors/git.ts";
import type { StateFolder } from "../doors/host.ts";
import type { Authority } from "./authority.ts";
import { heldRefs } from "./import-work.ts";

export interface RestoreTools {
  git: Git;
  debris: Debris;
  state: StateFolder;
  authority: Authority;
  /** Ledger tip that this host last read, null when it remembers none. */
  lastTip(mission: string): string | null;
  /** Head that the ledger names for an ended run, null when it names none. */
  headOf(run: string): Promise<string | null>;
}

export type Restored =
  | { kind: "restored"; text: string }
  /** Nothing was changed. */
  | { kind: "left"; reason: string; next: string };

type Value = { oid: string | null; from: string };

export async function restoreRef(tools: RestoreTools, torn: TornRef): Promise<Restored> {
  const { git, debris } = tools;
  const value = await findValue(tools, torn);
  if ("next" in value) return { kind: "left", ...value };
  const { oid, from } = value;
  if (oid !== null && (await git.resolve(oid)) === null)
    return { kind: "left", reason: `${from} names ${oid}, which is not here`, next: fetchStep(tools, torn.ref) };
  debris.setAside(torn.path);
  const packed = (await git.listRefs([torn.ref])).get(torn.ref) ?? null;
  if (oid !== packed) {
    const moved = await git.updateRefs([{ name: torn.ref, new: oid, old: packed }]);
    if (moved.kind === "lost") return { kind: "left", reason: moved.reason, next: "mission doctor --fix" };
  }
  return {
    kind: "restored",
    text: oid === null ? `${torn.ref} was taken away: ${from}` : `${torn.ref} is at ${oid.slice(0, 10)}: ${from}`,
  };
}

async function findValue(tools: RestoreTools, { ref }: TornRef): Promise<Value | { reason: string; next: string }> {
  const { authority, debris } = tools;
  const own = ownName(ref, authority.names.prefix);
  if (own === null) return findPersonsValue(tools, ref);
  const there = authority.remote === null ? null : await authority.read([ref]);
  const remote = there?.kind === "read" ? there.refs.get(ref) : undefined;
  // It may be newer than anything known here: the next look fetches it.
  if (remote !== undefined) return { oid: null, from: `the next look fetches it from ${authority.remote}` };
  if (there?.kind === "unreachable")
    return { reason: there.reason, next: "mission doctor --fix, when the remote answers" };
  const logged = debris.readLogged(ref);
  if (logged !== null) return { oid: logged, from: "its log says so" };
  return findOwnValue(tools, ref, own);
}

async function findOwnValue(
  tools: RestoreTools,
  ref: string,
  [kind, name]: readonly [string, string],
): Promise<Value | { reason: string; next: string }> {
  const { state, authority } = tools;
  switch (kind) {
    case "ledger":
      return findLedger(tools, ref, name);
    case "in": {
      const head = await tools.headOf(name);
      if (head !== null) return { oid: head, from: "its record says so" };
      const held = await tools.git.resolve(heldRefs(name).head);
      if (held !== null) return { oid: held, from: "what was taken in last" };
      const order = state.readOrder(name);
      if (order) return { oid: order.start, from: "its run starts there, and what it made is taken in again" };
      break;
    }
    case "held": {
      const order = state.readOrder(name.split("/")[0] ?? "");
      if (order && name.endsWith("/start")) return { oid: order.start, from: "its order says so" };
      return { oid: null, from: "the work is taken in again" };
    }
    case "salvage":
      return findSalvage(tools, ref, name.split("/")[0] ?? "");
    case "host":
    case "seen":
      return { oid: null, from: "it is written anew" };
    case "stop":
      // What was meant is not known: everything stays stopped on this host until a person says else.
      state.setStopped(true);
      return { oid: null, from: "this host stays stopped until mission resume --all" };
  }
  return { reason: "nothing here shows what it was", next: removeStep(ref, authority.remote) };
}

/** The one line of records that continues what was last read: two lines are a person's to judge. */
async function findLedger(tools: RestoreTools, ref: string, mission: string) {
  const last = tools.lastTip(mission) ?? tools.debris.readPacked(ref);
  const records = await tools.debris.searchCommits("Mission-Record: ");
  const children = new Map<string, string[]>();
  for (const { oid, parents } of records) {
    const parent = parents[0];
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), oid]);
  }
  const leaves = last === null ? [] : leavesOf(last, children);
  const [tip] = leaves;
  if (tip !== undefined && leaves.length === 1) return { oid: tip, from: "its last record that is in the repository" };
  const candidates = leaves.length > 0 ? leaves : records.map(({ oid }) => oid).filter((oid) => !children.has(oid));
  const reason =
    candidates.length === 0
      ? "no record of it is in the repository"
      : `its last record may be ${candidates.map((oid) => oid.slice(0, 10)).join(" or ")}`;
  return { reason, next: candidates[0] === undefined ? removeStep(ref, null) : setStep(ref, candidates[0]) };
}

function leavesOf(from: string, children: ReadonlyMap<string, readonly string[]>): string[] {
  const leaves: string[] = [];
  const open = [from];
  for (let oid = open.pop(); oid !== undefined; oid = open.pop()) {
    const next = children.get(oid);
    if (next === undefined) leaves.push(oid);
    else open.push(...next);
  }
  return leaves;
}

async function findSalvage({ debris }: RestoreTools, ref: string, run: string) {
  const found = await debris.searchCommits(`Mission-Run: ${run}`);
  const parents = new Set(found.flatMap((commit) => commit.parents));
  const tips = found.map(({ oid }) => oid).filter((oid) => !parents.has(oid));
  const [tip] = tips;
  if (tip !== undefined && tips.length === 1) return { oid: tip, from: "the last commit of the run" };
  const reason = tips.length === 0 ? "no commit of the run is in the repository" : "several commits of the run are";
  return { reason, next: tip === undefined ? removeStep(ref, null) : setStep(ref, tip) };
}

/** A branch, a tag, or what a fetch brings again. */
function findPersonsValue({ debris, authority }: RestoreTools, ref: string): Value | { reason: string; next: string } {
  const logged = debris.readLogged(ref);
  if (logged !== null) return { oid: logged, from: "its log says so" };
  if (ref.startsWith("refs/remotes/")) return { oid: null, from: "a fetch brings it again" };
  const packed = debris.readPacked(ref);
  if (packed !== null) return { reason: `it was last packed at ${packed.slice(0, 10)}`, next: setStep(ref, packed) };
  return { reason: "it has no log", next: removeStep(ref, authority.remote) };
}

/** Kind and rest of the name of the program's own ref, null for any other. */
function ownName(ref: string, prefix: string): readonly [string, string] | null {
  const base = [prefix, "refs/mission"].find((each) => ref.startsWith(`${each}/`));
  if (base === undefined) return null;
  const [kind = "", ...rest] = ref.slice(base.length + 1).split("/");
  return [kind, rest.join("/")];
}

function fetchStep({ authority: { remote } }: RestoreTools, ref: string): string {
  return remote === null ? `git fetch <another clone> +${ref}:${ref}` : `git fetch ${remote} +${ref}:${ref}`;
}

function setStep(ref: string, oid: string): string {
  return `rm "$(git rev-parse --git-common-dir)/${ref}" && git update-ref ${ref} ${oid}`;
}

function removeStep(ref: string, remote: string | null): string {
  const remove = `rm "$(git rev-parse --git-common-dir)/${ref}"`;
  return remote === null
    ? `${remove}, then git branch or git update-ref with its commit`
    : `${remove} && git fetch ${remote}`;
}
