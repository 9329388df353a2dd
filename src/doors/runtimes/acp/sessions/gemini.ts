/**
 * Gemini keeps a conversation in a folder of the project that it was in, and finds it from there only. A run has a workspace
 * of its own, so a copy is laid where the next one is looked for; both are the agent's own files, beside its others.
 */

import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const SESSION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A file in each project's folder that names the project. */
const MARK = ".project_root";
const HEAD_BYTES = 4096;

/** Lays the conversation there; nothing where it is not to be found. */
export function bringGeminiSession(
  env: Readonly<Record<string, string | undefined>>,
  { session, workspace, run }: { session: string; workspace: string; run: string },
): void {
  const home = env.GEMINI_CLI_HOME ?? env.HOME;
  if (home === undefined || !SESSION.test(session)) return;
  const projects = join(home, ".gemini", "tmp");
  const known = findFile(projects, session);
  if (known === null) return;
  const own = namesIn(projects).find((name) => readMark(join(projects, name)) === workspace) ?? run;
  // Named by no time: as it loads a conversation, Gemini begins a file by the minute and the id, and empties one of that name.
  const wanted = join(projects, own, "chats", `session-${run}-${session.slice(0, 8)}.jsonl`);
  if (existsSync(wanted)) return;
  mkdirSync(join(wanted, ".."), { recursive: true });
  writeFileSync(join(projects, own, MARK), workspace);
  copyFileSync(known, wanted);
}

/** It may have gone on from folder to folder: the last copy holds all of it. */
function findFile(projects: string, session: string): string | null {
  const files = namesIn(projects)
    .map((name) => join(projects, name, "chats"))
    .flatMap((folder) => namesIn(folder).map((name) => join(folder, name)))
    .filter((file) => file.includes(session.slice(0, 8)) && readHead(file).includes(`"sessionId":"${session}"`));
  return files.toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0] ?? null;
}

function namesIn(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}

function readMark(folder: string): string | null {
  const file = join(folder, MARK);
  return existsSync(file) ? readFileSync(file, "utf8").trim() : null;
}

function readHead(file: string): string {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.toString("utf8", 0, readSync(handle, bytes, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(handle);
  }
}
