/** Holds a world that is over against what must hold, by the checkers. */

import { checkBudget } from "../check/budget.ts";
import { type History, readHistory } from "../check/history.ts";
import { checkKeptWork, checkWorkersCommits } from "../check/kept-work.ts";
import { checkLandings } from "../check/landings.ts";
import { checkLedgerLine } from "../check/ledger-line.ts";
import { checkReviews } from "../check/reviews.ts";
import { checkRuns } from "../check/runs.ts";
import { checkSignOffs } from "../check/sign-offs.ts";
import { checkFeatureSigning, checkSigning } from "../check/signing.ts";
import { checkSplices, checkTypedVersions, checkUnsavedFiles } from "../check/typed-bytes.ts";
import { checkVerdicts } from "../check/verdicts.ts";
import { descendsFrom, findObject } from "../git/names.ts";
import { readStored } from "../git/repository.ts";
import { commitOf } from "../git/store.ts";
import { readFile } from "./folders.ts";
import { countRarities } from "./rarities.ts";
import type { World } from "./world.ts";

/** Violations of what must never happen, in words. */
export async function examine(world: World): Promise<string[]> {
  const { authority, moves, deeds, store } = world;
  const history = await readHistory(world.openReader(), { defaultName: "main" });
  const reachable = reach(world);
  const isRewritten = deeds.has("rewrote home");
  const isAncestor = (ancestor: string, descendant: string) => descendsFrom(authority, descendant, ancestor);
  const parentsOf = (oid: string) => commitOf(store, oid)?.commit.parents ?? null;
  const isPerson = (by: string) => / Person\d/.test(by);
  const tipsOf = (some: World["moves"]) =>
    new Set(some.flatMap(({ by, new: next }) => (next === null || isPerson(by) ? [] : [next])));
  const lastSeen = moves.findLastIndex(
    ({ by, ref }) => ref.startsWith("refs/mission/ledger/") && by.endsWith(" pulse"),
  );
  const tips = { all: tipsOf(moves), unseen: tipsOf(moves.slice(lastSeen + 1)) };
  countRarities(world, history);
  const faults = [
    ...world.violations,
    ...checkLedgerLine(moves, parentsOf, isPerson),
    ...checkKeptWork(moves, reachable),
    ...(isRewritten ? [] : checkTypedVersions(world.typed, reachable)),
    ...checkUnsavedFiles(listUnsaved(world)),
  ];
  // Where a person took a ledger away, a host that never knew it begins another one: nothing is left to hold home against.
  if (deeds.has("took a ledger away")) return faults;
  faults.push(...checkVerdicts(history.missions, tips), ...checkSigning(history));
  for (const mission of history.missions) {
    const said = [
      ...checkRuns(mission.records),
      ...checkLandings(mission, { isRewritten, isAncestor }),
      // Work that stands on a landing which a person took off home by force brings that landing along.
      ...(isRewritten ? [] : checkSplices(mission.changes)),
      ...checkMoney(world, mission),
      ...(planOf(world, mission.id)?.isReviewed ? checkReviews(mission.records) : []),
      ...checkFeatureSigning(mission, planOf(world, mission.id)?.signOff ?? "mission"),
      ...checkSignOffs({ mission: mission.id, records: mission.records, planAt: () => planOf(world, mission.id) }),
    ];
    faults.push(...said.map((text) => `${mission.id}: ${text}`));
  }
  return faults;
}

/** When all is quiet: what workers made and no machine took with it is at the authority. */
export function examineWork(world: World): string[] {
  if (world.deeds.has("lost a machine") || world.deeds.has("took a ledger away")) return [];
  const last = new Map(world.workerCommits.map((commit) => [commit.run, commit]));
  return checkWorkersCommits(
    [...last.values()].filter(({ run }) => !world.wrecked.has(run)),
    reach(world),
  );
}

function checkMoney(world: World, { id, records }: History["missions"][number]): string[] {
  const path = `missions/${id}/mission.md`;
  const { faults, wasReached } = checkBudget(records, (base) => limitIn(textAt(world, `${base}:${path}`)));
  if (wasReached) world.counters.add("budget reached exactly");
  return faults;
}

/** The limit as the file says it; null: none. */
function limitIn(text: string | null): number | null {
  const usd = /^budget:\n {2}usd: *([\d.]+)$/m.exec(text ?? "")?.[1];
  return usd === undefined ? null : Number(usd);
}

function textAt({ authority }: World, spec: string): string | null {
  const object = findObject(authority, spec);
  return object?.type === "blob" ? object.bytes.toString("utf8") : null;
}

function planOf({ plan }: World, id: string): World["plan"]["missions"][number] | null {
  return plan.missions.find((mission) => mission.id === id) ?? null;
}

function listUnsaved({ unsaved }: World) {
  return [...unsaved.values()]
    .filter(({ site }) => !site.host.isGone)
    .map(({ site, path, typed }) => ({ path, typed, now: readFile(site.disk, site.checkout, path) }));
}

/** Everything that a ref of the authority leads to. */
function reach({ authority }: World): Set<string> {
  const seen = new Set<string>();
  const left = [...authority.refs.values()];
  for (let oid = left.pop(); oid !== undefined; oid = left.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    const object = readStored(authority, oid);
    if (object?.type === "commit") left.push(object.commit.tree, ...object.commit.parents);
    if (object?.type === "tree") left.push(...object.entries.map((entry) => entry.oid));
  }
  return seen;
}
