/**
 * The authority is where a swap of refs is decided: the remote where there is one, else the refs here, never both. With a
 * remote this clone keeps mirrors of the authority's refs, which move after the authority has moved and never before, so a
 * mirror may be old and is never wrong. Every write names the value that it expects, so an old mirror loses.
 */

import type { Git, RefUpdate } from "../doors/git.ts";
import { branchName, mirrorName, type RefNames, type RefPrefix, refNames } from "../format/ref-names.ts";
import type { RefValues, SwapOutcome } from "./authority-outcome.ts";
import { type Probed, probe } from "./authority-probe.ts";
import { type Refreshed, type RefreshOptions, refresh } from "./authority-refresh.ts";
import { fetchMirrors, readRemote, swapRemote } from "./authority-remote.ts";

export type { SwapOutcome };

export interface Authority {
  readonly remote: string | null;
  readonly names: RefNames;
  readonly stopRef: string;
  ledgerRef(mission: string): string;
  inRef(run: string): string;
  salvageRef(run: string, number: number): string;
  hostRef(host: string): string;
  /** Where this clone reads a branch of the authority. Swaps name branches `refs/heads/...` always. */
  branchRef(branch: string): string;
  /** All or nothing. When it is won, the mirrors here have moved too, and `own` refs of this clone, with no further process. */
  swap(updates: readonly RefUpdate[], own?: readonly RefUpdate[]): Promise<SwapOutcome>;
  /** Values that refs have on the authority now, missing ones left out. Full names. */
  read(refs: readonly string[]): Promise<RefValues>;
  /** Brings the mirrors of some refs up to date, the program's own ones never backwards. */
  fetch(refs: readonly string[]): Promise<{ kind: "fetched" } | { kind: "unreachable"; reason: string }>;
  /** Brings all mirrors up to date: one look at the authority, and a fetch where something differs. */
  refresh(options?: RefreshOptions): Promise<Refreshed>;
  /** Whether the authority takes refs of this namespace. */
  probe(): Promise<Probed>;
}

export interface AuthorityOptions {
  remote: string | null;
  refPrefix: RefPrefix;
}

export function openAuthority(git: Git, { remote, refPrefix }: AuthorityOptions): Authority {
  const names = refNames(refPrefix);
  const naming = {
    remote,
    names,
    stopRef: names.stop,
    ledgerRef: names.ledger,
    inRef: names.in,
    salvageRef: names.salvage,
    hostRef: names.host,
    branchRef: (branch: string) => mirrorName(branchName(branch), remote, refPrefix),
  };
  if (remote === null) {
    return {
      ...naming,
      swap: (updates, own = []) => swapLocal(git, [...updates, ...own]),
      read: async (refs) => ({ kind: "read", refs: await listExactly(git, refs) }),
      fetch: async () => ({ kind: "fetched" }),
      refresh: async () => UNCHANGED,
      probe: async () => ({ kind: "accepted", deletes: true }),
    };
  }
  const mirror = { git, remote, names };
  return {
    ...naming,
    swap: (updates, own = []) => swapRemote(mirror, updates, own),
    read: (refs) => readRemote(mirror, refs),
    fetch: (refs) => fetchMirrors(mirror, refs),
    refresh: (options = {}) => refresh(mirror, options),
    probe: () => probe(mirror),
  };
}

/** The refs here are what they are. */
const UNCHANGED: Refreshed = {
  kind: "reachable",
  changed: false,
  headBranch: null,
  rewound: [],
  vanished: [],
  unpublished: [],
};

/** A name below another one stands in the way for good; observing again would not help. */
const NAME_CLASH = /exists; cannot create|cannot process .* at the same time/;

async function swapLocal(git: Git, updates: readonly RefUpdate[]): Promise<SwapOutcome> {
  const result = await git.updateRefs(updates);
  if (result.kind === "won") return result;
  return { ...result, kind: NAME_CLASH.test(result.reason) ? "refused" : "lost" };
}

/** `listRefs` also finds what lies below a name. */
async function listExactly(git: Git, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const wanted = new Set(refs);
  return new Map([...(await git.listRefs(refs))].filter(([name]) => wanted.has(name)));
}
