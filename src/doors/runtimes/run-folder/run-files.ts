/** The door to a run's own folder on this host, as far as carrying the run out needs it. */

import type { Owner, Signal } from "../../../model/run.ts";
import type { WorkerEvent } from "../driver.ts";

/**
 * One line of `events.jsonl`: what the worker did, in the order in which it was seen. `log` is written with it: the bytes of
 * `agent.log` at that moment, by which the two are read as one.
 */
export type RunEvent = { at: number; log?: number } & (
  | Exclude<WorkerEvent, { kind: "text" | "usage" | "waits" }>
  /** Of the run so far, unlike what a worker's driver tells: the last line says all, whatever became of those before. */
  | { kind: "usage"; input: number; output: number; cached: number }
  | { kind: "signal"; signal: Signal }
  | { kind: "started"; owner: Owner | null }
  | { kind: "harvest"; head: string | null; salvage: string | null }
  | { kind: "note"; text: string }
);

/** `gone`: no folder any more, or something else in its place. `no-git`: files, but not the private clone's own `.git`. */
export type WorkspaceState = "whole" | "no-git" | "gone";

export interface RunFiles {
  readonly folder: string;
  readonly workspace: string;
  readonly promptFile: string;
  /** There only where a conversation is to go on. */
  readonly resumeFile: string;
  readonly handoffFile: string;
  /** Private index for snapshots of the workspace. */
  readonly indexFile: string;
  readonly excludeFile: string;
  /** Adds to `agent.log`; past its limit once a line that says so, then nothing. */
  appendLog(text: string): void;
  /** Adds to `events.jsonl`; past its limit nothing. */
  appendEvent(event: RunEvent): void;
  /** Whatever can be read of `events.jsonl`. A worker may have written there too. */
  readEvents(): readonly RunEvent[];
  readPrompt(): string;
  /** Puts the prompt of another worker into the folder, and takes away what the one before it handed over. */
  writePrompt(text: string): void;
  /** The handoff as far as it is a plain file, cut at the limit; null when there is none. */
  readHandoff(maxBytes: number): string | null;
  /** The last part of `agent.log`. */
  readLogTail(maxBytes: number): string;
  /** Writes paths, relative to the workspace, as patterns that a snapshot leaves out, and git in the workspace too. */
  writeExclude(paths: readonly string[]): void;
  hasExclude(): boolean;
  /** Whether the workspace is being made ready: no work has begun in it, and whatever lies there is nobody's work. */
  setPreparing(isPreparing: boolean): void;
  isPreparing(): boolean;
  /** What the run's work holds that must not leave this machine, in words; null takes it back. */
  setLeak(what: string | null): void;
  leak(): string | null;
  /** A pulse asks the run to end by a file `withdraw`; answers what it says. */
  withdrawn(): string | null;
  /** Whether the order still lies in the folder: a worker may have deleted it. */
  hasOrder(): boolean;
  inspectWorkspace(): WorkspaceState;
  close(): void;
}

export type OpenRunFiles = (folder: string, limits: { logBytes: number }) => RunFiles;
