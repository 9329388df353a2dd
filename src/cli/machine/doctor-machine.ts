/** What can be said of the machine without a repository. */

import { spawnSync } from "node:child_process";
import type { Checkup } from "../../view/checkup.ts";
import type { Context } from "../command.ts";

/** `merge-tree --stdin` came with it. */
const OLDEST_GIT = "2.39";
const OLDEST_NODE = "22.12";

export function checkMachine({ env }: Pick<Context, "env">): readonly Checkup[] {
  return [checkGit(env), checkNode(process.versions.node)];
}

function checkGit(env: Context["env"]): Checkup {
  const { stdout, error } = spawnSync("git", ["--version"], { encoding: "utf8", env });
  const version = /(\d+[.]\d+(?:[.]\d+)?)/.exec(stdout ?? "")?.[1];
  if (error || version === undefined)
    return { name: "git", level: "bad", text: "git can't be started", next: "install git, or put it on PATH" };
  if (isOlder(version, OLDEST_GIT))
    return { name: "git", level: "bad", text: `git ${version} is too old`, next: `install git ${OLDEST_GIT} or newer` };
  return { name: "git", level: "ok", text: version, next: null };
}

function checkNode(version: string): Checkup {
  if (isOlder(version, OLDEST_NODE))
    return {
      name: "node",
      level: "bad",
      text: `node ${version} is too old`,
      next: `install node ${OLDEST_NODE} or newer`,
    };
  return { name: "node", level: "ok", text: version, next: null };
}

/** Compares the first two numbers. */
function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
