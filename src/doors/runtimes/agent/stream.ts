/** What coding agents print, one JSON a line, as events of a run. Each agent has a reader of its own; they share this. */

import type { WorkerEvent } from "../driver.ts";

/** Reads the lines of one process, in order. A line that it does not know is shown as it is, and never a failure. */
export interface StreamReader {
  read(line: string): readonly WorkerEvent[];
  /** What is known beside the stream by now: asked now and then, and when the process is gone. */
  look?(): readonly WorkerEvent[];
  /** The beginning of a line that was too long to be read; the agent goes on as if it had been. */
  readCut(head: string): readonly WorkerEvent[];
}

export type Json = Readonly<Record<string, unknown>>;

export const SHOWN_LENGTH = 400;
/** Where a line says what it is about. */
export const HEAD_LENGTH = 1_000;

/** Of a turn in which no model answered. */
export const FREE: WorkerEvent = { kind: "cost", usd: 0, source: "reported" };
/** What an agent tells only of an answer. */
const ANSWERS: readonly WorkerEvent["kind"][] = ["tool", "usage", "cost", "done"];

/** Whether a model must have answered for this to be told. */
export function isOfAnswer({ kind }: WorkerEvent): boolean {
  return ANSWERS.includes(kind);
}

/** The object that a line is; null when it is none. */
export function parseLine(line: string): Json | null {
  if (!line.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A figure that can be true; 0 for everything else. */
export function figureOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

/** On one line and not too long; what a terminal must not see is taken out where it is noted down. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** Words of an agent: shown, and no signal, for only its last message is one. */
export function said(text: string): WorkerEvent {
  return { kind: "text", text, dropped: 0, mayBeSignal: false };
}

/** What this version has no words for. */
export function shown(line: string): WorkerEvent {
  return said(oneLine(line, SHOWN_LENGTH));
}

/** A tool and what it is given, on one line: the command, the path or the question, else all of it. */
export function toolEvent(name: string, input: unknown): WorkerEvent {
  const given = objectOf(input);
  const [main] = ["command", "cmd", "file_path", "filePath", "path", "pattern", "url", "query", "description"].flatMap(
    (key) => (textOf(given[key]) === "" ? [] : [textOf(given[key])]),
  );
  return { kind: "tool", name, text: oneLine(main ?? JSON.stringify(given), SHOWN_LENGTH) };
}

/** The tools that an agent uses at present, as far as it tells when they end. */
export interface OpenTools {
  begin(id: string): void;
  /** Answers that the agent waits where this was the last one. */
  end(id: string): readonly WorkerEvent[];
}

export function openTools(): OpenTools {
  const open = new Set<string>();
  return {
    begin: (id) => void open.add(id),
    end: (id) => (open.delete(id) && open.size === 0 ? [{ kind: "waits" }] : []),
  };
}
