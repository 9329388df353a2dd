/** The project of the demo: a repository with a mission in it and, in its git directory, what its workers will do. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type SimpleGit, simpleGit } from "simple-git";
import { packageFolder } from "../../doors/package.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";

export const DEMO_MISSION = "tempo";

type Environment = Context["env"];

/** What git is told about the person's machine; everything else could point it at another repository. */
const PASSED_TO_GIT = /^(?:PATH|HOME|TMPDIR|XDG_CONFIG_HOME|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM))$/;
const FIXED_FOR_GIT = { LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_DEFAULT_REF_FORMAT: "files" };

/** The repository is a stage: what the person set for their own repositories must not change the play. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ["user.name", "Demo Person"],
  ["user.email", "demo@example.com"],
  ["commit.gpgsign", "false"],
  ["tag.gpgsign", "false"],
  ["core.autocrlf", "false"],
];

/** A new folder under the system's temp folder, or the one that was asked for. Throws where that holds anything. */
export function makeFolder({ cwd }: Pick<Context, "cwd">, keep: string | null): string {
  if (keep === null) return realpathSync(mkdtempSync(join(tmpdir(), "mission-demo-")));
  const folder = resolve(cwd, keep);
  if (existsSync(folder) && !(statSync(folder).isDirectory() && readdirSync(folder).length === 0)) {
    throw new CommandError(
      "not-empty",
      `${keep} is there already, and no empty folder`,
      "mission demo --keep another-folder",
    );
  }
  mkdirSync(folder, { recursive: true });
  return realpathSync(folder);
}

/** Makes the repository in an empty folder, with one commit. */
export async function makeProject(folder: string, env: Environment): Promise<void> {
  const template = join(packageFolder(), "templates", "demo");
  cpSync(join(template, "project"), folder, { recursive: true });
  const git = openSimpleGit(folder, env);
  await git.raw("init", "--quiet", "--initial-branch=main", "--template=");
  for (const [key, value] of SETTINGS) await git.addConfig(key, value);
  cpSync(join(template, "recordings"), join(folder, ".git", "recordings"), { recursive: true });
  // By force: the person may ignore names everywhere that are files here.
  await git.raw("add", "--force", "--all");
  await git.raw("commit", "--quiet", "--no-verify", "--message=Begin tempo");
}

/** Clones the project as anybody would. */
export async function cloneProject(folder: string, into: string, env: Environment): Promise<void> {
  await openSimpleGit(dirname(into), env).raw("clone", "--quiet", "--no-hardlinks", "--template=", folder, into);
}

/**
 * The environment that the demo's engine runs in: the person's, without what points git at another repository, and with
 * this very Node as `node`, because the checks of the mission call it by that name.
 */
export function demoEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith("GIT_") || PASSED_TO_GIT.test(name));
  const places = (env.PATH ?? "").split(delimiter);
  const own = dirname(process.execPath);
  const first = places.find((place) => place !== "" && existsSync(join(place, "node")));
  const isOwn = first !== undefined && realpathSync(join(first, "node")) === realpathSync(process.execPath);
  return { ...Object.fromEntries(kept), PATH: (isOwn ? places : [own, ...places]).join(delimiter) };
}

function openSimpleGit(folder: string, env: Environment): SimpleGit {
  const passed = Object.entries(env).filter(([name, value]) => PASSED_TO_GIT.test(name) && value !== undefined);
  const environment = { ...Object.fromEntries(passed), ...FIXED_FOR_GIT };
  return simpleGit({
    baseDir: folder,
    allowEnvironment: Object.keys(environment),
    config: ["core.hooksPath=/dev/null", "core.fsmonitor=false"],
    // Its guards are against words of strangers in arguments; here all of them are constants or the person's own.
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeFsMonitor: true,
      allowUnsafeHooksPath: true,
      allowUnsafeTemplateDir: true,
    },
  }).env(environment);
}
