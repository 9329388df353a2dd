/**
 * Regular expressions over untrusted text with a time guard. They run in a thread of their own, because a pattern that
 * goes back exponentially can't be interrupted, only ended with its thread. Not `git grep`: its dialects differ between
 * builds of git, and it has no guard either.
 */

import type { Worker } from "node:worker_threads";

export type Found = "found" | "absent" | "timeout";

export interface Search {
  /** Looks for the pattern in one text. After `timeout` every further answer is `timeout`. */
  find(text: string): Promise<Found>;
  close(): void;
}

/** Opens a search; answers the reason as text when the pattern is no regular expression. */
export type OpenSearch = (pattern: string, timeoutMs: number) => Search | { invalid: string };

const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const pattern = new RegExp(workerData, "m");
parentPort.on("message", (text) => parentPort.postMessage(pattern.test(text)));
`;

/** Patterns of JavaScript, `^` and `$` at line breaks. The time counts for each text. */
export const openSearch: OpenSearch = (pattern, timeoutMs) => {
  try {
    new RegExp(pattern, "m");
  } catch (error) {
    return { invalid: (error as Error).message };
  }
  const thread = startThread(pattern);
  let late = false;
  return {
    find(text) {
      if (late) return Promise.resolve("timeout");
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          late = true;
          void thread.terminate();
          resolve("timeout");
        }, timeoutMs);
        thread.once("message", (found: boolean) => {
          clearTimeout(timer);
          if (!late) resolve(found ? "found" : "absent");
        });
        thread.postMessage(text);
      });
    },
    close: () => void thread.terminate(),
  };
};

/** Asked for when it is needed: the start of every run would pay for the import. */
function startThread(pattern: string): Worker {
  const threads = process.getBuiltinModule("node:worker_threads");
  return new threads.Worker(THREAD, { eval: true, workerData: pattern });
}
