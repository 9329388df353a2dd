/**
 * The door to runtimes. A driver starts the program that plays an agent and tells what it does in the same words for
 * every runtime. It enforces nothing and judges nothing: limits, signals and outcomes are the run's business.
 */

import type { PermissionDecision, PermissionRequest, Sandbox } from "../../model/permission.ts";
import type { Need } from "../../model/record.ts";
import type { Order, Owner } from "../../model/run.ts";

/**
 * `mayBeSignal`: lines of this text count as signals; a coding agent's thoughts and tool output do not. `dropped`: bytes
 * that are missing at the end of the text.
 */
export type WorkerEvent =
  | { kind: "session"; id: string | null; program: string | null; model: string | null }
  | { kind: "text"; text: string; dropped: number; mayBeSignal: boolean }
  | { kind: "tool"; name: string; text: string }
  /** All its tools have ended: what comes next is its model's to say. */
  | { kind: "waits" }
  /** What an agent asked to be allowed, or was refused. `because`: which rule, or who. */
  | { kind: "permission"; tool: string; text: string; decision: "allowed" | "denied"; because: string }
  /** The provider did not answer, and the agent tries again by itself: it may do so for ever. */
  | { kind: "retry"; text: string; isQuota: boolean; needs?: Need }
  /** Tokens since the event before; `input` without what was read from a cache. */
  | { kind: "usage"; input: number; output: number; cached: number }
  /** Of the run so far: agents state money as a sum, and a price is of a sum. */
  | { kind: "cost"; usd: number; source: "reported" | "priced" }
  /**
   * `quota` and `provider` are no fault of the work: the runtime is held back, until the given time if it said one. `needs`:
   * what a person has to see to before that ends.
   */
  | { kind: "error"; code: "quota" | "provider" | "other"; text: string; until: number | null; needs?: Need }
  /** The last message of an agent that takes part in a conversation: the only one whose lines may be signals. */
  | { kind: "done"; text: string };

export interface WorkerExit {
  exitCode: number | null;
  signal: string | null;
  /** Why the program could not be started; null when it was. */
  spawnError: string | null;
  /** What failed here while it was heard, and ended it. Left out: nothing did. */
  broken?: string;
}

export interface WorkerStart {
  order: Order;
  workspace: string;
  env: Readonly<Record<string, string>>;
  promptFile: string;
  /** What is new for a conversation that goes on; where there is none, or no such file, the prompt is told. */
  resumeFile?: string;
  handoffFile: string;
  onEvent(event: WorkerEvent): void;
  /** Answers what an agent asks to be allowed. Left out: allowed inside the workspace. */
  judge?: (request: PermissionRequest) => PermissionDecision;
  /** For agents that ask for nothing. Left out: the workspace is written, and nothing else is reached. */
  sandbox?: Sandbox;
}

export interface RunningWorker {
  /** null when it could not be started or is gone already. */
  owner: Owner | null;
  /** Raw bytes of output so far: what idle time and the output limit are counted by. */
  outputBytes(): number;
  /** When the program is gone, its whole process group too, and its output is read. Never rejects. */
  end: Promise<WorkerExit>;
  /** TERM to the process group, KILL after the grace. Twice is once. */
  stop(graceMs: number): void;
}

export interface RuntimeDriver {
  start(options: WorkerStart): RunningWorker;
}

/** The driver of a kind of runtime; null for a kind that this program can't start. */
export type Drivers = (kind: string) => RuntimeDriver | null;
