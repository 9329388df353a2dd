/** What people do with git: edit and commit mission files and code, take landings back, rewrite branches. */

import type { Git } from "../../../src/doors/git.ts";
import { spliceValue } from "../../../src/format/splice.ts";
import type { Asked } from "../../../src/model/record.ts";
import { isProgram } from "../check/history.ts";
import { readFile, writeFile } from "./folders.ts";
import type { Person } from "./people.ts";
import type { MissionPlan } from "./plan.ts";

export interface Change {
  path: string;
  text: string;
}

const NOTHING_YET = "0000";

function gitOf({ actor }: Person): Git {
  return actor.doors.git;
}

/** The tip of a branch as the person just saw it. */
async function fetchTip(person: Person, branch: string): Promise<string | null> {
  const git = gitOf(person);
  if (person.world.remote === null)
    return (await git.listRefs([`refs/heads/${branch}`])).get(`refs/heads/${branch}`) ?? null;
  const here = `refs/remotes/origin/${branch}`;
  const fetched = await git.fetch("origin", [`+refs/heads/${branch}:${here}`]);
  if (fetched.kind !== "ok" || fetched.missing.length > 0) return null;
  return (await git.listRefs([here])).get(here) ?? null;
}

/** Moves a branch, as `git commit` in the checkout or `git push` does. */
async function moveTo(person: Person, branch: string, old: string, next: string, force = false): Promise<boolean> {
  const git = gitOf(person);
  const name = `refs/heads/${branch}`;
  if (person.world.remote !== null) {
    const pushed = await git.push("origin", [{ name, new: next, old, ...(force ? { allowRewind: true } : {}) }]);
    return pushed.kind === "won";
  }
  if (person.site.repository.head !== name) return (await git.updateRefs([{ name, new: next, old }])).kind === "won";
  if (!force) return (await git.fastForward(person.site.checkout, next)).kind === "done";
  return (await git.updateRefs([{ name, new: next, old }])).kind === "won";
}

async function writeCommit(person: Person, tree: string, parents: readonly string[], message: string): Promise<string> {
  const who = { name: person.name, email: `${person.name.toLowerCase()}@example.com` };
  return gitOf(person).writeCommit({
    tree,
    parents,
    message: `${message}\n`,
    author: who,
    committer: who,
    at: person.site.host.now(),
  });
}

/** Commits texts on a branch. What comes into effect is noted: it must never be lost. */
export async function commitOn(
  person: Person,
  branch: string,
  changes: readonly Change[],
  message: string,
): Promise<boolean> {
  const git = gitOf(person);
  const tip = await fetchTip(person, branch);
  const tree = tip === null ? null : (await git.readCommit(tip))?.tree;
  if (tip === null || tree === null || tree === undefined) return false;
  const blobs = new Map<string, { mode: string; oid: string }>();
  for (const { path, text } of changes)
    blobs.set(path, { mode: "100644", oid: await git.writeBlob(new TextEncoder().encode(text)) });
  const commit = await writeCommit(person, await git.writeFiles(tree, blobs), [tip], message);
  if (!(await moveTo(person, branch, tip, commit))) return false;
  for (const [path, { oid }] of blobs) person.world.typed.push({ person: person.name, path, blob: oid, commit });
  return true;
}

async function readText(person: Person, branch: string, path: string): Promise<string | null> {
  const tip = await fetchTip(person, branch);
  const object = tip === null ? null : await gitOf(person).readObject(`${tip}:${path}`);
  return object?.type === "blob" ? object.bytes.toString("utf8") : null;
}

/** Where a person edits: on home, or now and then on the default branch, from which home follows. */
export async function findPlace(person: Person, { home }: MissionPlan): Promise<string> {
  const tip = await fetchTip(person, home);
  return tip === null || person.world.chance.happens(0.3) ? "main" : home;
}

function featureFile(person: Person, { id }: MissionPlan, feature: string): string | null {
  const path = Object.keys(person.world.plan.files).find(
    (file) => file.startsWith(`missions/${id}/`) && file.endsWith(`/${feature}.md`),
  );
  return path ?? null;
}

/** A person rewrites what is wanted, holds a feature back, cancels it, or has a second thought on that. */
export async function editFeature(person: Person, mission: MissionPlan): Promise<void> {
  const { chance } = person.world;
  const path = featureFile(person, mission, chance.pick(mission.features));
  const branch = await findPlace(person, mission);
  const text = path === null ? null : await readText(person, branch, path);
  if (path === null || text === null) return;
  const edit = chance.weigh({ words: 6, hold: 1, todo: 2, cancel: 0.5 });
  const status = { hold: "hold", todo: "todo", cancel: "cancelled" };
  const edited =
    edit === "words"
      ? `${text}\nAnd ${chance.below(1_000)} more.\n`
      : // A done feature is not made undone by hand here: that is what a revert is for.
        text.replace(/^status: (?:todo|hold|cancelled)$/m, `status: ${status[edit]}`);
  if (edited !== text) await commitOn(person, branch, [{ path, text: edited }], `Edit ${path}`);
}

/** Raises what an ask says is used up. */
export async function budgetEdit(person: Person, missionId: string, { about, boundTo }: Asked): Promise<void> {
  const mission = person.world.plan.missions.find(({ id }) => id === missionId);
  if (mission === undefined) return;
  const path = about === null ? `missions/${missionId}/mission.md` : featureFile(person, mission, about);
  const branch = (await fetchTip(person, mission.home)) === null ? "main" : mission.home;
  const text = path === null ? null : await readText(person, branch, path);
  if (path === null || text === null) return;
  const [part = "usd", limit = "0"] = boundTo.split(" ");
  const raised = spliceValue(new TextEncoder().encode(text), ["budget", part], Number(limit) * 2 + 50);
  if (raised.ok)
    await commitOn(person, branch, [{ path, text: new TextDecoder().decode(raised.bytes) }], "More budget");
}

/** `git revert` of the last landing on home. */
export async function revertLanding(person: Person, { home }: MissionPlan): Promise<void> {
  const git = gitOf(person);
  const tip = await fetchTip(person, home);
  if (tip === null) return;
  const landing = (await git.listCommits(tip, null, 20)).findLast(
    (commit) => isProgram(commit) && commit.message.includes("\nMission-Head: "),
  );
  const [parent] = landing?.parents ?? [];
  const before = parent === undefined ? null : await git.readCommit(parent);
  if (landing === undefined || before === null) return;
  const undone = await writeCommit(person, before.tree, [landing.oid], "Undo");
  const merged = await git.mergeTree(tip, undone);
  if (merged.kind !== "clean") return;
  const commit = await writeCommit(person, merged.tree, [tip], `Revert "${landing.message.split("\n")[0]}"`);
  if (!(await moveTo(person, home, tip, commit))) return;
  person.world.deeds.add("reverted a landing");
  person.world.counters.add("landing reverted");
}

/** The last commit of home again with other words, as `git commit --amend` or a rebase makes it; now and then it is dropped. */
export async function rebaseHome(person: Person, { home }: MissionPlan): Promise<void> {
  const git = gitOf(person);
  const tip = await fetchTip(person, home);
  const last = tip === null ? null : await git.readCommit(tip);
  if (tip === null || last === null || last.parents.length !== 1) return;
  const [parent = NOTHING_YET] = last.parents;
  const isDropped = person.world.chance.happens(0.2);
  if (isDropped && person.world.remote === null && person.site.repository.head === `refs/heads/${home}`) return;
  const next = isDropped ? parent : await writeCommit(person, last.tree, last.parents, last.message.trimEnd());
  person.world.deeds.add("rewrote home");
  await moveTo(person, home, tip, next, true);
}

export async function deleteLedger(person: Person, { id }: MissionPlan): Promise<void> {
  const git = gitOf(person);
  const name = `refs/mission/ledger/${id}`;
  const old = (await git.listRefs([name])).get(name);
  // A local ledger has no second place from which it could be known.
  if (old === undefined || person.world.remote === null) return;
  person.world.deeds.add("took a ledger away");
  await git.push("origin", [{ name, new: null, old }]);
}

/** Types into a mission file of the checkout and saves no commit. */
export async function typeUnsaved(person: Person, mission: MissionPlan): Promise<void> {
  const { world, site } = person;
  const path = featureFile(person, mission, world.chance.pick(mission.features));
  const text = path === null ? null : readFile(site.disk, site.checkout, path);
  if (path === null || text === null) return;
  const typed = `${text}\nTyped ${world.chance.below(1_000)} and not saved.\n`;
  writeFile(site.disk, site.checkout, path, typed);
  world.unsaved.set(`${site.checkout}/${path}`, { site, path, typed });
}

/** Commits what was typed in the checkout, so that nothing stands in the way any more. */
export async function saveUnsaved(person: Person): Promise<void> {
  const { world, site } = person;
  for (const [place, { site: where, path, typed }] of world.unsaved) {
    if (where !== site || readFile(site.disk, site.checkout, path) !== typed) continue;
    const before = await readText(person, "main", path);
    // As `git stash`, `git pull`, `git stash pop`: the person's own words come out of the way and in again.
    if (before !== null) writeFile(site.disk, site.checkout, path, before);
    world.unsaved.delete(place);
    await commitOn(person, "main", [{ path, text: typed }], `Save ${path}`);
  }
}

/** Merges what the program could not: the default branch into home, or a signed commit into the default branch. */
export async function mergeByHand(person: Person, missionId: string, { ask, boundTo }: Asked): Promise<boolean> {
  const mission = person.world.plan.missions.find(({ id }) => id === missionId);
  const branch = ask === "follow" ? mission?.home : "main";
  const tip = branch === undefined ? null : await fetchTip(person, branch);
  const [ours, theirs] = [tip, boundTo].map((oid) => (oid === null ? null : gitOf(person).readCommit(oid)));
  const [here, there] = [await ours, await theirs];
  if (branch === undefined || tip === null || !here || !there) return false;
  // What was signed is what counts on the default branch; what home has is what counts on home.
  const tree = ask === "follow" ? here.tree : there.tree;
  return moveTo(person, branch, tip, await writeCommit(person, tree, [tip, boundTo], "Merge by hand"));
}
