/**
 * What `status --json` said when it last looked, for as long as it still holds: nothing that a pulse looks at has changed,
 * and the person has edited nothing. Two git processes and no mission file, whatever the number of features. Like the quick
 * look it loads nothing but what it uses.
 */

import type { RestingMission } from "../model/snapshot.ts";
import { GIT_SETTINGS, gitEnvironment } from "./git/process/environment.ts";
import { type Environment, findPlainRepository, isStanding, type LastAnswer, type LookOptions } from "./quick-look.ts";
import { statePath } from "./state/state-path.ts";

/** A mission at rest, and where in the text it stands, in bytes. */
export interface KeptText extends RestingMission {
  start: number;
  end: number;
}

/** What a text depends on. */
export interface LastStatus extends LastAnswer {
  resting: readonly KeptText[];
  /** Commit of the checkout, in which no mission file differed from it. */
  head: string;
  /** Where in the text, in bytes, the moment stands at which it was said. */
  at: number;
  /** Folders that mission files lie in. */
  roots: readonly string[];
}

/** How the person's edits of mission files are asked for. */
export const EDITS_ARGS: readonly string[] = [
  "status",
  "--porcelain=v2",
  "--branch",
  "-z",
  "--untracked-files=all",
  "--no-renames",
  "--ignore-submodules=all",
  "--",
];
const FILE = "last-status";
const LINE_END = 0x0a;
const TIMEOUT_MS = 30_000;

/** What `status --json` would say now; null when it has to look. */
export function recallStatus(options: LookOptions): Buffer | null {
  const gitDir = findPlainRepository(options.cwd, options.env);
  if (gitDir === null || !gitDir.endsWith("/.git")) return null;
  const kept = readKept(`${statePath(gitDir, options.env)}/cache/${FILE}`);
  if (kept === null || !isWhole(kept) || !isStanding(kept.last, gitDir, options)) return null;
  const { last, text } = kept;
  if (!isUnedited(gitDir.slice(0, -"/.git".length), last, options.env)) return null;
  text.write(new Date(options.now).toISOString(), last.at, "latin1");
  return text;
}

/** What was said of missions at rest when status was last remembered, whether or not all of it still holds. */
export function recallTexts(
  gitDir: string,
  env: Environment,
  build: string,
): readonly { mission: RestingMission; text: Buffer }[] {
  const kept = readKept(`${statePath(gitDir, env)}/cache/${FILE}`);
  if (kept === null || kept.last.build !== build || !isWhole(kept)) return [];
  return kept.last.resting.map(({ start, end, ...mission }) => ({ mission, text: kept.text.subarray(start, end) }));
}

/** Remembers what was said: a checksum, what it depends on, and the text with a line break at its end. */
export function rememberStatus(gitDir: string, env: Environment, last: LastStatus, text: Buffer): void {
  const { closeSync, mkdirSync, openSync, renameSync, writeFileSync } = process.getBuiltinModule("node:fs");
  const folder = `${statePath(gitDir, env)}/cache`;
  const temporary = `${folder}/${FILE}.${process.pid}.tmp`;
  const head = `${JSON.stringify(last)}\n`;
  mkdirSync(folder, { recursive: true });
  const file = openSync(temporary, "w");
  try {
    writeFileSync(file, `${checksum(head, text)}\n${head}`);
    // By itself: put together with the rest it would be in memory twice.
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, `${folder}/${FILE}`);
}

interface Kept {
  sum: string;
  body: Buffer;
  last: LastStatus;
  text: Buffer;
}

function readKept(file: string): Kept | null {
  try {
    const bytes = process.getBuiltinModule("node:fs").readFileSync(file);
    const start = bytes.indexOf(LINE_END) + 1;
    const end = bytes.indexOf(LINE_END, start);
    const last: LastStatus = JSON.parse(bytes.toString("utf8", start, end));
    return {
      sum: bytes.toString("latin1", 0, start - 1),
      body: bytes.subarray(start),
      last,
      text: bytes.subarray(end + 1),
    };
  } catch {
    return null;
  }
}

function isWhole({ sum, body }: Kept): boolean {
  return sum === checksum(body);
}

function checksum(...parts: readonly (Buffer | string)[]): string {
  const { crc32 } = process.getBuiltinModule("node:zlib");
  return parts.reduce((sum, part) => crc32(part, sum), 0).toString(16);
}

/** Two processes one after the other: what talking to one while the other runs takes of Node is more than it saves. */
function isUnedited(worktree: string, { head, roots }: LastStatus, env: Environment): boolean {
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const { status, stdout } = spawnSync("git", [...GIT_SETTINGS, ...EDITS_ARGS, ...roots], {
    cwd: worktree,
    env: gitEnvironment(env),
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines = (stdout ?? "").split("\0").filter(Boolean);
  return status === 0 && lines.every((line) => line.startsWith("# ")) && lines.includes(`# branch.oid ${head}`);
}
