/** Saving as a command needs it: the world to save in, and what came of it in words. */

import { openPerson } from "../../doors/person/person-git.ts";
import { plainLine } from "../../format/plain-text.ts";
import { openAuthority } from "../../repo/authority.ts";
import { saveAuthority } from "../../repo/save-authority.ts";
import type { SaveWorld } from "../../repo/save-land.ts";
import type { SaveConflict } from "../../repo/save-merge.ts";
import type { SavedCommit, SaveRefusal, SaveResult } from "../../repo/save-result.ts";
import { nameThings, thingOfPath } from "../../repo/save-target.ts";
import { readAuthorityPlace } from "../../repo/standing.ts";
import { type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";

const SHOWN_LINES = 3;

/** `defaultBranch` is what a look at the repository found. */
export async function openSaveWorld({ doors }: Context, defaultBranch: string): Promise<SaveWorld> {
  const { git } = doors;
  const authority = openAuthority(git, await readAuthorityPlace(git));
  return { git, person: openPerson(doors), authority: saveAuthority(git, authority, defaultBranch) };
}

/** Prints what a save came to and answers the exit code: the worst of what was refused. */
export function tellSave(context: Context, remote: string | null, result: SaveResult): number {
  const { saved, refused, notes } = partsOf(result);
  if (context.json) printJson(context, { schema: 1, ...saveJson(result) });
  else if (result.kind === "nothing") context.screen.print("Nothing to save: every mission edit is in effect.");
  else if (saved.length + notes.length > 0)
    context.screen.print([...saved.map(savedLine(remote)), ...notes].join("\n"));
  if (result.kind === "conflict") context.screen.warn(conflictText(result.branch, result.conflicts));
  for (const refusal of refused) context.screen.warn(`mission: ${refusal.message}\nnext: ${refusal.next}`);
  return saveExitCode(result);
}

export function saveExitCode(result: SaveResult): number {
  return result.kind === "conflict" ? 1 : Math.max(0, ...partsOf(result).refused.map(exitCodeOf));
}

export function saveJson(result: SaveResult) {
  return { ...partsOf(result), conflicts: result.kind === "conflict" ? result.conflicts : [] };
}

/** The commits and notes of a change that a command made. Throws a `CommandError` when nothing was saved. */
export function demandSaved(result: SaveResult): Pick<SaveParts, "saved" | "notes"> {
  if (result.kind === "conflict") {
    const [first] = result.conflicts;
    const thing = first ? thingOfPath(first.path) : result.branch;
    const message = `${thing} was changed on ${result.branch} at the same time, in the same lines: nothing was saved`;
    throw new CommandError("conflict", message, "the same command again", 1);
  }
  const { saved, refused, notes } = partsOf(result);
  const [refusal] = refused;
  if (refusal) throw new CommandError(refusal.code, refusal.message, refusal.next, exitCodeOf(refusal));
  return { saved, notes };
}

export function savedLine(remote: string | null): (saved: SavedCommit) => string {
  return ({ branch, paths }) =>
    `Saved on ${branch}${remote === null ? "" : `, pushed to ${remote}`}: ${nameThings(paths)}`;
}

interface SaveParts {
  saved: readonly SavedCommit[];
  refused: readonly SaveRefusal[];
  notes: readonly string[];
}

function partsOf(result: SaveResult): SaveParts {
  if (result.kind !== "done") return { saved: [], refused: [], notes: [] };
  const { saved, refused, notes } = result;
  return { saved, refused, notes };
}

function exitCodeOf({ code }: SaveRefusal): 1 | 2 | 4 {
  switch (code) {
    case "no-identity":
    case "no-checkout":
      return 2;
    case "unreachable":
    case "no-answer":
    case "contended":
      return 4;
    default:
      return 1;
  }
}

/** Each place with both sides, in the lines of the person's file. */
function conflictText(branch: string, conflicts: readonly SaveConflict[]): string {
  const things = nameThings(conflicts.map(({ path }) => path));
  const [first] = conflicts;
  return [
    `mission: nothing was saved: ${branch} has other changes in the same lines`,
    ...conflicts.flatMap((conflict) => conflictLines(branch, conflict)),
    `next: bring what ${branch} has into your file, or mission edit ${first ? thingOfPath(first.path) : things}, which opens it; then mission save`,
  ].join("\n");
}

function conflictLines(branch: string, { path, line, mine, theirs, message }: SaveConflict): string[] {
  if (line === null) return [`${path}: ${message}`];
  return [`${path}:${line}`, ...sideLines("yours", mine), ...sideLines(branch, theirs)];
}

function sideLines(side: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [`  ${side}: (deleted)`];
  const shown = lines.slice(0, SHOWN_LINES).map((line) => `  ${side}: ${plainLine(line)}`);
  return lines.length > SHOWN_LINES ? [...shown, `  ${side}: ... ${lines.length - SHOWN_LINES} more lines`] : shown;
}
