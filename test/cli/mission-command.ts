/** Commands as a person types them, in this process, and ledgers to type them at. */

import { execFileSync } from "node:child_process";
import type { Context, Screen } from "../../src/cli/command.ts";
import { openContext } from "../../src/cli/context.ts";
import { runProgram } from "../../src/cli/program.ts";
import { look, type Sight } from "../../src/cli/read/look.ts";
import { printRecord } from "../../src/format/record.ts";
import type { Fact, LedgerRecord } from "../../src/model/record.ts";
import { plainPaint } from "../../src/view/paint.ts";
import type { Repository } from "../repo/save-world.ts";

export interface Said {
  code: number;
  /** Standard output and standard error. */
  out: string;
  err: string;
}

export interface TypingOptions {
  env?: Readonly<Record<string, string | undefined>>;
  /** Folder to stand in, below the repository's. */
  below?: string;
}

/** Types `mission ...` in a folder. */
export async function type(
  repository: Repository,
  argv: readonly string[],
  options: TypingOptions = {},
): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  process.chdir(`${repository.folder}/${options.below ?? ""}`);
  const code = await runProgram(argv, { ...process.env, ...options.env }, silentScreen(out, err));
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** What the command answers with `--json`. */
export async function typeJson(repository: Repository, argv: readonly string[], options: TypingOptions = {}) {
  const { out } = await type(repository, [...argv, "--json"], options);
  return JSON.parse(out);
}

/** A screen without a terminal that keeps what is printed. */
export function silentScreen(out: string[], err: string[]): Screen {
  return {
    print: (text) => void out.push(text),
    printBytes: (bytes) => void out.push(Buffer.from(bytes).toString("utf8").replace(/\n$/, "")),
    warn: (text) => void err.push(text),
    write: (text) => void out.push(text),
    isTerminal: false,
    canAsk: false,
    columns: Number.POSITIVE_INFINITY,
    rows: Number.POSITIVE_INFINITY,
    paint: plainPaint,
    zone: () => 0,
  };
}

/** Works with the context that a command would get. */
export async function withContext<T>(repository: Repository, work: (context: Context) => Promise<T>): Promise<T> {
  const screen = silentScreen([], []);
  const { context, close } = await openContext({ env: process.env, screen, json: false, cwd: repository.folder });
  try {
    return await work(context);
  } finally {
    close();
  }
}

export function see(repository: Repository): Promise<Sight> {
  return withContext(repository, (context) => look(context, { fetch: true }));
}

/** Puts facts on a mission's ledger as the program would. */
export function record(repository: Repository, mission: string, ...facts: (Fact | readonly [Fact, string])[]): void {
  const ref = `refs/mission/ledger/${mission}`;
  const run = (args: string[], input = "") =>
    execFileSync("git", args, { cwd: repository.folder, input, encoding: "utf8" }).trim();
  const tree = run(["hash-object", "-t", "tree", "-w", "/dev/null"]);
  for (const each of facts) {
    const [fact, body] = "kind" in each ? [each, ""] : each;
    const tip = repository.tryGit("rev-parse", "--verify", "-q", ref).status === 0 ? ["-p", ref] : [];
    const message = printRecord({ fact, by: "pulse@test", homeTip: null, body });
    run(["update-ref", ref, run(["commit-tree", tree, ...tip], message)]);
  }
}

/** The last records of a mission, newest last. */
export async function lastRecords(
  repository: Repository,
  mission: string,
  count = 1,
): Promise<readonly LedgerRecord[]> {
  const { state } = await see(repository);
  return state.missions.find(({ id }) => id === mission)?.ledger.records.slice(-count) ?? [];
}
