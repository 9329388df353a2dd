/**
 * Whether new commits hold the value of a secret that their run was given. What is pushed is everybody's and for ever, so
 * such work stays on this machine.
 */

import type { Git } from "../doors/git.ts";
import { plainLine } from "../format/plain-text.ts";
import type { Secret } from "../model/given-variables.ts";
import { LIMITS } from "../model/limits.ts";
import { encodingsOf, SHORTEST } from "./redact.ts";

export interface NewWork {
  tips: readonly string[];
  /** Commits whose history is not new; what a file of the first one holds already is no leak. */
  known: readonly [string, ...string[]];
}

interface Sought {
  name: string;
  bytes: Buffer;
}

/**
 * In words, with the names of variable and path and never the value: `the value of API_KEY: leak.txt`; null where none is
 * found. Every version of every file counts, and the messages of commits: they are in the history, whatever came after.
 */
export async function findLeak(git: Git, secrets: readonly Secret[], { tips, known }: NewWork): Promise<string | null> {
  const sought = soughtOf(secrets);
  if (sought.length === 0 || tips.every((tip) => known.includes(tip))) return null;
  let left = LIMITS.searchedBytes;
  for (const { oid, path } of await git.listNewObjects(tips, known)) {
    const object = await git.readObject(oid);
    if (object === null || object.type === "tree") continue;
    left -= object.bytes.length;
    // More than a person would read, and longer than they would wait.
    if (left < 0) return null;
    const found = sought.filter(({ bytes }) => object.bytes.includes(bytes));
    const before = found.length > 0 && object.type === "blob" ? await git.readObject(`${known[0]}:${path}`) : null;
    const [leak] = found.filter(({ bytes }) => !before?.bytes.includes(bytes));
    if (leak)
      return `the value of ${leak.name}: ${object.type === "blob" ? plainLine(path) : "the message of a commit"}`;
  }
  return null;
}

function soughtOf(secrets: readonly Secret[]): Sought[] {
  return secrets
    .filter(({ value }) => value.trim().length >= SHORTEST)
    .flatMap(({ name, value }) => encodingsOf(value).map((text) => ({ name, bytes: Buffer.from(text, "utf8") })));
}
