/**
 * Whether anything that a pulse looks at has changed since the last one that found nothing to do: one git process, a few
 * file stats, no mission file. It is the whole of an idle pulse, so it loads nothing but what it uses: each of Node's
 * modules costs a tenth of a start. The last answer stands only if everything here is equal and its time is not over.
 */

import type { SpawnSyncOptions } from "node:child_process";
import { networkPatience } from "./git/remote/patience.ts";
import { statePath } from "./state/state-path.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a look that found nothing to do leaves behind. */
export interface LastAnswer {
  /** Of the program that looked. */
  build: string;
  /** The clock alone changes the answer from here on; null: never. */
  until: number | null;
  /** Runs of this host that were not over. */
  openRuns: readonly { run: string; pid: number; startedAt: string }[];
  /** Names of variables that it depended on, and which of them were set. */
  envNames: readonly string[];
  variables: string;
  /** What `ls-remote` with these patterns said; null without a remote. */
  remote: { name: string; patterns: readonly string[]; text: string } | null;
  /** Everything else that was seen, as one text. */
  seen: string;
}

/** The look of one clone, for the pulse that remembers it. */
export interface QuickLook {
  lookAround(): string;
  listRemote(remote: { name: string; patterns: readonly string[] }): string | null;
  /** Which of some variables are set, as one text. */
  describeVariables(names: readonly string[]): string;
  remember(answer: LastAnswer): void;
}

export function makeQuickLook(gitDir: string, env: Environment): QuickLook {
  return {
    lookAround: () => lookAround(gitDir, env),
    listRemote: (remote) => listRemote(gitDir, remote, env),
    describeVariables: (names) => describeVariables(env, names),
    remember: (answer) => writeLast(gitDir, env, answer),
  };
}

export interface LookOptions {
  cwd: string;
  env: Environment;
  build: string;
  now: number;
}

const LAST_FILE = "last-answer.json";
const REF_PATTERNS = ["refs/mission/ledger", "refs/mission/host", "refs/mission/stop", "refs/heads", "refs/remotes"];
const fs = process.getBuiltinModule("node:fs");

/** Whether the last answer still stands for the repository of a folder. `false` costs nothing but the look. */
export function isUnchanged(options: LookOptions): boolean {
  const gitDir = findPlainRepository(options.cwd, options.env);
  if (gitDir === null) return false;
  const last = readLast(statePath(gitDir, options.env));
  return last !== null && isStanding(last, gitDir, options);
}

/** Whether all that an answer was made of is as it was, and its time is not over. */
export function isStanding(last: LastAnswer, gitDir: string, options: LookOptions): boolean {
  const state = statePath(gitDir, options.env);
  if (last.build !== options.build) return false;
  if (last.until !== null && options.now >= last.until) return false;
  if (!last.openRuns.every((run) => isStillOpen(state, run))) return false;
  const seen = lookAround(gitDir, options.env);
  if (seen !== last.seen || describeVariables(options.env, last.envNames) !== last.variables) return false;
  return last.remote === null || listRemote(gitDir, last.remote, options.env) === last.remote.text;
}

function writeLast(gitDir: string, env: Environment, answer: LastAnswer): void {
  const folder = `${statePath(gitDir, env)}/cache`;
  const text = JSON.stringify(answer);
  // Where the look is always a full one, as in a bare repository, an idle pulse writes nothing all the same.
  if (readText(`${folder}/${LAST_FILE}`) === text) return;
  fs.mkdirSync(folder, { recursive: true });
  const temporary = `${folder}/${LAST_FILE}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, `${folder}/${LAST_FILE}`);
}

/** Refs and files of this clone as one text. Taken before a pulse observes, so that no change is missed. */
function lookAround(gitDir: string, env: Environment): string {
  const state = statePath(gitDir, env);
  return [
    runGit(gitDir, ["for-each-ref", "--format=%(objectname) %(refname)", ...REF_PATTERNS], env) ?? "",
    readText(`${gitDir}/HEAD`),
    stamp(`${gitDir}/config`),
    stamp(`${gitDir}/shallow`),
    stamp(`${gitDir}/worktrees`),
    stamp(`${state}/runs`),
    stamp(`${state}/stop`),
    env.PATH ?? "",
  ].join("\n");
}

function describeVariables(env: Environment, names: readonly string[]): string {
  return names.map((name) => `${name}=${env[name] ? "set" : ""}`).join(" ");
}

function listRemote(
  gitDir: string,
  { name, patterns }: { name: string; patterns: readonly string[] },
  env: Environment,
): string | null {
  // A relative address begins at the top of the checkout.
  const top = gitDir.endsWith("/.git") ? gitDir.slice(0, -"/.git".length) || "/" : gitDir;
  return runGit(gitDir, ["ls-remote", "--symref", name, ...patterns], env, top);
}

/** null when git failed: whoever asks then looks for itself. */
function runGit(gitDir: string, args: readonly string[], env: Environment, cwd = gitDir): string | null {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_NAMESPACE: _namespace, ...clean } = env;
  const options = {
    cwd,
    env: { ...clean, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" },
    encoding: "utf8" as const,
    timeout: networkPatience(env).listMs,
    maxBuffer: 256 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"] satisfies SpawnSyncOptions["stdio"],
    // Left out of Node's types, and heeded all the same: a group of its own.
    detached: true,
  };
  const { pid, status, stdout } = spawnSync("git", [`--git-dir=${gitDir}`, ...args], options);
  if (status === 0) return stdout;
  endGroup(pid);
  return null;
}

/** A git that hung is gone by now, and what it had started to reach the remote hangs on. */
function endGroup(pid: number): void {
  try {
    if (pid > 1) process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody left.
  }
}

/** The common git directory of an ordinary checkout or a linked one; whatever is less plain is left to the full look. */
export function findPlainRepository(cwd: string, env: Environment): string | null {
  if (env.GIT_DIR || env.GIT_CEILING_DIRECTORIES) return null;
  for (let folder = cwd; ; ) {
    const place = `${folder === "/" ? "" : folder}/.git`;
    const kind = fs.statSync(place, { throwIfNoEntry: false });
    if (kind?.isDirectory()) return kind.uid === process.getuid?.() ? fs.realpathSync(place) : null;
    if (kind) return null;
    if (folder === "/" || folder === "") return null;
    folder = folder.slice(0, folder.lastIndexOf("/")) || "/";
  }
}

function readLast(state: string): LastAnswer | null {
  try {
    return JSON.parse(fs.readFileSync(`${state}/cache/${LAST_FILE}`, "utf8"));
  } catch {
    return null;
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function stamp(path: string): string {
  const found = fs.statSync(path, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.mtimeNs} ${found.size} ${found.ino}` : "none";
}

/** Its process lives and it has not left a report. Where /proc does not tell, the full look does. */
function isStillOpen(state: string, { run, pid, startedAt }: LastAnswer["openRuns"][number]): boolean {
  const folder = `${state}/runs/${run}`;
  if (fs.existsSync(`${folder}/closed`) || fs.existsSync(`${folder}/reports`)) return false;
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] !== "Z" && fields[19] === startedAt;
}
