/** What finished runs left is deleted on positive proof only, a few at a time, and when it is due. */

import { describe, expect, it } from "vitest";
import { deriveLeftovers } from "../../src/derive/leftovers.ts";
import { deriveFate, type WorkspaceState } from "../../src/derive/workspace-fate.ts";
import { LIMITS } from "../../src/model/limits.ts";
import type { LocalRun, RunRemains } from "../../src/model/run.ts";
import { aWorld, HOUR, NOON } from "../helpers/world.ts";

const FREE: WorkspaceState = {
  run: "over",
  makes: "work",
  closed: true,
  waiting: 0,
  owner: "dead",
  processes: "none",
  commits: "kept",
  files: "clean",
  salvage: "none",
  hidden: "none",
};

type Row = readonly [what: string, change: Partial<WorkspaceState>, fate: "delete" | "keep"];

const ROWS: readonly Row[] = [
  ["over, its commits kept, its files as committed", {}, "delete"],
  ["over, with other files that are saved whole", { files: "dirty", salvage: "whole" }, "delete"],
  ["over, with files of which a part is saved", { files: "dirty", salvage: "partial" }, "keep"],
  ["over, with files that are saved nowhere", { files: "dirty", salvage: "none" }, "keep"],
  ["over, clean beside an old salvage", { salvage: "partial" }, "delete"],
  ["over, its workspace gone", { files: "gone" }, "delete"],
  ["over, its workspace gone and its commits nowhere", { files: "gone", commits: "missing" }, "keep"],
  ["over, its workspace gone and its commits here only", { files: "gone", commits: "local" }, "keep"],
  ["over without a commit", { commits: "none" }, "delete"],
  ["over without a commit, with saved files", { commits: "none", files: "dirty", salvage: "whole" }, "delete"],
  ["over without a commit, with files that are not saved", { commits: "none", files: "dirty" }, "keep"],
  ["over, its commits here and not on the remote", { commits: "local" }, "keep"],
  ["over, its commits here only, its files saved", { commits: "local", files: "dirty", salvage: "whole" }, "keep"],
  ["over, its commits on no ref", { commits: "missing" }, "keep"],
  ["over, the remote silent", { commits: "unknown" }, "keep"],
  ["over, its files unreadable", { files: "unreadable" }, "keep"],
  ["over, its files unreadable beside a salvage", { files: "unreadable", salvage: "whole" }, "keep"],
  ["over, a git repository inside it", { hidden: "repositories" }, "keep"],
  ["over, files that its own rules hide", { hidden: "files", files: "dirty", salvage: "whole" }, "keep"],
  ["over, more in it than was looked at", { hidden: "unknown" }, "keep"],
  ["over, its workspace gone with what it hid", { files: "gone", hidden: "unknown" }, "delete"],
  ["a judge that is over, with repositories in it", { makes: "nothing", hidden: "repositories" }, "delete"],
  ["over, a process of it alive", { processes: "some" }, "keep"],
  ["over, a process of it alive and everything saved", { processes: "some", files: "dirty", salvage: "whole" }, "keep"],
  ["over, whether a process lives not told", { processes: "unknown" }, "keep"],
  ["over, its runner alive", { owner: "alive" }, "keep"],
  ["over, its runner alive and not closed", { owner: "alive", closed: false }, "keep"],
  ["over, its runner in another container", { owner: "foreign" }, "keep"],
  ["over, a report waiting", { waiting: 1 }, "keep"],
  ["over, a report waiting and not closed", { waiting: 2, closed: false }, "keep"],
  ["over and not closed", { closed: false }, "keep"],
  ["open, its runner alive", { run: "open", owner: "alive", closed: false }, "keep"],
  ["open, its runner dead", { run: "open", closed: false }, "keep"],
  ["open, its runner dead and closed", { run: "open" }, "keep"],
  ["open, its runner foreign", { run: "open", owner: "foreign", closed: false }, "keep"],
  ["open, its workspace gone", { run: "open", files: "gone", commits: "none" }, "keep"],
  ["its ledger not readable", { run: "unknown" }, "keep"],
  ["its ledger not readable, its workspace gone", { run: "unknown", files: "gone", commits: "none" }, "keep"],
  ["its ledger not readable, everything kept", { run: "unknown", files: "dirty", salvage: "whole" }, "keep"],
  ["never claimed, nothing made", { run: "unclaimed", commits: "none" }, "delete"],
  ["never claimed, its work taken in", { run: "unclaimed" }, "delete"],
  ["never claimed, its work nowhere", { run: "unclaimed", commits: "missing" }, "keep"],
  ["never claimed, files not saved", { run: "unclaimed", commits: "none", files: "dirty" }, "keep"],
  ["never claimed, files saved", { run: "unclaimed", commits: "none", files: "dirty", salvage: "whole" }, "delete"],
  ["never claimed, its starter alive", { run: "unclaimed", owner: "alive", closed: false }, "keep"],
  ["never claimed and not closed", { run: "unclaimed", closed: false }, "keep"],
  ["never claimed, a process alive", { run: "unclaimed", processes: "some" }, "keep"],
  ["a judge that is over", { makes: "nothing", commits: "none", files: "dirty" }, "delete"],
  ["over, with work that holds a secret", { files: "secret", commits: "unknown" }, "keep"],
  ["a judge that is over, unreadable", { makes: "nothing", commits: "unknown", files: "unreadable" }, "delete"],
  ["a judge that is over, its check alive", { makes: "nothing", processes: "some" }, "keep"],
  ["a judge whose claim is open", { makes: "nothing", run: "open" }, "keep"],
  ["a judge of a ledger that can't be read", { makes: "nothing", run: "unknown" }, "keep"],
  ["a judge with a report that waits", { makes: "nothing", waiting: 1 }, "keep"],
];

describe("a workspace", () => {
  it.each(ROWS)("%s", (_, change, fate) => {
    expect(deriveFate({ ...FREE, ...change }).kind).toBe(fate);
  });

  it("is deleted in no state of all that there are but those that are proven free", () => {
    let deleted = 0;
    for (const state of everyState()) {
      if (deriveFate(state).kind === "keep") continue;
      deleted += 1;
      if (!isProven(state)) expect.fail(JSON.stringify(state));
    }
    expect(deleted).toBe([...everyState()].filter(isProven).length);
  });

  it("that is kept says why, and a step wherever a person can take one", () => {
    const told = new Map<string, string | null>();
    for (const state of everyState()) {
      const fate = deriveFate(state);
      if (fate.kind === "keep") told.set(fate.because, fate.next);
    }
    expect(Object.fromEntries(told)).toEqual(STEPS);
  });

  it("that is kept for something else than a silent remote is not told to wait for the remote", () => {
    const misled = [...everyState()].filter((state) => {
      const fate = deriveFate(state);
      return fate.kind === "keep" && fate.next?.includes("remote answers") && !isRemoteSilent(state);
    });
    expect(misled).toEqual([]);
  });

  it("that is kept leaves a person without a step only while something of it lives or may live", () => {
    const stuck = [...everyState()].filter((state) => {
      const fate = deriveFate(state);
      return fate.kind === "keep" && fate.next === null && state.owner !== "alive" && state.processes !== "unknown";
    });
    expect(stuck).toEqual([]);
  });
});

const BY_HAND = "copy what you want to keep out of its workspace, delete it, then mission clean";

/** Each reason with its step. */
const STEPS: Readonly<Record<string, string | null>> = {
  "it runs": null,
  "its claim is open": "mission pulse",
  "its ledger can't be read here": "mission doctor",
  "1 report waits to be recorded": "mission pulse",
  "its process is about to end": null,
  "its process lives": null,
  "whether its process lives can't be seen from here": "mission clean where it ran",
  "it was not closed": "mission pulse",
  "a process is at work in it, or a shell stands in it": "end that process",
  "whether a process is at work in it can't be seen here": null,
  "it holds a secret, so its work is on this machine only": BY_HAND,
  "what is in it can't be read": BY_HAND,
  "its work is not on the remote": "git push the ref that is named to the remote, then mission clean",
  "its work is on no ref": "mission doctor",
  "where its work is can't be told now": "mission clean, when the remote answers",
  "files of it changed since they were saved": "mission clean",
  "it has files that are saved nowhere": "mission clean",
  "it holds git repositories of its own, which are saved nowhere": BY_HAND,
  "it has files that are saved nowhere, since the run itself made git ignore them": BY_HAND,
  "whether all its files are saved can't be told": BY_HAND,
};

function isRemoteSilent({ commits, files }: WorkspaceState): boolean {
  return commits === "unknown" && files !== "unreadable" && files !== "secret";
}

/** Written apart from the rule: the design's sentence as one expression. */
function isProven(state: WorkspaceState): boolean {
  const { run, makes, closed, waiting, owner, processes, commits, files, salvage, hidden } = state;
  const isOver = (run === "over" || run === "unclaimed") && closed && waiting === 0;
  const isAlone = owner === "dead" && processes === "none";
  const isSeen = files === "gone" || (files !== "unreadable" && files !== "secret" && hidden === "none");
  const isKept = (commits === "kept" || commits === "none") && isSeen && !(files === "dirty" && salvage !== "whole");
  return isOver && isAlone && (makes === "nothing" || isKept);
}

function* everyState(): Generator<WorkspaceState> {
  for (const run of ["open", "over", "unclaimed", "unknown"] as const)
    for (const makes of ["work", "nothing"] as const)
      for (const closed of [true, false])
        for (const waiting of [0, 1])
          for (const owner of ["alive", "dead", "foreign"] as const)
            for (const processes of ["none", "some", "unknown"] as const)
              for (const commits of ["none", "kept", "local", "missing", "unknown"] as const)
                for (const files of ["clean", "dirty", "unreadable", "secret", "gone"] as const)
                  for (const salvage of ["whole", "partial", "none"] as const)
                    for (const hidden of ["none", "repositories", "files", "unknown"] as const)
                      yield { run, makes, closed, waiting, owner, processes, commits, files, salvage, hidden };
}

const REMAINS: RunRemains = { workspace: true, closedAt: NOON, bytes: 1000, keptUntil: null };

function overRun(remains: Partial<RunRemains> = {}, name = "schema-1"): LocalRun {
  const world = aWorld().withFeature("schema").withLocalRun(name, { owner: "dead" });
  const [run] = world.snapshot().localRuns;
  if (!run) throw new Error("no run");
  return { ...run, closed: true, waiting: 0, remains: { ...REMAINS, ...remains } };
}

const leftoversAt = (now: number, ...localRuns: LocalRun[]) => deriveLeftovers({ now, localRuns, missions: [] }, []);

describe("what is due", () => {
  it("a workspace goes an hour after its run, and until then the state says when", () => {
    expect(leftoversAt(NOON + HOUR - 1, overRun())).toEqual({ due: [], until: NOON + HOUR });
    expect(leftoversAt(NOON + HOUR, overRun())).toMatchObject({
      due: [{ run: "schema-1", what: "workspace" }],
      until: null,
    });
  });

  it("what was never claimed goes as a workspace does, also while its feature is open", () => {
    const { missions } = aWorld()
      .withFeature("schema")
      .after((it) => it.failed("schema"))
      .snapshot();
    const dueAt = (name: string) =>
      deriveLeftovers({ now: NOON + HOUR, localRuns: [overRun({ workspace: false }, name)], missions }, []);
    expect(dueAt("schema-2").due).toMatchObject([{ run: "schema-2", what: "folder" }]);
    expect(dueAt("schema-1").due).toEqual([]);
  });

  it("what could not be proven free is looked at again some hours later", () => {
    const keptUntil = NOON + 6 * HOUR;
    expect(leftoversAt(NOON + 2 * HOUR, overRun({ keptUntil }))).toEqual({ due: [], until: keptUntil });
    expect(leftoversAt(keptUntil, overRun({ keptUntil })).due).toHaveLength(1);
  });

  it("output and events stay for two weeks", () => {
    const folder = overRun({ workspace: false });
    expect(leftoversAt(NOON + 13 * 24 * HOUR, folder).due).toEqual([]);
    expect(leftoversAt(NOON + 14 * 24 * HOUR, folder).due).toMatchObject([{ what: "folder" }]);
  });

  it("beyond the space for all of them the oldest go first", () => {
    const bytes = LIMITS.runFoldersBytes / 2;
    const runs = ["a-1", "b-1", "c-1"].map((name, index) =>
      overRun({ workspace: false, bytes, closedAt: NOON + index }, name),
    );
    expect(leftoversAt(NOON + 10, ...runs).due.map(({ run }) => run)).toEqual(["a-1"]);
  });

  it("nothing of a run that is not closed, or whose reports wait, is looked at", () => {
    const run = overRun();
    const far = NOON + 1000 * HOUR;
    expect(leftoversAt(far, { ...run, closed: false })).toEqual({ due: [], until: null });
    expect(leftoversAt(far, { ...run, waiting: 1 })).toEqual({ due: [], until: null });
    expect(leftoversAt(far, { ...run, owner: "alive" })).toEqual({ due: [], until: null });
  });
});
