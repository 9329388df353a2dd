/** What the events of a run tell of it, when the process that looked after it is gone. A worker may have written there too. */

import type { RunEvent } from "../doors/runtimes/run-folder/run-files.ts";
import { laterSignal } from "../format/signal.ts";
import { isCodingAgent, type Runtime } from "../model/documents.ts";
import type { CostSource } from "../model/record.ts";
import type { Order, Signal } from "../model/run.ts";

export interface RunAccount {
  /** The last signal that counts: a question survives the runner. */
  lastSignal: Signal | null;
  /** Cumulative figures as last told, over all workers of the run; null when none of them ever said any. */
  usd: number | null;
  usdSource: Exclude<CostSource, "assumed"> | null;
  tokens: { input: number; output: number; cached: number } | null;
  /** No more was spent than was told. Not so where a worker is heard that says it when it likes. */
  isWhole: boolean;
  session: string | null;
  /** From the start of the first worker to the last sign of one; 0 when none was started. */
  minutes: number;
}

const NOTHING: RunAccount = {
  lastSignal: null,
  usd: null,
  usdSource: null,
  tokens: null,
  isWhole: true,
  session: null,
  minutes: 0,
};

export function readAccount(events: readonly RunEvent[], order: Pick<Order, "runtime" | "questions">): RunAccount {
  const first = events.findIndex(({ kind }) => kind === "started");
  if (first < 0) return { ...readWorker(events), isWhole: true };
  const runtimes = [order.runtime, ...order.questions.map(({ runtime }) => runtime)];
  const isTold = runtimes.filter((runtime): runtime is Runtime => runtime !== null).every(isCodingAgent);
  const sum = splitWorkers(events.slice(first)).map(readWorker).reduce(add);
  const start = events[first]?.at ?? 0;
  const minutes = Math.max(0, ...events.map(({ at }) => (isFigure(at) ? (at - start) / 60_000 : 0)));
  return { ...sum, minutes, isWhole: isTold && sum.isWhole };
}

function splitWorkers(events: readonly RunEvent[]): readonly RunEvent[][] {
  const workers: RunEvent[][] = [];
  for (const event of events) {
    if (event.kind === "started") workers.push([]);
    workers.at(-1)?.push(event);
  }
  return workers;
}

/** What an agent does only when its model has answered. */
const ANSWERS: readonly RunEvent["kind"][] = ["tool", "usage", "done"];

function readWorker(events: readonly RunEvent[]): RunAccount {
  const told = { ...NOTHING };
  for (const event of events) {
    if (event.kind === "signal") told.lastSignal = laterSignal(told.lastSignal, event.signal);
    if (event.kind === "cost" && isFigure(event.usd) && event.usd >= (told.usd ?? 0)) {
      told.usd = event.usd;
      told.usdSource = event.source === "priced" ? "priced" : "reported";
    }
    if (event.kind === "usage" && [event.input, event.output, event.cached].every(isFigure)) {
      told.tokens = { input: event.input, output: event.output, cached: event.cached };
    }
    if (event.kind === "session" && typeof event.id === "string") told.session = event.id;
  }
  return { ...told, isWhole: told.usd !== null || !events.some(({ kind }) => ANSWERS.includes(kind)) };
}

/** One worker after another: figures add up, and words are the last one's. */
function add(one: RunAccount, next: RunAccount): RunAccount {
  const [usd, tokens] = [one.usd === null && next.usd === null ? null : (one.usd ?? 0) + (next.usd ?? 0), next.tokens];
  return {
    ...next,
    usd,
    usdSource: one.usdSource === "priced" ? "priced" : (next.usdSource ?? one.usdSource),
    tokens:
      one.tokens === null || tokens === null
        ? (one.tokens ?? tokens)
        : {
            input: one.tokens.input + tokens.input,
            output: one.tokens.output + tokens.output,
            cached: one.tokens.cached + tokens.cached,
          },
    isWhole: one.isWhole && next.isWhole,
  };
}

function isFigure(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
