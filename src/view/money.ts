/** Amounts for a reader: money, hours, tokens, and what of a budget is used. */

import type { BudgetState, Cost } from "../model/state.ts";
import { durationText } from "./time.ts";

/** Less is shown as nothing, so it is not shown. */
const LEAST_HOURS = 0.05;

/** `1.84 USD`; what is too small to be shown is not shown as nothing. */
export function usdText(usd: number): string {
  return usd > 0 && usd < 0.005 ? "<0.01 USD" : `${usd.toFixed(2)} USD`;
}

/** `1.2M`, `340k`, `999`. */
export function countText(count: number): string {
  if (count >= 999_500) return `${rounded(count / 1_000_000)}M`;
  if (count >= 1000) return `${Math.round(count / 1000)}k`;
  return String(Math.round(count));
}

/** Money, of which some may be a guess, and some is no bill. */
export type Money = Pick<Cost, "usd" | "assumed" | "subscription">;

/** `5.00 USD (assumed)`, `0.42 USD (subscription)`. Nothing where it cost nothing. */
export function moneyText(money: Money): string {
  return money.usd > 0 ? withNotes(usdText(money.usd), ...moneyNotes(money)) : "";
}

function moneyNotes({ usd, assumed, subscription }: Money): string[] {
  return [partText("assumed", assumed, usd), partText("subscription", subscription, usd)];
}

/** Money, time and tokens that something has cost; parts that are nothing are left out. */
export function costText(cost: Cost): string {
  const { minutes, tokens } = cost;
  const parts = [
    moneyText(cost),
    minutes >= 1 ? durationText(minutes * 60_000) : "",
    tokens > 0 ? `${countText(tokens)} tokens` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The same with where the money's figure comes from: `1.84 USD (1.20 reported, 0.64 assumed), 24 min`. */
export function sourcedCostText(cost: Cost): string {
  const { usd, reported, priced, assumed, subscription } = cost;
  const parts = Object.entries({ reported, priced, assumed }).filter(([, amount]) => amount > 0);
  const sources = parts.map(([source, amount]) => (parts.length > 1 ? `${amount.toFixed(2)} ${source}` : source));
  const notes = [sources.join(", "), partText("subscription", subscription, usd)];
  return [usd > 0 ? withNotes(usdText(usd), ...notes) : "", costText({ ...cost, usd: 0 })]
    .filter((text) => text !== "")
    .join(", ");
}

/** What of a budget is used, a text for each kind that has a limit or a use: `41.20 of 200 USD`, `12.4 of 40 h`. */
export function budgetTexts({ usd, hours, tokens }: BudgetState): string[] {
  const money = spentMoney(usd);
  const spent = money.usd;
  const notes = [...moneyNotes(money), usd.reserved > 0 ? `${usd.reserved.toFixed(2)} reserved` : ""];
  const note = notes.filter((text) => text !== "").join(", ");
  return [
    spent > 0 || usd.limit !== null
      ? `${spent.toFixed(2)}${ofLimit(usd.limit, String)} USD${note ? ` (${note})` : ""}`
      : "",
    hours.spent >= LEAST_HOURS || hours.limit !== null
      ? `${rounded(hours.spent)}${ofLimit(hours.limit, String)} h`
      : "",
    tokens.spent > 0 || tokens.limit !== null
      ? `${countText(tokens.spent)}${ofLimit(tokens.limit, countText)} tokens`
      : "",
  ].filter((text) => text !== "");
}

/** The part of the budget that is scarcest in a word: money where it is limited or spent, else hours, else tokens. */
export function briefBudget(budget: BudgetState): string {
  return budgetTexts({ ...budget, usd: { ...budget.usd, reserved: 0 } })[0] ?? "";
}

/** What of a budget's money is spent. */
export function spentMoney({ reported, priced, assumed, subscription }: BudgetState["usd"]): Money {
  return { usd: reported + priced + assumed, assumed, subscription };
}

function withNotes(text: string, ...notes: readonly string[]): string {
  const filled = notes.filter((note) => note !== "");
  return filled.length > 0 ? `${text} (${filled.join(", ")})` : text;
}

/** Of all of it the word alone. */
function partText(word: string, part: number, usd: number): string {
  return part <= 0 ? "" : part >= usd ? word : `${part.toFixed(2)} ${word}`;
}

function ofLimit(limit: number | null, print: (limit: number) => string): string {
  return limit === null ? "" : ` of ${print(limit)}`;
}

function rounded(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
