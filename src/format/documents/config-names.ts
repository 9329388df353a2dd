import { KNOWN_AGENTS } from "../../model/known-agents.ts";
import { findSimilar } from "../similar.ts";
import type { Fields } from "./fields.ts";
import { quote } from "./report.ts";

const TIERS = ["economy", "standard", "thinking"];

/** Reports names that a config.md uses for what is nowhere: nothing could work, or a model would silently not be taken. */
export function checkNames(fields: Fields): void {
  const known = KNOWN_AGENTS.map(({ name }) => name);
  const written = fields.named("runtimes").map(({ name }) => name);
  checkRuntime(fields, written.length > 0 ? written : known);
  for (const { name: tier, at, value } of fields.named("models")) {
    if (!TIERS.includes(tier)) fields.report.warn(at, "unknown-tier", told("tier", tier, TIERS), TIERS.join(", "));
    for (const { key, keyStart } of value.kind === "map" ? value.entries : []) {
      // Models may be named for agents that another host has.
      const names = [...new Set([...written, ...known])];
      if (names.includes(key)) continue;
      fields.report.warn(keyStart, "unknown-runtime", told("runtime", key, names), names.join(", "));
    }
  }
}

function checkRuntime(fields: Fields, names: readonly string[]): void {
  const wanted = fields.has("runtime") ? fields.text("runtime") : null;
  if (wanted === null || names.includes(wanted)) return;
  const message = told("runtime", wanted, names);
  fields.report.error(fields.offset("runtime"), "unknown-runtime", message, names.join(", "));
}

/** `There is no runtime "cladue"; did you mean claude?` */
function told(kind: string, name: string, known: readonly string[]): string {
  const similar = findSimilar(name, known);
  return `There is no ${kind} ${quote(name)}${similar === null ? "" : `; did you mean ${similar}?`}`;
}
