import { existsSync, realpathSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import type { Context } from "./command.ts";

/** A path as git names it, from one that the person typed; null where nothing is there or it lies elsewhere. */
export function repositoryPath({ doors, cwd }: Pick<Context, "doors" | "cwd">, typed: string): string | null {
  const path = resolve(cwd, typed);
  if (doors.worktree === null || !existsSync(path)) return null;
  const inside = relative(doors.worktree, realpathSync(path));
  return inside === ".." || inside.startsWith(`..${sep}`) ? null : inside.split(sep).join("/");
}
