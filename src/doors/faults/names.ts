/** What an effect is called, in the words of the domain, as far as its arguments tell. */

import type { RefUpdate } from "../git.ts";

const OWN_REF = /^(?:refs\/mission|refs\/heads\/mission-state)\/([a-z]+)(?:\/|$)/;
const HOME = /^refs\/heads\/mission\/[^/]+\/home$/;

/** `documents` for `/state/cache/documents-1a2b.json`. */
export function fileName(path: string): string {
  return /([A-Za-z]+)[^/]*$/.exec(path)?.[1] ?? "other";
}

/** One word for what moves together. A branch that moves with its records is a landing, whatever it brings. */
export function moveName(updates: readonly RefUpdate[]): string {
  const kinds = new Set(updates.filter(({ new: next, old }) => next !== old).map(({ name }) => kindOf(name)));
  const ledger = updates.find(({ name }) => kindOf(name) === "ledger");
  if (ledger === undefined)
    return ["home", "branch", "in", "salvage", "held", "host", "stop"].find((kind) => kinds.has(kind)) ?? "other";
  if (ledger.old === null) return "beginning";
  if (updates.some((update) => isBranch(update) && update.old !== null && update.new !== null)) return "landing";
  return kinds.has("in") || kinds.has("salvage") ? "report" : "ledger";
}

function isBranch({ name }: RefUpdate): boolean {
  return ["home", "branch"].includes(kindOf(name));
}

function kindOf(ref: string): string {
  const own = OWN_REF.exec(ref)?.[1];
  if (own !== undefined) return own;
  if (HOME.test(ref)) return "home";
  return ref.startsWith("refs/heads/") ? "branch" : "other";
}
