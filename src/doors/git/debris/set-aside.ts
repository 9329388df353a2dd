import { copyFileSync, existsSync, lstatSync, mkdirSync, renameSync } from "node:fs";
import { basename, join, relative } from "node:path";

/** Where broken files go instead of being deleted: git does not look there, a person can. */
const FOLDER = "mission-debris";

/** Moves a file or folder of the git directory out of git's way and answers where it lies now. */
export function setAside(gitDir: string, path: string): string {
  const place = findPlace(gitDir, path);
  renameSync(path, place);
  return place;
}

/** Puts the file `by` in the place of a broken one at once, and answers where a copy of that lies now. */
export function replaceFile(gitDir: string, path: string, by: string): string {
  const place = findPlace(gitDir, path);
  if (lstatSync(path).isFile()) copyFileSync(path, place);
  else renameSync(path, place);
  renameSync(by, path);
  return place;
}

function findPlace(gitDir: string, path: string): string {
  const folder = join(gitDir, FOLDER);
  mkdirSync(folder, { recursive: true });
  const name = relative(gitDir, path).startsWith("..") ? basename(path) : relative(gitDir, path).replaceAll("/", "-");
  for (let number = 1; ; number += 1) {
    const place = join(folder, number === 1 ? name : `${name}.${number}`);
    if (!existsSync(place)) return place;
  }
}
