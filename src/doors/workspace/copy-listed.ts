/** Copies of ignored files, such as `.env`, that a workspace needs and git does not carry. */

import { constants, copyFileSync, existsSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";

/** Answers the paths that were copied. A link is copied as the file it leads to, so that a worker can't write into that. */
export function copyListedFiles(paths: readonly string[], from: string, to: string): string[] {
  const root = realpathSync(to);
  return paths.filter((path) => {
    const source = join(from, path);
    const target = join(root, path);
    if (!statSync(source, { throwIfNoEntry: false })?.isFile() || existsSync(target)) return false;
    mkdirSync(dirname(target), { recursive: true });
    // A tracked link could lead the folder out of the workspace.
    if (!`${realpathSync(dirname(target))}${sep}`.startsWith(`${root}${sep}`)) return false;
    copyFileSync(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
    return true;
  });
}
