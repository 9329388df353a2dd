/**
 * One git process from start to end: in a group of its own, with a time limit and bounded output. The group is signalled
 * first with TERM, so that git removes its locks, then with KILL.
 */

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { GitError } from "../../git.ts";
import { findRemoteBase } from "../refs/main-worktree.ts";
import { GIT_SETTINGS, gitEnvironment, hideCredentials } from "./environment.ts";

export const GIT_TIMEOUT_MS = 120_000;

const KILL_AFTER_MS = 2_000;
/** A helper that git leaves behind, such as a shared ssh connection, may hold the pipes open for ever. */
const DRAIN_MS = 1_000;
const MAX_STDOUT_BYTES = 256 * 1024 * 1024;
const MAX_STDERR_BYTES = 256 * 1024;

export interface RunOptions {
  input?: string | Uint8Array;
  env?: Readonly<Record<string, string>>;
  /** Further settings, `key=value`. */
  settings?: readonly string[];
  timeoutMs?: number;
  /** Output beyond is an error, or is cut when `cut` is set. */
  maxBytes?: number;
  cut?: boolean;
  /** Where git runs; with it git finds the repository by itself, as the person's git would. */
  worktree?: string;
  /** It reaches a remote, whose address may be a relative path. */
  reachesRemote?: boolean;
}

export interface GitOutput {
  args: readonly string[];
  exitCode: number | null;
  stdout: Buffer;
  stderr: string;
  timedOut: boolean;
}

export type GitChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts git processes on one repository. */
export interface GitRunner {
  readonly gitDir: string;
  readonly processCount: number;
  /** The environment that git gets, without additions. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs git to its end. A failure is an answer here; only a git that can't be started throws. */
  run(args: readonly string[], options?: RunOptions): Promise<GitOutput>;
  /** Like `run`, but throws `GitError` when the exit code is none of the accepted ones (0). */
  demand(args: readonly string[], options?: RunOptions, accepted?: readonly number[]): Promise<GitOutput>;
  /** Starts a git that the caller talks to. */
  start(args: readonly string[], options?: RunOptions): GitChild;
}

/** Binds git to a common git directory. */
export function makeRunner(gitDir: string, env: Readonly<Record<string, string | undefined>>): GitRunner {
  const base = gitEnvironment(env);
  let count = 0;
  function start(args: readonly string[], options: RunOptions = {}): GitChild {
    count += 1;
    const place = options.worktree === undefined ? [`--git-dir=${gitDir}`] : [];
    const settings = (options.settings ?? []).flatMap((setting) => ["-c", setting]);
    return spawn("git", [...place, ...GIT_SETTINGS, ...settings, ...args], {
      cwd: options.worktree ?? (options.reachesRemote ? findRemoteBase(gitDir) : gitDir),
      env: options.env === undefined ? base : { ...base, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
  }
  async function run(args: readonly string[], options: RunOptions = {}): Promise<GitOutput> {
    return collect(start(args, options), args, options);
  }
  return {
    gitDir,
    env: base,
    get processCount() {
      return count;
    },
    start,
    run,
    async demand(args, options = {}, accepted = [0]) {
      const output = await run(args, options);
      if (output.exitCode === null || !accepted.includes(output.exitCode)) throw failure(output);
      return output;
    },
  };
}

/** The error for an output that no caller plans for. */
export function failure(output: GitOutput): GitError {
  const words = output.timedOut ? `no answer in time. ${output.stderr}` : output.stderr;
  return new GitError(output.args, output.exitCode, words);
}

function collect(child: GitChild, args: readonly string[], options: RunOptions): Promise<GitOutput> {
  const { maxBytes = MAX_STDOUT_BYTES, cut = false, timeoutMs = GIT_TIMEOUT_MS } = options;
  return new Promise((resolve, reject) => {
    const stdout = new Collector(maxBytes);
    const stderr = new Collector(MAX_STDERR_BYTES);
    let timedOut = false;
    let full = false;
    let drain: NodeJS.Timeout | undefined;
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, timeoutMs);

    const finish = (): void => {
      clearTimeout(timer);
      clearTimeout(drain);
      child.stdout.destroy();
      child.stderr.destroy();
      const { exitCode } = child;
      const words = hideCredentials(stderr.text());
      if (full && !cut) reject(new GitError(args, exitCode, `more than ${maxBytes} bytes of output. ${words}`));
      else resolve({ args, exitCode: full ? 0 : exitCode, stdout: stdout.bytes(), stderr: words, timedOut });
    };

    child.on("error", (error) => {
      if (child.pid !== undefined) return;
      clearTimeout(timer);
      reject(new GitError(args, null, `git can't be started: ${error.message}`));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      if (stdout.add(chunk) || full) return;
      full = true;
      endGroup(child);
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
    child.on("exit", () => {
      drain = setTimeout(finish, DRAIN_MS);
    });
    child.on("close", finish);
    feed(child, options.input);
  });
}

function feed(child: GitChild, input: string | Uint8Array | undefined): void {
  // Git may end before it has read all of it: its exit code and words say why.
  child.stdin.on("error", () => {});
  if (input === undefined) child.stdin.end();
  else child.stdin.end(input);
}

/** Ends a git and everything in its group. */
export function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), KILL_AFTER_MS);
  // At the exit what is left of the group still holds its id; later that id may be another's.
  child.once("exit", () => {
    clearTimeout(timer);
    signalGroup(child, "SIGKILL");
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody left.
  }
}

/** Keeps the first bytes of a stream. */
class Collector {
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Answers false when bytes had to be dropped. */
  add(chunk: Buffer): boolean {
    const room = this.#limit - this.#length;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (kept.length > 0) this.#chunks.push(kept);
    this.#length += kept.length;
    return kept.length === chunk.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  text(): string {
    return this.bytes().toString("utf8");
  }
}
