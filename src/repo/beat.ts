/**
 * A host's beat: a commit on its ref that says that it lives and which runs it has. Each stands on the one before it: no
 * server has to be forced, and there are few, since a host beats only while it has runs and a remote.
 */

import type { Clock } from "../doors/clock.ts";
import type { Git, Identity, RefUpdate } from "../doors/git.ts";
import type { Authority } from "./authority.ts";
import type { SwapOutcome } from "./authority-outcome.ts";

export interface Beat {
  host: string;
  /** Runs of the host whose end is not in the ledger. */
  runs: readonly string[];
}

export interface BeatDoors {
  git: Git;
  authority: Authority;
  clock: Clock;
}

const SUBJECT = "beat: ";

/** The message of a beat's commit: the host in the subject, a run a line below. */
export function printBeat({ host, runs }: Beat): string {
  return `${SUBJECT}${host}\n${runs.length === 0 ? "" : `\n${[...runs].sort().join("\n")}\n`}`;
}

/** null for a commit that is no beat. */
export function parseBeat(message: string): Beat | null {
  const [subject = "", ...lines] = message.split("\n");
  if (!subject.startsWith(SUBJECT)) return null;
  const host = subject.slice(SUBJECT.length).replace(" [skip ci]", "").trim();
  return host === "" ? null : { host, runs: lines.map((line) => line.trim()).filter((line) => line !== "") };
}

/** The last beat of a host that this clone knows of: its commit and date; null when there is none. */
export async function lastBeat(
  git: Git,
  authority: Authority,
  host: string,
): Promise<{ oid: string; at: number } | null> {
  const commit = await git.readCommit(authority.hostRef(host));
  return commit && { oid: commit.oid, at: commit.at };
}

/** The next beat as a ref update, to travel with whatever else is pushed, such as a claim. */
export async function prepareBeat(
  { git, authority, clock }: BeatDoors,
  beat: Beat,
  identity: Identity,
): Promise<RefUpdate> {
  const last = await lastBeat(git, authority, beat.host);
  const commit = await git.writeCommit({
    tree: await git.writeTree([]),
    parents: last === null ? [] : [last.oid],
    message: printMessageFor(authority, beat),
    author: identity,
    committer: identity,
    at: clock.now(),
  });
  return { name: authority.hostRef(beat.host), new: commit, old: last?.oid ?? null };
}

/** Writes a beat by itself. */
export async function writeBeat(doors: BeatDoors, beat: Beat, identity: Identity): Promise<SwapOutcome> {
  return doors.authority.swap([await prepareBeat(doors, beat, identity)]);
}

/** Among the branches every push would start a build. */
function printMessageFor(authority: Authority, beat: Beat): string {
  const message = printBeat(beat);
  return authority.names.prefix === "refs/mission" ? message : message.replace(/\n/, " [skip ci]\n");
}
