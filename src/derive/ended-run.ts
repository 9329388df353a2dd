import type { Entry, RunEntry } from "../model/ledger.ts";
import type { RunEnded } from "../model/record.ts";

/** A work run that is over. */
export interface EndedRun extends RunEntry {
  ended: Entry<RunEnded>;
}

/** Whether a model has taken part in it, as far as its figures say. */
export function wasAnswered({ usage }: Pick<RunEnded, "usage">): boolean {
  return usage.tokensIn + usage.tokensOut > 0;
}

/** `failed: npm test ...` in a few words. */
export function describeEnd(run: EndedRun | null): string {
  if (!run) return "";
  const { outcome } = run.ended.fact;
  const line = firstLine(run.ended.record.body);
  return line && line !== outcome ? `${outcome}: ${line}` : outcome;
}

export function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.trim() ?? "";
}
