/**
 * Mission edits of this checkout that are not in effect. A file counts when what the checkout holds, saved to disk or
 * committed on another branch, is neither on its mission's home nor on the default branch, and somebody changed it: a
 * checkout that is only behind has no edits.
 */

import { makeRunner } from "../../doors/git/process/spawn.ts";
import type { Git } from "../../doors/git.ts";
import { EDITS_ARGS } from "../../doors/quick-status.ts";
import type { ObserveOptions } from "../../observe/observe.ts";
import { MISSION_ROOTS, missionOfPath, thingOfPath } from "../../repo/save-target.ts";
import type { Page } from "../../view/page.ts";
import { paintSpans, span } from "../../view/span.ts";
import type { Context } from "../command.ts";
import { look, type Sight } from "../read/look.ts";

const SHOWN = 4;

type Version = string | null;

/**
 * `look` and `listUnsaved` at the same time: both wait for git most of it. `head` is the commit of the checkout where no
 * mission file in it differs from that.
 */
export async function lookWithUnsaved(
  context: Context,
  options: ObserveOptions,
): Promise<Sight & { unsaved: readonly string[]; head: string | null }> {
  const [sight, local] = await Promise.all([look(context, options), readLocalEdits(context)]);
  const head = local.changed.size === 0 ? local.head : null;
  return { ...sight, unsaved: await listUnsaved(context, sight, local), head };
}

/** Paths of mission files with edits that are not in effect, sorted. Empty in a bare repository. */
export async function listUnsaved(
  context: Context,
  { snapshot }: Sight,
  local?: LocalEdits,
): Promise<readonly string[]> {
  const { git } = context.doors;
  const { changed, head } = local ?? (await readLocalEdits(context));
  const defaultTip = snapshot.defaultBranch.tip;
  const homes = snapshot.missions.flatMap(({ id, home }) => (home ? [[id, home.tip] as const] : []));
  // A mission at rest has not begun: it is read on the default branch.
  const resting = defaultTip === null ? [] : snapshot.resting.map(({ id }) => [id, defaultTip] as const);
  const places = { git, tips: new Map([...homes, ...resting]), defaultTip };
  const committed = head === null ? [] : await committedPaths(places, head);
  const candidates = new Map<string, Version>();
  for (const path of committed) candidates.set(path, await versionAt(git, head, path));
  for (const [path, version] of changed) candidates.set(path, version);
  const unsaved: string[] = [];
  for (const [path, version] of candidates) {
    if (await isInEffect(places, path, version)) continue;
    if (changed.has(path) || !(await isBehind(places, head, path, version))) unsaved.push(path);
  }
  const saved = unsaved.length === 0 ? null : await savedFromHere(context, head);
  return unsaved.filter((path) => saved?.get(path) !== candidates.get(path)).sort();
}

/** A file that was saved while another branch was checked out stays changed here: home has it, or has gone on since. */
async function savedFromHere({ doors }: Context, head: string | null): Promise<ReadonlyMap<string, Version> | null> {
  const { openPerson } = await import("../../doors/person/person-git.ts");
  const note = await openPerson(doors).checkout?.readNote();
  if (!note || head === null || (await doors.git.resolve(note.head)) === null) return null;
  if (!(await doors.git.isAncestor(note.head, head))) return null;
  return new Map([...note.files].map(([path, file]) => [path, file?.oid ?? null]));
}

/** `2 edits not in effect (crm/schema, crm/mission): mission save`, as the last line of a command; nothing without edits. */
export function unsavedLine(paths: readonly string[], page: Page): string[] {
  if (paths.length === 0) return [];
  const names = paths.map(nameOfFile);
  const shown = names.length > SHOWN ? [...names.slice(0, SHOWN), `${names.length - SHOWN} more`] : names;
  const edits = paths.length === 1 ? "1 edit" : `${paths.length} edits`;
  return [
    "",
    paintSpans(
      [span(`${edits} not in effect (${shown.join(", ")}): `, "waiting"), span("mission save", "command")],
      page.paint,
    ),
  ];
}

/** What the checkout holds: its commit, and files that differ from it as a commit would take them. */
interface LocalEdits {
  head: string | null;
  changed: ReadonlyMap<string, Version>;
}

async function readLocalEdits({ doors: { git, worktree }, env }: Context): Promise<LocalEdits> {
  if (worktree === null) return { head: null, changed: new Map() };
  const runner = makeRunner(git.gitDir, env);
  const output = await runner.demand([...EDITS_ARGS, ...MISSION_ROOTS], { worktree });
  const { head, paths } = parseStatus(output.stdout.toString("utf8"));
  if (paths.length === 0) return { head, changed: new Map() };
  const { openCheckout } = await import("../../doors/person/checkout.ts");
  const files = await openCheckout(runner, worktree, "").readFiles(paths);
  return { head, changed: new Map([...files].map(([path, file]) => [path, file?.oid ?? null])) };
}

/** Porcelain v2: the path is the ninth field of a changed entry, the eleventh of one in conflict. */
function parseStatus(text: string): { head: string | null; paths: string[] } {
  const head = /^# branch[.]oid ([0-9a-f]+)$/m.exec(text.replaceAll("\0", "\n"))?.[1] ?? null;
  const paths = text.split("\0").flatMap((line) => {
    const fields = { "1": 8, u: 10, "?": 1 }[line[0] ?? ""];
    return fields === undefined ? [] : [line.split(" ").slice(fields).join(" ")];
  });
  return { head, paths };
}

interface Places {
  git: Git;
  /** Home tips by mission. */
  tips: ReadonlyMap<string, string>;
  defaultTip: string | null;
}

/** Mission files that commits of the checked out branch changed and that no home has taken in. */
async function committedPaths({ git, tips, defaultTip }: Places, head: string): Promise<string[]> {
  const known = [defaultTip, ...tips.values()].filter((tip) => tip !== null);
  if (known.includes(head) || defaultTip === null) return [];
  const base = await git.mergeBase(defaultTip, head);
  if (base === head) return [];
  const changes = await Promise.all(MISSION_ROOTS.map((root) => git.changedPaths(base ?? defaultTip, head, root)));
  return changes.flat().map(({ path }) => path);
}

/** Home has it, or the default branch has it, which homes follow. */
async function isInEffect({ git, tips, defaultTip }: Places, path: string, version: Version): Promise<boolean> {
  const home = tips.get(missionOfPath(path) ?? "") ?? null;
  for (const tip of new Set([home, defaultTip])) {
    if (tip !== null && (await versionAt(git, tip, path)) === version) return true;
  }
  return false;
}

/** What the branch holds is what home held where the two parted: home went on, nobody edited. */
async function isBehind({ git, tips }: Places, head: string | null, path: string, version: Version): Promise<boolean> {
  const home = tips.get(missionOfPath(path) ?? "");
  if (home === undefined || head === null) return false;
  const base = await git.mergeBase(home, head);
  return base !== null && (await versionAt(git, base, path)) === version;
}

async function versionAt(git: Git, commit: string | null, path: string): Promise<Version> {
  return commit === null ? null : git.resolve(`${commit}:${path}`);
}

/** As a person names it; mission.md is told from the mission. */
function nameOfFile(path: string): string {
  const name = thingOfPath(path);
  return name === missionOfPath(path) ? `${name}/mission` : name;
}
