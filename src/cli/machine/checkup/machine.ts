/** What can be said of the machine without a repository. */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { packageFolder, programFile } from "../../../doors/package.ts";
import type { Context } from "../../command.ts";
import { bad, type Found, note, ok } from "./check.ts";

/** `merge-tree --stdin` came with it. */
const OLDEST_GIT = "2.39";
const OLDEST_NODE = "22.12";

export function checkMachine({ env }: Pick<Context, "env">): readonly Found[] {
  return [checkGit(env), checkNode(process.versions.node), ...checkBash(env), ...checkProgram(), ...checkProcesses()];
}

function checkGit(env: Context["env"]): Found {
  const { stdout, error } = spawnSync("git", ["--version"], { encoding: "utf8", env });
  const version = /(\d+[.]\d+(?:[.]\d+)?)/.exec(stdout ?? "")?.[1];
  if (error || version === undefined)
    return bad(["git-missing", "git", "git can't be started"], "install git, or put it on PATH");
  if (isOlder(version, OLDEST_GIT))
    return bad(["git-old", "git", `git ${version} is too old`], `install git ${OLDEST_GIT} or newer`);
  return ok("git", version);
}

function checkNode(version: string): Found {
  if (isOlder(version, OLDEST_NODE))
    return bad(["node-old", "node", `node ${version} is too old`], `install node ${OLDEST_NODE} or newer`);
  return ok("node", version);
}

/** Checks and setup run in it. */
function checkBash(env: Context["env"]): Found[] {
  const { error } = spawnSync("bash", ["-c", "exit 0"], { env });
  return error
    ? [
        bad(
          ["bash-missing", "bash", "bash can't be started: setup and checks run in it"],
          "install bash, or put it on PATH",
        ),
      ]
    : [];
}

/** A program that is run from a checkout of its source and was not built since that changed. */
function checkProgram(): Found[] {
  const file = programFile();
  const source = join(packageFolder(), "src");
  if (basename(file) !== "main.js" || !existsSync(source) || !existsSync(join(packageFolder(), ".git"))) return [];
  if (statSync(file).mtimeMs >= newestIn(source)) return [];
  const text = `${dirname(file)} is older than ${source}: this is not the program of that source`;
  return [note(["program-stale", "program", text], `npm --prefix ${packageFolder()} run build`)];
}

function newestIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...files.map(({ parentPath, name }) => statSync(join(parentPath, name)).mtimeMs));
}

function checkProcesses(): Found[] {
  if (process.platform !== "linux" || existsSync("/proc/self/stat")) return [];
  const text = "/proc is not mounted: nobody can be told alive or dead, so nothing that a crash left is taken over";
  return [bad(["proc-missing", "processes", text], "mount -t proc proc /proc")];
}

/** Compares the first two numbers. */
function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}
