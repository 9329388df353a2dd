/** What a run has spent so far: told as it grows, and noted not more often than anybody would read. */

import type { PriceOf, Tokens } from "../../doors/prices.ts";
import type { RunEvent } from "../../doors/runtimes/run-folder/run-files.ts";
import type { Signal } from "../../model/run.ts";
import { countCost, countMoreTokens, countTokens, NOTHING_SPENT, type Tally } from "./usage.ts";

/** A worker may report its spending with every line. */
const EVENT_MS = 1_000;

export interface Account {
  /** Tokens that were used since. They are priced where nobody says money and the model has a price. */
  addTokens(tokens: Tokens, model: string | null): void;
  addCost(usd: number, source: Tally["source"]): void;
  addSaid(signal: Extract<Signal, { kind: "usage" }>): void;
  /** Notes what was held back for long enough: nothing more may be said for hours. */
  tick(): void;
  /** Notes what is held back. */
  flush(): void;
  readonly tally: Tally;
}

export interface AccountDoors {
  note(event: RunEvent): void;
  now(): number;
  onSpending(tally: Tally): void;
  priceOf: PriceOf | null;
}

export function openAccount({ note, now, onSpending, priceOf }: AccountDoors): Account {
  let tally = NOTHING_SPENT;
  let notedAt = 0;
  let isHeld = false;

  function spend(next: Tally): void {
    tally = next;
    isHeld = true;
    tick();
    onSpending(tally);
  }

  function tick(): void {
    if (now() - notedAt >= EVENT_MS) flush();
  }

  function flush(): void {
    if (!isHeld) return;
    isHeld = false;
    notedAt = now();
    const { input, output, cached, usd, source } = tally;
    if (tally.counted) note({ at: notedAt, kind: "usage", input, output, cached });
    if (usd !== null) note({ at: notedAt, kind: "cost", usd, source });
  }

  function priced(counted: Tally, model: string | null): Tally {
    const usd = model === null ? null : (priceOf?.(model, counted) ?? null);
    return usd === null ? counted : countCost(counted, usd, "priced");
  }

  return {
    addTokens: (tokens, model) => spend(priced(countMoreTokens(tally, tokens), model)),
    addCost: (usd, source) => spend(countCost(tally, usd, source)),
    addSaid(signal) {
      const counted = countTokens(tally, signal);
      spend(signal.usd === null ? counted : countCost(counted, signal.usd, "reported"));
    },
    tick,
    flush,
    get tally() {
      return tally;
    },
  };
}
