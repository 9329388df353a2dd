import type { AskEntry, Ledger } from "../model/ledger.ts";
import type { AskKind } from "../model/record.ts";
import type { NewAsk } from "../model/state.ts";

/** What became of an ask about exactly this: same kind, same thing, same binding. */
export type AskState =
  | { kind: "unasked" }
  | { kind: "open"; entry: AskEntry }
  | { kind: "approved"; entry: AskEntry }
  | { kind: "denied"; entry: AskEntry }
  | { kind: "answered"; entry: AskEntry };

type Sought = Pick<NewAsk, "ask" | "about" | "boundTo">;

/** The latest ask of that kind about that thing with that binding. An ask bound to something else says nothing here. */
export function deriveAsk(ledger: Ledger, { ask, about, boundTo }: Sought, after = -1): AskState {
  const entry = ledger.asks.findLast(
    ({ asked }) => isAbout(asked.fact, ask, about) && asked.fact.boundTo === boundTo && asked.position > after,
  );
  if (!entry) return { kind: "unasked" };
  if (!entry.answered) return { kind: "open", entry };
  const decision = entry.answered.fact.decision;
  return { kind: decision === "answer" ? "answered" : decision, entry };
}

function isAbout(fact: { ask: AskKind; about: string | null }, ask: AskKind, about: string | null): boolean {
  return fact.ask === ask && fact.about === about;
}

/** What an approval or question of a feature is bound to: it dies when spec, head or risk changes. */
export function featureBinding(spec: string, head: string | null, risk?: string): string {
  return [spec, head ?? "-", ...(risk ? [risk] : [])].join(" ");
}

/** `mission answer crm/q3` and the like. */
export function askName(mission: string, entry: AskEntry): string {
  return `${mission}/q${entry.number}`;
}
