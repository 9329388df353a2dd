/** This clone, the person, the agents' programs and the disk. */

import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { findUnfitness } from "../../../repo/unfit.ts";
import { durationText } from "../../../view/time.ts";
import { bad, note, ok, type PlaceCheck, type SceneCheck } from "./check.ts";

const LEAST_DISK_BYTES = 2 * 1024 ** 3;
const CLOCK_SLACK_MS = 5 * 60_000;

export const checkIdentity: PlaceCheck = async ({ context: { doors } }) => {
  const identity = await doors.git.readIdentity();
  if (identity) return [ok("identity", `${identity.name} <${identity.email}>`)];
  const next = 'git config user.name "..." and git config user.email "..."';
  return [bad(["identity-missing", "identity", "git does not know who you are"], next)];
};

export const checkClone: PlaceCheck = ({ context: { doors }, standing }) => {
  const unfit = findUnfitness(doors.git, standing.remote);
  const code = doors.git.isPartial ? "clone-partial" : "clone-shallow";
  return unfit === null ? [] : [bad([code, "clone", unfit.why], unfit.next)];
};

/** Of the state folder, where workspaces grow, and of the repository, where objects do. */
export const checkDisk: PlaceCheck = ({ context: { doors } }) => {
  const places = [doors.state.path, doors.git.gitDir].map((path) => ({ path, ...freeOf(path) }));
  const [state, repository] = places;
  const isSame = state?.device === repository?.device;
  return (isSame ? places.slice(0, 1) : places).map(({ path, free }) => {
    const text = `${Math.floor(free / 1024 ** 3)} GiB free for ${path}`;
    const next = path === doors.state.path ? "mission clean" : "git gc, or free some space there";
    return free < LEAST_DISK_BYTES ? bad(["disk-low", "disk", text], next) : ok("disk", text);
  });
};

function freeOf(path: string): { free: number; device: string } {
  let folder = path;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize, blocks, type } = statfsSync(folder);
  return { free: bavail * bsize, device: `${type} ${blocks} ${bavail}` };
}

export const checkDefaultBranch: SceneCheck = ({ sight }) => {
  const { defaultBranch } = sight.snapshot;
  if (defaultBranch.tip !== null) return [ok("default branch", defaultBranch.name)];
  const next = 'git commit --allow-empty -m "Begin", or git config mission.default <branch>';
  return [bad(["default-branch-missing", "default branch", `${defaultBranch.name} has no commit`], next)];
};

/** Dates of records, beats and the default branch are other clocks' words: one that lies ahead shows that two differ. */
export const checkClock: SceneCheck = async ({ context: { doors }, sight: { snapshot } }) => {
  const { now, missions, hosts, defaultBranch } = snapshot;
  const tip = defaultBranch.tip === null ? null : await doors.git.readCommit(defaultBranch.tip);
  const dates = [
    ...missions.map(({ id, ledger }) => ({ what: `the last record of ${id}`, at: ledger.records.at(-1)?.at ?? 0 })),
    ...hosts
      .filter(({ host }) => host !== snapshot.host)
      .map(({ host, at }) => ({ what: `the last beat of ${host}`, at })),
    ...(tip === null ? [] : [{ what: `the last commit of ${defaultBranch.name}`, at: tip.at }]),
  ];
  const ahead = dates.filter(({ at }) => at - now > CLOCK_SLACK_MS).sort((a, b) => b.at - a.at);
  const [first] = ahead;
  if (first === undefined) return [ok("clock", "no record is dated ahead of it")];
  const text = `${first.what} is dated ${durationText(first.at - now)} ahead: this clock or another host's is wrong`;
  return [note(["clock-ahead", "clock", text], "timedatectl status")];
};
