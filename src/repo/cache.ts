/** What this host remembers between pulses. Disposable: losing it costs time and changes no answer. */

import type { Doors } from "../doors/doors.ts";

/** null when there is none, or another version of the program wrote it. */
export function readCache<T>(doors: Doors, name: string): T | null {
  const text = doors.files.readText(cacheFile(doors, name));
  if (text === null) return null;
  try {
    const cached: { version: string; value: T } = JSON.parse(text);
    return cached.version === doors.program.build ? cached.value : null;
  } catch {
    return null;
  }
}

/** What can't be written, on a full disk or in a folder of another user, is not remembered. */
export function writeCache(doors: Doors, name: string, value: unknown): void {
  try {
    doors.files.writeText(cacheFile(doors, name), JSON.stringify({ version: doors.program.build, value }));
  } catch {
    // A status that can be told must not fail for want of a cache.
  }
}

function cacheFile({ state }: Doors, name: string): string {
  return `${state.cache}/${name}.json`;
}
