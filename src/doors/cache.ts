/** A disposable file of JSON: what can't be read, or was written under another key, is not there. */

import { readJson, writeWhole } from "./state/durable.ts";

export interface Cache<T> {
  read(): T | null;
  write(value: T): void;
}

/** `key` stands for all that the value's shape depends on, such as the version of the program. */
export function openCache<T>(path: string, key: string): Cache<T> {
  return {
    read() {
      const file = readJson(path) as { key?: unknown; value?: T } | null | undefined;
      return file?.key === key ? (file.value ?? null) : null;
    },
    write(value) {
      writeWhole(path, JSON.stringify({ key, value }));
    },
  };
}
