/** What the simulation found in the engine, each as small as it could be made. */

import { expect, test } from "vitest";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords, type LedgerContext } from "../../src/repo/ledger.ts";
import { appendReports } from "../../src/repo/ledger-reports.ts";
import { minutesSoFar } from "../../src/runner/report.ts";
import { startPatrol } from "../../src/runner/watch/patrol.ts";
import { fixedRandom } from "../helpers/random.ts";
import { addRepository, makeDisk } from "./git/disk.ts";
import { openMemoryGit, type RemoteFate } from "./git/memory-git.ts";
import { type MemoryRepository, makeRepository, makeStore } from "./git/repository.ts";

const store = makeStore();

/** A host with an empty clone of a remote that answers its calls as told. */
function aHost(name: string, remote: MemoryRepository, fates: Partial<Record<string, RemoteFate>> = {}): LedgerContext {
  const disk = makeDisk();
  const repository = addRepository(disk, store, { gitDir: `/${name}/.git`, bare: false });
  repository.config.set("remote.origin.url", remote.gitDir);
  const git = openMemoryGit({
    disk,
    gitDir: repository.gitDir,
    network: new Map([[remote.gitDir, remote]]),
    outside: { step: async () => {}, remote: async (call) => fates[call] ?? "answered" },
    identity: null,
  });
  const authority = openAuthority(git, { remote: "origin", refPrefix: "refs/mission" });
  const clock = { now: () => 1_000_000, sleep: async () => {} };
  return { git, authority, clock, random: fixedRandom(), host: name, redact: (text) => text };
}

const comment = (body: string) => ({
  fact: { kind: "comment" as const, feature: null, mentions: [] },
  by: "run@here",
  homeTip: null,
  body,
  attachments: {},
});

test("A ledger that the remote lists and does not give yet keeps a report waiting and ends nothing", async () => {
  const remote = makeRepository(store, { gitDir: "/remote.git", bare: true });
  const other = aHost("other", remote);
  const begun = await appendRecords(other, "toy", [comment("one")], { expected: null });
  if (begun.kind !== "won") throw new Error(begun.reason);
  // One replica of the server lists the ledger, the one that is fetched from does not have its last record yet.
  const here = aHost("here", remote, { fetch: "stale" });
  await appendRecords(other, "toy", [comment("two")], { expected: begun.tip });
  expect((await appendReports(here, "toy", [comment("three")])).kind).toBe("unreachable");
});

test("A clock that is set back while a run goes on costs no time, and the report can be written", () => {
  const set = { now: () => 1_000, sleep: async () => {} };
  expect(minutesSoFar({ doors: { clock: set }, startedAt: 3_600_000 })).toBe(0);
});

test("A clock that is set back does not keep what looks after a run from looking", async () => {
  let now = 10_000_000;
  const looks: number[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => {
      now += looks.length === 1 ? -3_600_000 : ms;
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  const done = Promise.withResolvers<void>();
  const look = () => {
    looks.push(now);
    if (looks.length === 3) done.resolve();
  };
  const patrol = startPatrol(clock, [{ name: "markers", everyMs: 250, run: look }], () => {});
  await done.promise;
  await patrol.end();
});
