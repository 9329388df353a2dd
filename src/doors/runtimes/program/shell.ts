/** The door to shell commands: setup and checks, which people wrote for `bash`. */

export interface ShellCommand {
  command: string;
  cwd: string;
  env: Readonly<Record<string, string>>;
  timeoutMs: number;
  killGraceMs: number;
  /** Ends the command as the timeout does. */
  stop: AbortSignal;
  /** How much of the output is answered: half from its beginning, half from its end. */
  keepBytes: number;
  onLine(line: string): void;
}

export interface ShellResult {
  exitCode: number | null;
  signal: string | null;
  ended: "exited" | "timeout" | "stopped" | "spawn-failed";
  /** stdout and stderr as they came; in the middle of a long one stands how much was left out. */
  output: string;
}

export interface Shell {
  /** Runs one command to its end; nothing of its process group is left then. Never rejects. */
  run(command: ShellCommand): Promise<ShellResult>;
}
