/** Where paths really lead that an agent names, be they there or not. Whatever it names, and wherever it is, nothing throws. */

import { lstatSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";

/** Of what is not there yet, its folder counts. null: a link to nowhere, or a path that can't be looked at. */
export function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    if (isThere(path)) return null;
    const folder = dirname(path);
    const real = folder === path ? null : realPath(folder);
    return real === null ? null : join(real, basename(path));
  }
}

/** As the policy reads it: relative inside the workspace, elsewhere absolute. A link to nowhere is where it points to. */
export function namePath(workspace: string, path: string): string {
  const root = realPath(workspace) ?? workspace;
  const absolute = resolve(root, path);
  const real = realPath(absolute) ?? pointedTo(absolute);
  return isInside(root, real) ? relative(root, real) || "." : real;
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}

function pointedTo(path: string): string {
  try {
    const target = resolve(dirname(path), readlinkSync(path));
    return realPath(target) ?? target;
  } catch {
    return path;
  }
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
