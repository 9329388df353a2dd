/**
 * Agents that keep a conversation as a file below the name of the folder that it was in, and find it from there only. A copy
 * is laid where the next one is looked for; both are the agent's own files, beside its others.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const SESSION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `projects/<folder>/<inside>/<session>.jsonl`. */
export interface Transcripts {
  projects: string;
  inside: string;
}

/** Whether the conversation can be taken up again in that folder, from now on. */
export function bringTranscript(
  { projects, inside }: Transcripts,
  { session, folder }: { session: string; folder: string },
  copy: (from: string, to: string) => void = copyFileSync,
): boolean {
  if (!SESSION.test(session)) return false;
  const fileIn = (name: string): string => join(projects, name, inside, `${session}.jsonl`);
  const wanted = fileIn(folder.replace(/[^A-Za-z0-9]/g, "-"));
  try {
    if (isKept(wanted)) return true;
    // It may have gone on from folder to folder: the last copy holds all of it.
    const [known] = readdirSync(projects)
      .map(fileIn)
      .filter(isKept)
      .toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
    if (known === undefined) return false;
    mkdirSync(join(wanted, ".."), { recursive: true });
    copy(known, wanted);
    return true;
  } catch {
    return false;
  }
}

/** A machine that goes down may leave an empty one, which no agent takes up. */
function isKept(file: string): boolean {
  return existsSync(file) && statSync(file).size > 0;
}
