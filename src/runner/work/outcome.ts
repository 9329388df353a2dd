/**
 * What a work run came to. Pure: the worker's end and what git shows of its work go in. Exit codes and claims of success
 * prove nothing by themselves; a change that can't land outweighs whatever was said about it.
 */

import type { Failure } from "../../format/fingerprint.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Need, Outcome } from "../../model/record.ts";
import type { WorkerEnd } from "../../model/run.ts";
import type { Violation } from "../../repo/paths.ts";
import type { Problem } from "./worker-notes.ts";

export interface Delivery {
  /** Commit that holds all that the worker left. */
  head: string;
  /** Its tree differs from the tree that the worker was given. */
  changed: boolean;
  /** Its tree differs from home: it, or work kept from an earlier attempt, could land. */
  landable: boolean;
  /** Paths in which kept work that it started from still conflicts with home; null: none, or it started from home. */
  conflict: readonly string[] | null;
  /** The workspace is gone: what was in it since the last harvest is lost. */
  gone: boolean;
  /** What of it must not leave this machine, as `findLeak` says it; null: nothing. */
  leak: string | null;
  violations: readonly Violation[];
}

export interface Ending {
  outcome: Outcome;
  /** For people: one or more sentences. */
  text: string;
  /** For `quota` and `provider`: when to try again; null where that is up to a person. */
  until: number | null;
  needs?: Need | undefined;
  /** What went wrong, to be told from other failures; null when nothing did or it is not counted. */
  failure: Failure | null;
}

/** The inputs of a judgement. `because` is the limit that was overstepped or why the program did not start. */
export interface Finished {
  end: WorkerEnd;
  because: string | null;
  problem: Problem | null;
  /** Name of the runtime, for fingerprints. */
  runtime: string;
  now: number;
  /** What it was denied that a person could allow, in words. */
  asked: readonly string[];
}

/** Judges one work run. */
export function judgeWork(finished: Finished, delivery: Delivery): Ending {
  const { end, because } = finished;
  if (end.reason === "stopped") return ended("stopped", because ?? "stopped");
  if (delivery.leak !== null) return ended("policy", leakText(delivery.leak));
  if (delivery.violations.length > 0) return ended("policy", violationText(delivery.violations));
  if (end.lastSignal?.kind === "question") return asks(finished, end.lastSignal.text);
  const kept = end.reason === "exited" ? null : judgeProvider(finished);
  if (kept !== null) return kept;
  if (end.reason === "timeout" || end.reason === "idle" || end.reason === "over-budget") {
    return { ...ended(end.reason, because ?? end.reason), failure: failureOf(finished, end.reason, end.tail) };
  }
  if (delivery.gone && (end.reason === "exited" || end.reason === "gone"))
    return failed(finished, "workspace", "the workspace is gone", "");
  if (end.reason !== "exited") return failed(finished, end.reason, because ?? end.reason, end.tail);
  return judgeExit(finished, delivery);
}

function judgeExit(finished: Finished, delivery: Delivery): Ending {
  const { end, problem } = finished;
  const signal = end.lastSignal;
  if (signal?.kind === "blocked" && finished.asked.length > 0) return asks(finished, signal.text);
  if (signal?.kind === "blocked") return failed(finished, "blocked", signal.text, signal.text);
  if (signal?.kind === "done" || signal?.kind === "review") {
    if (delivery.conflict !== null) return stillConflicts(finished, delivery.conflict);
    return ended(delivery.landable ? "delivered" : "nothing-to-do", signal.text);
  }
  const kept = judgeProvider(finished);
  if (kept !== null) return kept;
  if (problem !== null) return failed(finished, "work", problem.text, end.tail);
  if (end.exitCode !== 0) return failed(finished, "work", exitText(end), end.tail);
  if (delivery.changed && delivery.conflict !== null) return stillConflicts(finished, delivery.conflict);
  if (delivery.changed) return ended("delivered", "It ended without a signal; its commits are what it delivered.");
  if (finished.asked.length > 0)
    return asks(finished, "It ended without a change: it was denied what only a person can allow.");
  return failed(finished, "work", "It ended without a signal and without a change.", end.tail);
}

/** Kept work that does not go together with home can't land, and home alone would be landed without it. */
function stillConflicts(finished: Finished, paths: readonly string[]): Ending {
  const places = paths.length === 0 ? "it left the work as it was" : listSome(paths).join(", ");
  const text = `The conflict with what has landed is still there: ${places}`;
  return failed(finished, "conflict", text, text);
}

/** Whether the program did not start, or its provider kept it from working: no fault of what it played. null when neither. */
export function judgeProvider({ end, because, problem, now }: Omit<Finished, "runtime" | "asked">): Ending | null {
  if (end.reason === "spawn-failed")
    return unavailable({ code: "provider", text: because ?? "it did not start", until: null }, now);
  const isKept = end.reason === "timeout" || end.reason === "idle" || end.reason === "exited";
  return isKept && isOfProvider(problem) ? unavailable(problem, now) : null;
}

type OfProvider = Omit<Problem, "code"> & { code: "quota" | "provider" };

function isOfProvider(problem: Finished["problem"]): problem is OfProvider {
  return problem !== null && problem.code !== "other";
}

/** The same words about something else that it may not do are another question. */
function asks(finished: Finished, text: string): Ending {
  return { ...ended("question", text), failure: failureOf(finished, "question", [text, ...finished.asked].join("\n")) };
}

function ended(outcome: Outcome, text: string): Ending {
  return { outcome, text, until: null, failure: null };
}

function failed(finished: Finished, kind: string, text: string, output: string): Ending {
  return { outcome: "failed", text, until: null, failure: failureOf(finished, kind, output) };
}

function failureOf({ end, runtime }: Finished, kind: string, output: string): Failure {
  return { kind, command: runtime, exitCode: end.exitCode, output };
}

/** No fault of the work: the runtime is held back for a while, then tried again. */
function unavailable({ code, text, until, needs }: OfProvider, now: number): Ending {
  if (needs !== undefined) return { outcome: code, text, until: null, needs, failure: null };
  const pauseMs = code === "quota" ? LIMITS.quotaPauseMs : LIMITS.providerPauseMs;
  return { outcome: code, text, until: until ?? now + pauseMs, failure: null };
}

function exitText({ exitCode, signal }: WorkerEnd): string {
  return exitCode === null ? `It was ended by ${signal ?? "a signal"}.` : `It ended with exit code ${exitCode}.`;
}

export function leakText(leak: string): string {
  return `It contains ${leak}. Its work stays on this machine, in its workspace.`;
}

function violationText(violations: readonly Violation[]): string {
  const lines = listSome(violations.map(({ path, because }) => `${path}: ${because}`));
  return `It changed what no run may change: ${lines.join("\n- ")}`;
}

function listSome(lines: readonly string[]): readonly string[] {
  const more = lines.length > 20 ? [`and ${lines.length - 20} more`] : [];
  return [...lines.slice(0, 20), ...more];
}
