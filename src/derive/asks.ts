import type { AskEntry, Ledger } from "../model/ledger.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Condition, NewAsk } from "../model/state.ts";
import { condition } from "./condition.ts";

/** What became of an ask about exactly this: same kind, same thing, same binding. */
export type AskState =
  | { kind: "unasked" }
  | { kind: "open"; entry: AskEntry }
  | { kind: "approved"; entry: AskEntry }
  | { kind: "denied"; entry: AskEntry }
  | { kind: "answered"; entry: AskEntry };

type Sought = Pick<NewAsk, "ask" | "about" | "boundTo">;

/** The latest ask of that kind about that thing with that binding. An ask bound to something else says nothing here. */
export function deriveAsk(ledger: Ledger, { ask, about, boundTo }: Sought): AskState {
  const asks = ledger.asksByThing.get(about) ?? [];
  return describeAsk(asks.findLast(({ asked }) => asked.fact.ask === ask && asked.fact.boundTo === boundTo));
}

/** What became of one ask. */
export function describeAsk(entry: AskEntry | undefined): AskState {
  if (!entry) return { kind: "unasked" };
  if (!entry.answered) return { kind: "open", entry };
  const { decision } = entry.answered.fact;
  return { kind: decision === "answer" ? "answered" : decision, entry };
}

/** What an approval or question of a feature is bound to: it dies when spec, head or risk changes. */
export function featureBinding(spec: string, head: string | null, risk?: string): string {
  return [spec, head ?? "-", ...(risk ? [risk] : [])].join(" ");
}

/** A person is needed: the ask that waits is in the evidence, or the step asks. */
export interface Waiting {
  condition: Condition;
  step: { kind: "none" } | { kind: "ask"; ask: NewAsk };
}

/**
 * Waits for a person's word on an ask. One that is open waits; otherwise it is asked, also where the last answer does not
 * settle the matter: words alone are no decision.
 */
export function waitForPerson(
  mission: MissionSnapshot,
  ask: NewAsk,
  told: { code: string; message: string; evidence?: readonly string[]; next?: string },
  state: AskState = deriveAsk(mission.ledger, ask),
): Waiting {
  const { code, message, evidence = [] } = told;
  if (state.kind !== "open") {
    return { condition: condition(code, message, { evidence, next: told.next ?? null }), step: { kind: "ask", ask } };
  }
  const { record } = state.entry.asked;
  const next = told.next ?? answerCommand(mission.id, state.entry);
  return { condition: condition(code, message, { evidence: [...evidence, record.id], next }), step: { kind: "none" } };
}

function answerCommand(mission: string, { number, asked }: AskEntry): string {
  const name = `${mission}/q${number}`;
  return asked.fact.ask === "question" ? `mission answer ${name} "..."` : `mission approve ${name}`;
}
