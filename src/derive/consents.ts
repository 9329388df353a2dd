import type { FeatureDocument } from "../model/documents.ts";
import type { Ledger } from "../model/ledger.ts";
import type { Permissions } from "../model/run.ts";

/**
 * What a person allowed and denied of what the agents of a feature asked for, by the names of the requests. A word holds for
 * the spec that it was asked for, and a later one about the same request outweighs it.
 */
export function deriveConsents(
  ledger: Pick<Ledger, "asksByThing">,
  { id, was, spec }: Pick<FeatureDocument, "id" | "was" | "spec">,
): Pick<Permissions, "allowed" | "denied"> {
  const words = new Map<string, "approved" | "denied">();
  for (const { asked, answered } of [...(was === null ? [] : [was]), id].flatMap(
    (each) => ledger.asksByThing.get(each) ?? [],
  )) {
    const [boundSpec, , ...names] = asked.fact.boundTo.split(" ");
    const decision = answered?.fact.decision;
    if (asked.fact.ask !== "permission" || boundSpec !== spec || (decision !== "approved" && decision !== "denied"))
      continue;
    for (const name of names) words.set(name, decision);
  }
  const named = (word: string): string[] => [...words].flatMap(([name, decision]) => (decision === word ? [name] : []));
  return { allowed: named("approved"), denied: named("denied") };
}
