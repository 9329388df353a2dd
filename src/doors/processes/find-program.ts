import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** Where a program lies that a start by this name would run; null when there is none. `cwd` is for names with a slash. */
export function findProgram(name: string, path: string | undefined, cwd = "/"): string | null {
  if (name.includes("/")) return isProgram(resolve(cwd, name)) ? resolve(cwd, name) : null;
  const places = (path ?? "").split(delimiter).filter(Boolean);
  return places.map((place) => resolve(cwd, join(place, name))).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
