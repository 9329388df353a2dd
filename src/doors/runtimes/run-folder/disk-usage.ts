import { execFile } from "node:child_process";

const SUM = "du";
const LIST = "find";

/** How long one walk may take before it is given up. */
const OPTIONS = { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 };
/** What `find` counts sizes in. */
const BLOCK_BYTES = 512;

/**
 * Bytes that a folder takes on its disk, null when that can't be told in time. By `du`: another process walks a million
 * files without filling this one's memory or holding it up.
 */
export type DiskUsage = (folder: string) => Promise<number | null>;

/**
 * Paths of files that are larger than this, from the root of the disk; by their length, so that one with holes counts whole.
 * Empty when it takes too long to find out.
 */
export function listLargeFiles(folder: string, bytes: number): Promise<string[]> {
  const ownGit = ["-path", `${folder}/.git`, "-prune", "-o"];
  const large = ["-type", "f", "-size", `+${Math.floor(bytes / BLOCK_BYTES)}`, "-print0"];
  return new Promise((resolve) => {
    execFile(LIST, [folder, "-xdev", ...ownGit, ...large], OPTIONS, (_error, stdout) =>
      resolve(stdout.split("\0").filter(Boolean)),
    );
  });
}

export const measureDisk: DiskUsage = (folder) =>
  new Promise((resolve) => {
    execFile(SUM, ["-skx", folder], OPTIONS, (_error, stdout) => {
      // Files that vanish during the walk make du fail, but it still prints the sum.
      const kilobytes = /^(\d+)\s/.exec(stdout)?.[1];
      resolve(kilobytes === undefined ? null : Number(kilobytes) * 1024);
    });
  });
