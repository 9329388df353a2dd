/** What is noted down while a worker speaks: its log without secrets, its signals, its spending, its last lines. */

import type { PriceOf } from "../../doors/prices.ts";
import type { WorkerEvent } from "../../doors/runtimes/driver.ts";
import type { RunEvent, RunFiles } from "../../doors/runtimes/run-folder/run-files.ts";
import { plainText } from "../../format/plain-text.ts";
import { laterSignal, parseSignal, readSignals } from "../../format/signal.ts";
import type { Need } from "../../model/record.ts";
import type { Signal } from "../../model/run.ts";
import type { Redactor } from "../../repo/redact.ts";
import { type Account, openAccount } from "./account.ts";
import type { Tally } from "./usage.ts";

const TAIL_LINES = 40;
const TAIL_LINE_LENGTH = 2_000;
const MAX_SIGNALS = 500;

/** What stands in an agent's way, until it makes headway again. */
export interface Problem {
  code: "quota" | "provider" | "other";
  text: string;
  until: number | null;
  needs?: Need | undefined;
}

/** What an agent does only when its model has answered. */
const HEADWAY: readonly WorkerEvent["kind"][] = ["tool", "usage", "done"];

export interface WorkerNotes {
  onEvent(event: WorkerEvent): void;
  /** Writes what was held back for long enough. */
  tick(): void;
  /** Writes what is held back. */
  flush(): void;
  readonly tally: Tally;
  readonly lastSignal: Signal | null;
  readonly problem: Problem | null;
  /** Whether its model has answered at all. */
  readonly isAnswered: boolean;
  /** Whether it is its model's turn, as far as it tells when its tools end. */
  readonly isWaiting: boolean;
  /** What an agent said last; null for a program that does not converse. */
  readonly lastMessage: string | null;
  readonly session: { id: string | null; program: string | null; model: string | null };
  tail(): string;
}

export interface NoteTaking {
  files: RunFiles;
  redactor: Redactor;
  now(): number;
  /** Called after each report of spending. */
  onSpending(tally: Tally): void;
  /** For an agent that says tokens and no money; null: nothing is priced. */
  priceOf: PriceOf | null;
  /** The model that was asked for, where the agent itself names none. */
  model: string | null;
  /** Whether it says by signals what it spends; where its driver tells that, such a line is prose. */
  saysUsage: boolean;
}

/** Takes notes into the run's folder. */
export function takeNotes({ files, redactor, now, onSpending, priceOf, model, saysUsage }: NoteTaking): WorkerNotes {
  let lastSignal: Signal | null = null;
  let problem: Problem | null = null;
  let isAnswered = false;
  let isWaiting = true;
  let session: WorkerNotes["session"] = { id: null, program: null, model: null };
  let lastMessage: string | null = null;
  let signals = 0;
  const tail: string[] = [];
  const note = (event: RunEvent): void => files.appendEvent(event);
  const account: Account = openAccount({ note, now, onSpending, priceOf });

  function hear(line: string, mayBeSignal: boolean): void {
    files.appendLog(`${line}\n`);
    tail.push(line.slice(0, TAIL_LINE_LENGTH));
    if (tail.length > TAIL_LINES) tail.shift();
    const signal = mayBeSignal ? parseSignal(line) : null;
    if (signal !== null) heed(signal);
  }

  function heed(signal: Signal): void {
    if (signal.kind === "usage") {
      if (saysUsage) account.addSaid(signal);
    } else {
      lastSignal = laterSignal(lastSignal, signal);
      signals += 1;
      if (signals <= MAX_SIGNALS) note({ at: now(), kind: "signal", signal });
    }
  }

  function onEvent(event: WorkerEvent): void {
    if (HEADWAY.includes(event.kind)) {
      problem = null;
      isAnswered = true;
    }
    if (event.kind === "tool") isWaiting = false;
    if (event.kind === "text") {
      for (const line of cleanLines(redactor, event)) hear(line, event.mayBeSignal);
    } else if (event.kind === "done") {
      // Its words were heard when they were said; here they are an answer.
      for (const signal of readSignals(cleanLines(redactor, { ...event, dropped: 0 }).join("\n"))) heed(signal);
      const said = cleanEvent(redactor, event);
      lastMessage = said.text;
      note({ at: now(), ...said });
    } else if (event.kind === "waits") isWaiting = true;
    else if (event.kind === "usage") account.addTokens(event, session.model ?? model);
    else if (event.kind === "cost") account.addCost(event.usd, event.source);
    else {
      problem = problemOf(event);
      if (event.kind === "session") session = { id: event.id, program: event.program, model: event.model };
      note({ at: now(), ...cleanEvent(redactor, event) });
    }
  }

  function problemOf(event: WorkerEvent): Problem | null {
    if (event.kind !== "error" && event.kind !== "retry") return problem;
    const { needs } = event;
    const text = redactor.redact(event.text);
    if (event.kind === "error") return { code: event.code, text, until: event.until, needs };
    return { code: event.isQuota ? "quota" : "provider", text, until: null, needs };
  }

  return {
    onEvent,
    tick: account.tick,
    flush: account.flush,
    get tally() {
      return account.tally;
    },
    get lastSignal() {
      return lastSignal;
    },
    get problem() {
      return problem;
    },
    get isAnswered() {
      return isAnswered;
    },
    get isWaiting() {
      return isWaiting;
    },
    get lastMessage() {
      return lastMessage;
    },
    get session() {
      return session;
    },
    tail: () => tail.join("\n"),
  };
}

/** Escape sequences go first: one in the middle of a secret would hide it from the search. */
function cleanLines(redactor: Redactor, event: { text: string; dropped: number }): string[] {
  const text = plainText(event.text);
  const clean =
    event.dropped === 0 ? redactor.redactNext(text) : `${redactor.redactCut(text)} [${event.dropped} bytes left out]`;
  return clean.split("\n");
}

function cleanEvent<E extends Exclude<WorkerEvent, { kind: "text" | "usage" | "cost" | "waits" }>>(
  redactor: Redactor,
  event: E,
): E {
  return "text" in event ? { ...event, text: redactor.redact(plainText(event.text)) } : event;
}
