/** Deletes folders in two steps: out of the way at once, then file by file. */

import { chmod, lstat, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Also deletes what an earlier removal that was cut off left beside it. A folder that is not there is fine. */
export async function removeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  const mark = `${basename(path)}.trash-`;
  await rename(path, join(parent, `${mark}${process.pid}-${Date.now()}`)).catch(ignoreMissing);
  const names = await readdir(parent).catch(() => []);
  for (const name of names) if (name.startsWith(mark)) await removeStubborn(join(parent, name));
}

/** Package managers make folders that nobody may write in, not even to delete what is there. */
async function removeStubborn(path: string): Promise<void> {
  const options = { recursive: true, force: true, maxRetries: 3 };
  await rm(path, options).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EACCES" && error.code !== "EPERM") throw error;
    await openFolders(path);
    await rm(path, options);
  });
}

async function openFolders(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(join(path, entry.name));
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
