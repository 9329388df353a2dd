import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** Where broken files go instead of being deleted: git does not look there, a person can. */
const FOLDER = "mission-debris";

/** Moves a file or folder of the git directory out of git's way and answers where it lies now. */
export function setAside(gitDir: string, path: string): string {
  const folder = join(gitDir, FOLDER);
  mkdirSync(folder, { recursive: true });
  const name = relative(gitDir, path).startsWith("..") ? basename(path) : relative(gitDir, path).replaceAll("/", "-");
  for (let number = 1; ; number += 1) {
    const place = join(folder, number === 1 ? name : `${name}.${number}`);
    if (existsSync(place)) continue;
    renameSync(path, place);
    return place;
  }
}
