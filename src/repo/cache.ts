/** What this host remembers between pulses. Disposable: losing it costs time and changes no answer. */

import type { Doors } from "../doors/doors.ts";

/** null when there is none, or another version of the program wrote it. */
export function readCache<T>(doors: Doors, name: string): T | null {
  const text = doors.files.readText(cacheFile(doors, name));
  if (text === null) return null;
  try {
    const cached: { version: string; value: T } = JSON.parse(text);
    return cached.version === doors.program.version ? cached.value : null;
  } catch {
    return null;
  }
}

export function writeCache(doors: Doors, name: string, value: unknown): void {
  doors.files.writeText(cacheFile(doors, name), JSON.stringify({ version: doors.program.version, value }));
}

function cacheFile({ state }: Doors, name: string): string {
  return `${state.cache}/${name}.json`;
}
