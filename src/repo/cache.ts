/**
 * What this host remembers between pulses. Disposable: losing it costs time and changes no answer. Each build of the program
 * has a folder of its own, so that two of them side by side do not read one another's; files carry a checksum, so that a
 * damaged one is read anew and never believed.
 */

import type { Doors } from "../doors/doors.ts";

/** Folders of other builds that are left: of a program that may be in use beside this one. */
const OTHERS_KEPT = 2;
const FOLDER = /^build-/;

/** null when there is none, it is damaged, or another build of the program wrote it. */
export function readCache<T>(doors: Doors, name: string): T | null {
  const text = doors.files.readSealed(cacheFile(doors, name));
  if (text === null) return null;
  const file = cacheFile(doors, name);
  const known = parsed.get(file);
  if (known?.text === text) return known.value as T;
  try {
    const value = JSON.parse(text) as T;
    keepParsed(file, { text, value });
    return value;
  } catch {
    return null;
  }
}

interface ParsedText {
  text: string;
  value: unknown;
}

/** A pulse looks several times and a watch all the time, mostly at what they have just read. Whoever reads changes nothing. */
const parsed = new Map<string, ParsedText>();
const PARSED_KEPT = 32;

function keepParsed(file: string, entry: ParsedText): void {
  parsed.delete(file);
  parsed.set(file, entry);
  const [oldest] = parsed.keys();
  if (parsed.size > PARSED_KEPT && oldest !== undefined) parsed.delete(oldest);
}

/** What can't be written, on a full disk or in a folder of another user, is not remembered. */
export function writeCache(doors: Doors, name: string, value: unknown): void {
  const { files, state } = doors;
  try {
    const isNew = !files.exists(cacheFolder(doors));
    files.writeSealed(cacheFile(doors, name), JSON.stringify(value));
    if (isNew) forgetOldBuilds(doors, state.cache);
  } catch {
    // A status that can be told must not fail for want of a cache.
  }
}

/** Forgets what is remembered under names of a kind, such as `mission-<id>`, but for some. */
export function keepOnly(doors: Doors, prefix: string, names: ReadonlySet<string>): void {
  const folder = cacheFolder(doors);
  for (const file of doors.files.list(folder)) {
    if (file.startsWith(prefix) && !names.has(file.replace(/[.]json$/, ""))) doors.files.remove(`${folder}/${file}`);
  }
}

function forgetOldBuilds(doors: Doors, cache: string): void {
  const others = doors.files
    .list(cache)
    .filter((name) => FOLDER.test(name))
    .map((name) => `${cache}/${name}`)
    .filter((folder) => folder !== cacheFolder(doors))
    .sort((one, other) => doors.files.changedAt(other) - doors.files.changedAt(one));
  for (const folder of others.slice(OTHERS_KEPT)) doors.files.remove(folder);
}

function cacheFile(doors: Doors, name: string): string {
  return `${cacheFolder(doors)}/${name}.json`;
}

function cacheFolder({ state, program }: Doors): string {
  return `${state.cache}/build-${program.build}`;
}
