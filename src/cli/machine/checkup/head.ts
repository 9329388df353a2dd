import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BrokenHead, findBrokenHead, findLostHead, writeHead } from "../../../doors/git/debris/head-file.ts";
import { setAside } from "../../../doors/git/debris/set-aside.ts";
import { bad, type Found, mendable, mended, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

/** HEAD of a repository that git no longer takes for one; null when that is not what is wrong. */
export function checkLostHead(cwd: string): Found | null {
  const lost = findLostHead(cwd);
  return lost === null ? null : headFound(lost.gitDir, lost.broken);
}

export const checkHead: PlaceCheck = async ({ context: { doors } }) => {
  const worktrees = await doors.git.listWorktrees();
  const places = new Set([doors.git.gitDir, ...worktrees.map(({ gitDir }) => gitDir)]);
  return [...places].flatMap((place) => {
    const broken = findBrokenHead(place) ?? findLinked(place, doors.git.gitDir);
    return broken ? [headFound(doors.git.gitDir, broken)] : [];
  });
};

/** A linked checkout has no objects of its own. */
function findLinked(place: string, gitDir: string): BrokenHead | null {
  if (place === gitDir || existsSync(join(place, "HEAD"))) return null;
  return { path: join(place, "HEAD"), fault: "missing", was: null };
}

function headFound(gitDir: string, { path, fault, was }: BrokenHead): Found {
  const what = fault === "missing" ? "is missing" : fault === "empty" ? "is empty" : "names nothing that git knows";
  const text = was ?? "ref: refs/heads/<branch>";
  const found = bad([`head-${fault}`, "HEAD", `${path} ${what}`], `echo ${quote(text)} > ${quote(path)}`);
  if (was === null) return found;
  return mendable(found, `writes "${was}", as its log or the only branch says`, async () => {
    if (fault !== "missing") setAside(gitDir, path);
    writeHead(path, was);
    return mended(`it says "${was}" again`);
  });
}
