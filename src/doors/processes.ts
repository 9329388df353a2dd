import type { Owner } from "../model/run.ts";

/** A program that was started, and may wait for a word before it does what can't be taken back. */
export interface Started {
  owner: Owner;
  /** Says the one word, and ends the program's input. The end of this process ends it without a word. */
  tell(word: string): void;
}

/** The door to processes of this machine. A process is named by pid, start time, boot and pid namespace together. */
export interface Processes {
  /** Who this process is. */
  self(): Owner;
  /** Who a child of this process is; null when it is gone already. */
  identify(pid: number): Owner | null;
  /** `foreign`: another machine, or another pid namespace of this boot: nothing can be said. A zombie is dead. */
  liveness(owner: Owner): "alive" | "dead" | "foreign";
  /** Signals a process, or the group that it leads, only if it is provably the one named. */
  signal(owner: Owner, signal: NodeJS.Signals, scope: "process" | "group"): boolean;
  /** Starts a program in its own session that outlives this process, output to a file. null when it can't be started. */
  startDetached(options: {
    program: string;
    args: readonly string[];
    cwd: string;
    env: Readonly<Record<string, string>>;
    logFile: string;
  }): Started | null;
}
