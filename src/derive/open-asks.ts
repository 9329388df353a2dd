import type { AskEntry } from "../model/ledger.ts";
import type { Asked } from "../model/record.ts";
import type { Condition } from "../model/state.ts";
import type { Subject } from "./milestone-status.ts";

/**
 * Asks without an answer that something still waits for: the conditions of what waits name them. One that is bound to an
 * older spec, head, commit or limit is over by itself.
 */
export function deriveOpenAsks(subject: Subject, waiting: readonly { condition: Condition }[]): readonly AskEntry[] {
  const open = subject.mission.ledger.asks.filter(({ answered }) => answered === null);
  if (open.length === 0) return open;
  const awaited = new Set(waiting.flatMap(({ condition }) => condition.evidence));
  return open.filter(({ asked }) => awaited.has(asked.record.id) || isBudgetShort(subject, asked.fact));
}

/** Money that was asked for is due until the limit is higher, also while nothing can use it. */
function isBudgetShort({ plan, document }: Subject, { ask, about, boundTo }: Asked): boolean {
  if (ask !== "budget" || (document.status !== "active" && document.status !== "paused")) return false;
  const [part = "", bound = ""] = boundTo.split(" ");
  const limits = about === null ? document.budget : plan.features.get(about)?.budget;
  if (!limits || limits === "none") return false;
  const limit = new Map<string, unknown>(Object.entries(limits)).get(part);
  return typeof limit === "number" && limit <= Number(bound);
}
