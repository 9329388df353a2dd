/** What the simulation found in the engine, each as small as it could be made. */

import { expect, test } from "vitest";
import type { RefUpdate } from "../../src/doors/git.ts";
import { readMerges } from "../../src/observe/merges.ts";
import { rememberAnswer } from "../../src/observe/remember-answer.ts";
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

type Fates = Partial<Record<"listRemote" | "fetch" | "push", RemoteFate | (() => Promise<RemoteFate>)>>;

/** A host with an empty clone of a remote that answers its calls as told. */
function aHost(name: string, remote: MemoryRepository, fates: Fates = {}): LedgerContext {
  const disk = makeDisk();
  const repository = addRepository(disk, store, { gitDir: `/${name}/.git`, bare: false });
  repository.config.set("remote.origin.url", remote.gitDir);
  const git = openMemoryGit({
    disk,
    gitDir: repository.gitDir,
    network: new Map([[remote.gitDir, remote]]),
    outside: {
      step: async () => {},
      async remote(call) {
        const fate = fates[call] ?? "answered";
        return typeof fate === "function" ? fate() : fate;
      },
    },
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

test("A ledger that moves between the look and the fetch never names a home commit that did not come along", async () => {
  const remote = makeRepository(store, { gitDir: "/remote.git", bare: true });
  const other = aHost("other", remote);
  const home = "refs/heads/mission/toy/home";
  const who = { name: "Anna", email: "anna@example.com" };
  const write = async (message: string, parents: readonly string[]) =>
    other.git.writeCommit({
      tree: await other.git.writeTree([]),
      parents,
      message,
      author: who,
      committer: who,
      at: 0,
    });
  const append = async (body: string, expected: string | null, refs: readonly RefUpdate[]) => {
    const outcome = await appendRecords(other, "toy", [comment(body)], { expected, refs });
    if (outcome.kind !== "won") throw new Error(outcome.reason);
    return outcome.tip;
  };
  const first = await write("first", []);
  const begun = await append("one", null, [{ name: home, new: first, old: null }]);
  const closing = await write("closing", [first]);
  let last = begun;
  let isFirst = true;
  const moves = async (): Promise<RemoteFate> => {
    if (!isFirst) last = await append("three", last, [{ name: home, new: closing, old: first }]);
    isFirst = false;
    return "answered";
  };
  const here = aHost("here", remote, { fetch: moves });
  await here.authority.refresh();
  last = await append("two", begun, []);
  // The look shows the ledger's second record and the home as it was; the third record comes with the fetch.
  await here.authority.refresh();
  expect((await here.git.listRefs(["refs/mission/ledger/toy"])).get("refs/mission/ledger/toy")).toBe(last);
  expect(await here.git.resolve(closing)).toBe(closing);
});

test("What a mirror that lags behind made a pulse believe does not stand as its answer", async () => {
  const remembered: unknown[] = [];
  const reached = { kind: "reachable", changed: false, rewound: [], vanished: [] };
  const here = "1".repeat(40);
  const answer = (unpublished: readonly string[], shown = here) =>
    rememberAnswer({
      doors: {
        git: { listRefs: async () => new Map([["refs/mission/ledger/other", here]]) },
        program: { build: "1" },
        quickLook: {
          listRemote: () => `${shown}\trefs/mission/ledger/other\n`,
          describeVariables: () => "",
          remember: (last: unknown) => void remembered.push(last),
        },
      },
      authority: {
        remote: "origin",
        stopRef: "refs/mission/stop",
        ledgerRef: (mission: string) => `refs/mission/ledger/${mission}`,
        hostRef: (host: string) => `refs/mission/host/${host}`,
        refresh: async () => ({ ...reached, unpublished: [] }),
      },
      snapshot: {
        now: 0,
        authority: { kind: "remote", remote: "origin", reachable: true, reason: null },
        defaultBranch: { name: "main" },
        repository: { config: { runtimes: [] } },
        unpublished,
        missions: [],
        localRuns: [],
      },
      state: { until: null, missions: [] },
      seen: "",
      outcomes: [],
    } as unknown as Parameters<typeof rememberAnswer>[0]);
  await answer(["toy"]);
  expect(remembered).toEqual([]);
  // One server said twice what is here, and the one that was asked for the text is ahead of it.
  await answer([], "2".repeat(40));
  expect(remembered).toEqual([]);
  await answer([]);
  expect(remembered).toHaveLength(1);
});

test("A closing commit that a person took off home by force keeps no host from looking at its missions", async () => {
  const here = aHost("here", makeRepository(store, { gitDir: "/remote.git", bare: true }));
  const completed = { fact: { kind: "completed", commit: "1".repeat(40) } };
  const mission = { id: "toy", ledger: { asks: [], merged: [], completed }, files: { milestones: [] } };
  const question = { doors: { git: here.git }, defaultBranch: "main" };
  type Asked = Parameters<typeof readMerges>;
  expect(await readMerges(question as unknown as Asked[0], mission as unknown as Asked[1], "2".repeat(40))).toEqual([]);
});
