import { execFile } from "node:child_process";

const PROGRAM = "du";

/** How long one measurement may take before it is given up. */
const TIMEOUT_MS = 60_000;

/**
 * Bytes that a folder takes on its disk, null when that can't be told in time. By `du`: another process walks a million
 * files without filling this one's memory or holding it up.
 */
export type DiskUsage = (folder: string) => Promise<number | null>;

export const measureDisk: DiskUsage = (folder) =>
  new Promise((resolve) => {
    execFile(PROGRAM, ["-skx", folder], { timeout: TIMEOUT_MS, maxBuffer: 16 * 1024 * 1024 }, (_error, stdout) => {
      // Files that vanish during the walk make du fail, but it still prints the sum.
      const kilobytes = /^(\d+)\s/.exec(stdout)?.[1];
      resolve(kilobytes === undefined ? null : Number(kilobytes) * 1024);
    });
  });
