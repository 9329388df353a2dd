import type { RefMove } from "./history.ts";

const KEPT = /^refs\/mission\/(?:in|salvage)\//;

/** What was harvested once stays reachable at the authority, whatever dies or is cleaned up afterwards. */
export function checkKeptWork(moves: readonly RefMove[], reachable: ReadonlySet<string>): string[] {
  const lost = moves.filter(({ ref, new: next }) => KEPT.test(ref) && next !== null && !reachable.has(next));
  return [
    ...new Map(
      lost.map(({ ref, new: next, by }) => [next, `${next}, which ${by} harvested to ${ref}, is lost`]),
    ).values(),
  ];
}

/** A commit that a worker made and the run that it made it in. */
export interface WorkerCommit {
  run: string;
  oid: string;
}

/** When all is quiet and no machine was lost, every commit that a worker ever made is reachable at the authority. */
export function checkWorkersCommits(commits: readonly WorkerCommit[], reachable: ReadonlySet<string>): string[] {
  return commits.filter(({ oid }) => !reachable.has(oid)).map(({ run, oid }) => `commit ${oid} of ${run} is lost`);
}
