/** The look of one clone in memory, with what an idle pulse asks before anything else. */

import type { LastAnswer, QuickLook } from "../../../src/doors/quick-look.ts";
import type { Host } from "../world/host.ts";
import { WatchedRefs } from "../world/journal.ts";
import type { StateDisk } from "./state-disk.ts";

export interface QuickLookDoors {
  host: Host;
  disk: StateDisk;
  /** Refs of this clone and what HEAD names. */
  refs(): ReadonlyMap<string, string>;
  head(): string | null;
  config(): ReadonlyMap<string, string>;
  /** Refs of a remote; null when it does not answer. */
  listRemote(name: string): { refs: ReadonlyMap<string, string>; head: string | null } | null;
  act(call: string): boolean;
}

const PREFIXES = ["refs/mission/ledger/", "refs/mission/host/", "refs/mission/stop", "refs/heads/", "refs/remotes/"];

export function openMemoryQuickLook(doors: QuickLookDoors): QuickLook {
  return {
    lookAround: () => lookAround(doors),
    listRemote: (remote) => printRemote(doors, remote),
    // Simulated machines have the same variables for ever.
    describeVariables: (names) => names.join(" "),
    remember(next) {
      const { disk } = doors;
      if (JSON.stringify(disk.lastAnswer) === JSON.stringify(next) || !doors.act("quickLook.remember")) return;
      disk.writes += 1;
      disk.lastAnswer = next;
    },
  };
}

/** Whether the last answer still stands. */
export function isMemoryUnchanged(doors: QuickLookDoors, build: string): boolean {
  const last = doors.disk.lastAnswer;
  if (last === null || last.build !== build) return false;
  if (last.until !== null && doors.host.now() >= last.until) return false;
  if (!last.openRuns.every((run) => isStillOpen(doors, run))) return false;
  if (lookAround(doors) !== last.seen) return false;
  return last.remote === null || printRemote(doors, last.remote) === last.remote.text;
}

function lookAround({ disk, refs, head, config }: QuickLookDoors): string {
  return [
    printRefs(refs(), "here", (name) => PREFIXES.some((prefix) => name.startsWith(prefix))),
    head() ?? "detached",
    ...[...config()].map(([key, value]) => `${key}=${value}`),
    [...disk.runs.keys()].sort().join(" "),
    disk.stopped ? "stopped" : "",
  ].join("\n");
}

function printRemote(
  { listRemote }: QuickLookDoors,
  { name, patterns }: { name: string; patterns: readonly string[] },
): string | null {
  const listed = listRemote(name);
  if (listed === null) return null;
  const isWanted = (ref: string) => patterns.some((pattern) => matches(pattern, ref));
  return `${listed.head ?? ""}\n${printRefs(listed.refs, patterns.join(), isWanted)}`;
}

/** Most looks see what the one before saw: what was printed is kept as long as no ref has moved. */
const printed = new WeakMap<object, { version: number; texts: Map<string, string> }>();

function printRefs(refs: ReadonlyMap<string, string>, question: string, isWanted: (ref: string) => boolean): string {
  const version = refs instanceof WatchedRefs ? refs.version : Number.NaN;
  let kept = printed.get(refs);
  if (kept?.version !== version) {
    kept = { version, texts: new Map() };
    printed.set(refs, kept);
  }
  const known = kept.texts.get(question);
  if (known !== undefined) return known;
  const lines = [...refs].filter(([ref]) => isWanted(ref)).map(([ref, oid]) => `${oid} ${ref}`);
  const text = lines.sort().join("\n");
  kept.texts.set(question, text);
  return text;
}

function matches(pattern: string, ref: string): boolean {
  return pattern.endsWith("*") ? ref.startsWith(pattern.slice(0, -1)) : ref === pattern;
}

function isStillOpen({ host, disk }: QuickLookDoors, { run, pid, startedAt }: LastAnswer["openRuns"][number]): boolean {
  const found = disk.runs.get(run);
  if (found === undefined || found.closed || found.reports.length > 0) return false;
  return host.identify(pid)?.startedAt === startedAt;
}
