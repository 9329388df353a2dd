import { join } from "node:path";
import { parseRepositoryFiles } from "../../format/repository-files.ts";
import { saveEdits } from "../../repo/save.ts";
import type { SaveResult } from "../../repo/save-result.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { refuseInsideRun } from "../control/control-records.ts";
import { openSaveWorld, saveExitCode, saveJson, tellSave } from "../plan/save-world.ts";
import { printConfig } from "./init-config.ts";
import { type Found, findOut } from "./init-look.ts";

const ROOTS = ["missions", "todo/missions"];

export const command: Command = {
  name: "init",
  summary: "look around, write missions/config.md",
  group: "machine",
  arguments: [],
  options: [{ usage: "--save", about: "commit and push the file too" }],
  example: "mission init",
  async run(context, args) {
    refuseInsideRun(context, "set up a repository");
    const { worktree } = context.doors;
    if (worktree === null) {
      throw new CommandError(
        "bare",
        "a bare repository has no files to write missions/config.md to",
        "git clone it, and mission init there",
      );
    }
    const found = await findOut(context, worktree);
    const settings = await writeSettings(context, found);
    const config = writeConfig(context, worktree, found);
    const result = hasFlag(args, "save") ? await saveConfig(context, found, config) : null;
    if (context.json) {
      const saved = result === null ? {} : { save: saveJson(result) };
      printJson(context, { schema: 1, ...found, config: config.path, written: config.isNew, settings, ...saved });
      return result === null ? 0 : saveExitCode(result);
    }
    context.screen.print([...foundLines(found), "", ...doneLines(settings, config, result !== null)].join("\n"));
    return result === null ? 0 : tellSave(context, found.remote, result);
  },
};

async function saveConfig(context: Context, { defaultBranch }: Found, { path }: Config): Promise<SaveResult> {
  return saveEdits(await openSaveWorld(context, defaultBranch), { paths: [path], message: "Set up git-mission" });
}

/** Answers `key = value` for what was set now. A setting that is there is the person's. */
async function writeSettings({ doors: { git } }: Context, found: Found): Promise<string[]> {
  const wanted: [string, string | null][] = [
    ["mission.remote", found.remote],
    ["mission.default", found.defaultBranch],
    ["mission.refs", found.probe?.kind === "refused" ? "refs/heads/mission-state" : null],
  ];
  const written: string[] = [];
  for (const [key, value] of wanted) {
    if (value === null || (await git.readConfig(key)) !== null) continue;
    await git.writeConfig(key, value);
    written.push(`${key} = ${value}`);
  }
  return written;
}

interface Config {
  path: string;
  isNew: boolean;
  /** Number of findings in a file that was there. */
  findings: number;
}

/** A config that is there stays as it is. */
function writeConfig({ doors: { files } }: Context, worktree: string, { checks, agents, signedOut }: Found): Config {
  for (const root of ROOTS) {
    const path = `${root}/config.md`;
    const text = files.readText(join(worktree, path));
    if (text === null) continue;
    const { findings } = parseRepositoryFiles([{ path, mode: "100644", blob: "", bytes: Buffer.from(text) }]);
    return { path, isNew: false, findings: findings.length };
  }
  const root = files.list(join(worktree, "todo")).length > 0 ? "todo/missions" : "missions";
  const path = `${root}/config.md`;
  files.writeText(join(worktree, path), printConfig(checks, agents, signedOut));
  return { path, isNew: true, findings: 0 };
}

function foundLines(found: Found): string[] {
  const { defaultBranch, hasCommits, checks, byPullRequest } = found;
  const rows: [string, string][] = [
    ["remote", remoteWords(found)],
    ["branch", `${defaultBranch}${hasCommits ? "" : " (no commits yet)"}`],
    ...(byPullRequest
      ? [
          [
            "",
            `its last commits all came by pull request: it may refuse pushes, then missions keep to branches of their own`,
          ] as [string, string],
        ]
      : []),
    ["setup", checks.setup.join(", ") || "nothing found"],
    ["checks", checks.verify.join(", ") || "none found: in full mode every verdict will be inconclusive"],
    ["agents", agentWords(found) || "none found on PATH: mission agents says which are known"],
  ];
  return rows.map(([name, words]) => `${name.padEnd(8)}${words}`.trimEnd());
}

function agentWords({ agents, signedOut, broken }: Found): string {
  const usable = agents.map((name) => (signedOut.includes(name) ? `${name} (not signed in: mission agents)` : name));
  return [...usable, ...broken.map((name) => `${name} (does not start, left out: mission agents)`)].join(", ");
}

function remoteWords({ remote, remotes, probe }: Found): string {
  if (remote === null) {
    const which = remotes.length > 1 ? `, of ${remotes.join(", ")} none is chosen: git config mission.remote NAME` : "";
    return `none${which}: the refs here are the authority`;
  }
  switch (probe?.kind) {
    case "accepted":
      return `${remote}, takes refs/mission/*`;
    case "refused":
      return `${remote}, refuses refs/mission/*: branches mission-state/* are used instead`;
    case "elsewhere":
      return `${remote}, which is pushed to another repository than it is read from: git config mission.remote NAME`;
    default:
      return `${remote}, which can't be reached now: ${probe?.kind === "unreachable" ? probe.reason.split("\n")[0] : ""}`;
  }
}

function doneLines(settings: readonly string[], { path, isNew, findings }: Config, isSaved: boolean): string[] {
  if (!isNew && settings.length === 0) {
    return [`${path} is there, nothing was changed${findings > 0 ? `; findings in it: mission check ${path}` : ""}`];
  }
  return [
    ...settings.map((setting) => `git config ${setting}`),
    isNew
      ? `wrote ${path}${isSaved ? "" : ": look through it, then mission save"}`
      : `${path} is there and was not touched`,
    ...(isNew ? ['next: mission new "what you want to have"'] : []),
  ];
}
