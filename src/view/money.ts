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

/** `0.42 USD (subscription)`: what a subscription pays for is no bill. Nothing where it cost nothing. */
export function moneyText({ usd, subscription }: Pick<Cost, "usd" | "subscription">): string {
  return usd > 0 ? withNotes(usdText(usd), partText("subscription", subscription, usd)) : "";
}

/** Money, time and tokens that something has cost; parts that are nothing are left out. */
export function costText({ usd, assumed, subscription, minutes, tokens }: Cost): string {
  const notes = [partText("assumed", assumed, usd), partText("subscription", subscription, usd)];
  const parts = [
    usd > 0 ? withNotes(usdText(usd), ...notes) : "",
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
  const spent = usd.reported + usd.priced + usd.assumed;
  const notes = [
    partText("assumed", usd.assumed, spent),
    usd.reserved > 0 ? `${usd.reserved.toFixed(2)} reserved` : "",
  ];
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
  const usd = {
    ...budget.usd,
    reserved: 0,
    reported: budget.usd.reported + budget.usd.priced + budget.usd.assumed,
    priced: 0,
    assumed: 0,
  };
  return budgetTexts({ ...budget, usd })[0] ?? "";
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
