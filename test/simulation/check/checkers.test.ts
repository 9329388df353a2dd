/** Histories made by hand, a bad one for each thing that a checker is there to find, and a good one that it lets pass. */

import { describe, expect, test } from "vitest";
import type { Fact, LedgerRecord, RunEnded, Verdict } from "../../../src/model/record.ts";
import { checkBudget } from "./budget.ts";
import type { CommitFacts, MissionHistory } from "./history.ts";
import { checkKeptWork, checkWorkersCommits } from "./kept-work.ts";
import { checkLandings } from "./landings.ts";
import { checkLedgerLine } from "./ledger-line.ts";
import { checkReviews } from "./reviews.ts";
import { checkRuns } from "./runs.ts";
import { checkSignOffs } from "./sign-offs.ts";
import { checkFeatureSigning, checkSigning } from "./signing.ts";
import { checkSplices, checkTypedVersions, checkUnsavedFiles } from "./typed-bytes.ts";
import { checkVerdicts } from "./verdicts.ts";

const PULSE = { name: "pulse", email: "pulse@here" };
const ANNA = { name: "Anna", email: "anna@example.com" };
const USAGE = { costUsd: 1, costSource: "reported", tokensIn: 0, tokensOut: 0, tokensCached: 0, minutes: 1 } as const;

function records(...facts: readonly Fact[]): LedgerRecord[] {
  return facts.map((fact, index) => ({
    id: `record-${index}`,
    at: index,
    author: PULSE,
    by: "pulse@here",
    homeTip: null,
    body: "",
    fact,
  }));
}

const created: Fact = { kind: "created", format: 1, home: "mission/toy/home" };

function claim(run: string, feature = "a", reserveUsd = 2): Fact {
  return {
    kind: "claim",
    run,
    runKind: "work",
    about: { kind: "feature", feature },
    attempt: 1,
    spec: "s",
    base: "base",
    head: null,
    host: "here",
    nonce: run,
    reserveUsd,
    reserveMinutes: 30,
    reserveTokens: 0,
    ttlMs: 1,
  };
}

function end(run: string, given: Partial<RunEnded> = {}): Fact {
  return {
    kind: "run-ended",
    run,
    outcome: "delivered",
    head: `head-of-${run}`,
    until: null,
    usage: USAGE,
    runtime: null,
    program: null,
    model: null,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
    ...given,
  };
}

function landed(feature = "a", commit = "land-a"): Fact {
  return { kind: "landed", feature, run: "a-1", spec: "s", commit, codeTree: "code-a" };
}

function verdict(result: Verdict["result"], codeTree: string): Fact {
  const about = { kind: "features" as const, features: [{ feature: "a", head: "head-of-a-1" }] };
  const judged = { about, codeTree, base: "base", baseCodeTree: "code-0", result };
  return {
    kind: "verdict",
    run: null,
    of: "gate",
    ...judged,
    byRuntime: null,
    checks: [],
    assertions: [],
    override: null,
  };
}

function commit(oid: string, codeTree: string, given: Partial<CommitFacts> = {}): CommitFacts {
  const whole = { tree: oid, parents: ["before"], author: PULSE, committer: PULSE, at: 0, message: `${oid}\n` };
  return { oid, codeTree, ...whole, ...given };
}

const landing = commit("land-a", "code-a", {
  message: "Feature a\n\nMission: toy/a\nMission-Run: a-1\nMission-Head: head-of-a-1\n",
});
const first = commit("first", "code-0", { committer: ANNA });

function mission(given: Partial<MissionHistory> = {}): MissionHistory {
  const facts = [created, claim("a-1"), end("a-1"), verdict("passed", "code-a"), landed()];
  const whole = { id: "toy", homeBranch: "mission/toy/home", ledger: [], changes: [] };
  return { ...whole, records: records(...facts), home: [first, landing], ...given };
}

const same = { isRewritten: false, isAncestor: (one: string, other: string) => one === other };

describe("Runs", () => {
  test("that follow one another are well", () => {
    expect(checkRuns(records(created, claim("a-1"), end("a-1"), claim("a-2"), claim("b-1", "b")))).toEqual([]);
    expect(checkRuns(records(claim("a-1"), end("a-1", { outcome: "lost" }), end("a-1")))).toEqual([]);
  });

  test.each([
    ["two live ones of a feature", [claim("a-1"), claim("a-2")], /while a-1 had a/],
    ["one that is claimed twice", [claim("a-1"), end("a-1"), claim("a-1")], /claimed twice/],
    ["one that ends twice", [claim("a-1"), end("a-1"), end("a-1")], /ended 2 times/],
    [
      "one that was lost and ends three times",
      [claim("a-1"), end("a-1", { outcome: "lost" }), end("a-1"), end("a-1")],
      /3/,
    ],
    ["one that nobody claimed", [end("a-1")], /never claimed/],
  ])("%s is found", (_what, facts, words) => {
    expect(checkRuns(records(...facts)).join()).toMatch(words);
  });
});

describe("Landings", () => {
  test("of what a run delivered are well, also again after a retry", () => {
    expect(checkLandings(mission(), same)).toEqual([]);
    const retry: Fact = { kind: "control", target: "toy/a", action: "retry" };
    const facts = [created, claim("a-1"), end("a-1"), landed(), retry, landed()];
    expect(checkLandings(mission({ records: records(...facts) }), same)).toEqual([]);
  });

  test("twice are found", () => {
    const facts = [created, claim("a-1"), end("a-1"), landed(), landed()];
    expect(checkLandings(mission({ records: records(...facts) }), same)).toEqual(["a landed twice"]);
  });

  test("of another mission on the same home are not held against this one", () => {
    const [other] = [{ ...landing, message: landing.message.replace("toy/a", "tool/a").replace("of-a-1", "of-t-1") }];
    expect(checkLandings(mission({ home: [first, landing, other] }), same)).toEqual([]);
  });

  test("that are not on home are found", () => {
    const [fault] = checkLandings(mission({ home: [first] }), same);
    expect(fault).toMatch(/not on home/);
  });

  test("of what a run brought after its claim was taken from it are found", () => {
    const facts = [created, claim("a-1"), end("a-1", { outcome: "lost", head: null }), end("a-1"), landed()];
    expect(checkLandings(mission({ records: records(...facts) }), same).join()).toMatch(
      /no run of a delivered in time/,
    );
  });

  test("of a run that found nothing to do stand by home as it was, whatever the run went on from", () => {
    const judged = (head: string) => {
      const about = { kind: "features" as const, features: [{ feature: "a", head }] };
      const work = { ...claim("a-1"), head: "kept" } as Fact;
      const facts = [created, work, end("a-1", { outcome: "nothing-to-do", head: null })];
      const gate = { ...claim("gate-1"), runKind: "gate", about } as Fact;
      return checkLandings(mission({ records: records(...facts, gate), home: [first] }), same);
    };
    expect(judged("base")).toEqual([]);
    expect(judged("kept").join()).toMatch(/delivered in time/);
  });

  test("are found before they are made, where work is judged that came too late", () => {
    const about = { kind: "features" as const, features: [{ feature: "a", head: "head-of-a-1" }] };
    const gate = { ...claim("gate-1"), runKind: "gate", about } as Fact;
    const judged = (...ends: readonly Fact[]) =>
      checkLandings(mission({ records: records(created, claim("a-1"), ...ends, gate), home: [first] }), same);
    expect(judged(end("a-1"))).toEqual([]);
    expect(judged(end("a-1", { outcome: "lost", head: null }), end("a-1")).join()).toMatch(/delivered in time/);
  });
});

describe("Code on home", () => {
  test("that a crash kept from the ledger is left to the next pulse, where the history was cut at any moment", () => {
    const unrecorded = mission({ records: records(created) });
    const tips = { all: new Set(["land-a"]), unseen: new Set(["land-a"]) };
    expect(checkVerdicts([unrecorded], tips)).toEqual([]);
    expect(checkVerdicts([unrecorded])).toHaveLength(1);
    expect(checkVerdicts([unrecorded], { ...tips, unseen: new Set() })).toHaveLength(1);
    const later = commit("later", "code-a", { committer: ANNA });
    const goneOn = { ...unrecorded, home: [first, landing, later] };
    expect(checkVerdicts([goneOn], tips)).toEqual([]);
    expect(checkVerdicts([goneOn], { ...tips, unseen: new Set() })).toHaveLength(1);
  });

  test("that passed as that tree is well, and so is the inside of a chain", () => {
    expect(checkVerdicts([mission()])).toEqual([]);
    const inside = commit("land-b", "code-ab", { message: "Feature b\n\nMission-Head: head-of-b-1\n" });
    const chained = mission({
      home: [first, landing, inside],
      records: records(created, verdict("passed", "code-ab"), landed(), landed("b", "land-b")),
    });
    expect(checkVerdicts([chained])).toEqual([]);
  });

  test.each(["failed", "conflict", "inconclusive"] as const)("with a verdict of %s is found", (result) => {
    expect(checkVerdicts([mission({ records: records(created, verdict(result, "code-a")) })]).join()).toMatch(
      /no gate/,
    );
  });

  test("that passed as another tree is found", () => {
    expect(checkVerdicts([mission({ records: records(created, verdict("passed", "code-b")) })])).toHaveLength(1);
  });
});

describe("The default branch", () => {
  const merge = commit("merge", "code-a", { parents: ["main", "land-a"], message: "Merge\n\nMission: toy/first\n" });
  const asked: Fact = { kind: "asked", ask: "sign-off", about: "first", risk: null, boundTo: "land-a", expires: null };
  const answered = (decision: "approved" | "denied", boundTo = "land-a"): Fact => ({
    kind: "answered",
    ask: 1,
    decision,
    boundTo,
  });
  const history = (...facts: readonly Fact[]) => ({
    missions: [mission({ records: records(created, ...facts) })],
    defaultName: "main",
    defaultBranch: [first, merge],
  });

  test("takes what a person signed", () => {
    expect(checkSigning(history(asked, answered("approved")))).toEqual([]);
  });

  test.each([
    ["nobody was asked", []],
    ["nobody answered", [asked]],
    ["a person said no", [asked, answered("denied")]],
    ["a person signed something else", [asked, answered("approved", "another")]],
  ])("with a merge where %s is found", (_what, facts) => {
    expect(checkSigning(history(...facts)).join()).toMatch(/nobody signed/);
  });

  test("A feature that lands without its own signature is found", () => {
    expect(checkFeatureSigning(mission(), "mission")).toEqual([]);
    expect(checkFeatureSigning(mission(), "feature").join()).toMatch(/nobody signed/);
    const own: Fact = { ...asked, about: "a", boundTo: "s head-of-a-1" };
    const signed = records(created, own, answered("approved", "s head-of-a-1"));
    expect(checkFeatureSigning(mission({ records: signed }), "feature")).toEqual([]);
  });
});

describe("Signatures", () => {
  const validated = (milestone: string, base: string, codeTree = "code-a"): Fact => ({
    ...(verdict("passed", codeTree) as Verdict),
    of: "validate",
    about: { kind: "milestone", milestone },
    base,
  });
  const asked = (about: string, boundTo: string): Fact => {
    return { kind: "asked", ask: "sign-off", about, risk: null, boundTo, expires: null };
  };
  const yes = (ask: number, boundTo: string): Fact => ({ kind: "answered", ask, decision: "approved", boundTo });
  const no = (ask: number, boundTo: string): Fact => ({ kind: "answered", ask, decision: "denied", boundTo });
  const completed: Fact = { kind: "completed", commit: "end", costUsd: 0, minutes: 0, tokens: 0 };
  const milestones = [
    { id: "first", features: ["a"] },
    { id: "second", features: ["b"] },
  ];
  const check = (signOff: "mission" | "milestone" | "feature", facts: readonly Fact[], count = 2) =>
    checkSignOffs({
      mission: "toy",
      records: records(created, ...facts),
      planAt: () => ({ signOff, milestones: milestones.slice(0, count) }),
    });
  const first = [landed(), validated("first", "h1"), asked("first", "h1")];

  test("that were given are enough: of each milestone, of the end, or of the same code", () => {
    const end = [validated("final", "h1"), completed];
    expect(check("milestone", [...first, yes(1, "h1"), claim("b-1", "b")])).toEqual([]);
    expect(check("milestone", [...first, yes(1, "h1"), ...end], 1)).toEqual([]);
    expect(
      check("mission", [landed(), validated("final", "h1"), asked("final", "h1"), yes(1, "h1"), completed]),
    ).toEqual([]);
    expect(check("feature", [landed(), ...end])).toEqual([]);
    const held: Fact = { kind: "control", target: "toy/first", action: "pause" };
    expect(check("milestone", [held, claim("b-1", "b")])).toEqual([]);
  });

  test.each<[string, readonly Fact[]]>([
    ["nobody gave", first],
    ["was denied", [...first, no(1, "h1")]],
    ["was denied first", [...first, no(1, "h1"), yes(1, "h1")]],
    ["is for another commit", [landed(), validated("first", "h1"), asked("first", "h0"), yes(1, "h0")]],
    ["is older than what landed last", [...first, yes(1, "h1"), landed("a", "land-again")]],
  ])("of a milestone that %s are found when the next one begins", (_what, facts) => {
    expect(check("milestone", [...facts, claim("b-1", "b")]).join()).toMatch(/b-1 came before anybody signed/);
  });

  test.each<[string, "mission" | "milestone", readonly Fact[]]>([
    ["nobody gave", "mission", [landed(), validated("final", "h1")]],
    ["is for a milestone alone", "mission", [...first, yes(1, "h1"), validated("final", "h1")]],
    ["is for other code", "milestone", [...first, yes(1, "h1"), validated("final", "h2", "code-b")]],
    ["came too early", "mission", [asked("final", "h0"), yes(1, "h0"), landed(), validated("final", "h1")]],
  ])("of the end that %s are found", (_what, signOff, facts) => {
    expect(check(signOff, [...facts, completed], 1)).toEqual(["it is completed, and nobody signed the end"]);
  });
});

describe("A ledger", () => {
  const parents = new Map<string, readonly string[]>([
    ["one", []],
    ["two", ["one"]],
    ["side", ["one"]],
    ["merge", ["two", "side"]],
  ]);
  const move = (old: string | null, next: string | null, by = "host-1 pulse") =>
    checkLedgerLine(
      [{ at: 0, by, ref: "refs/mission/ledger/toy", old, new: next }],
      (oid) => parents.get(oid) ?? null,
      (who) => who === "Anna",
    );

  test("that grows is well, and a person may do what they like", () => {
    expect([...move(null, "two"), ...move("one", "two"), ...move("two", null, "Anna")]).toEqual([]);
  });

  test.each([
    ["is rewound", "two", "one"],
    ["goes another way", "two", "side"],
    ["is merged", "two", "merge"],
    ["is deleted", "two", null],
    ["begins anew", "two", "unknown"],
  ])("that %s is found", (_what, old, next) => {
    expect(move(old, next)).toHaveLength(1);
  });
});

describe("What must not be lost", () => {
  const moves = [{ at: 0, by: "host-1 run", ref: "refs/mission/in/a-1", old: null, new: "work" }];

  test("is found when nothing leads to it any more", () => {
    expect(checkKeptWork(moves, new Set(["work"]))).toEqual([]);
    expect(checkKeptWork(moves, new Set())).toHaveLength(1);
    expect(checkWorkersCommits([{ run: "a-1", oid: "work" }], new Set())).toHaveLength(1);
    const typed = { person: "Anna", path: "missions/toy/mission.md", blob: "text", commit: "edit" };
    expect(checkTypedVersions([typed], new Set(["text", "edit"]))).toEqual([]);
    expect(checkTypedVersions([typed], new Set(["text"]))).toHaveLength(1);
    expect(checkUnsavedFiles([{ path: "a.md", typed: "mine", now: "mine" }])).toEqual([]);
    expect(checkUnsavedFiles([{ path: "a.md", typed: "mine", now: null }])).toHaveLength(1);
  });

  test("A landing that changes more of a mission file than its status is found", () => {
    const change = { commit: "c", subject: "Feature a", status: "M", path: "missions/toy/milestones/01-first/a.md" };
    const before = "---\ntitle: A\nstatus: todo\n---\nText\n";
    const after = "---\ntitle: A\nstatus: done\n---\nText\n";
    expect(checkSplices([{ ...change, before, after }])).toEqual([]);
    expect(checkSplices([{ ...change, before, after: after.replace("Text", "Other") }])).toHaveLength(1);
    expect(checkSplices([{ ...change, status: "D", before, after: "" }])).toHaveLength(1);
    expect(
      checkSplices([
        { ...change, before, after },
        { ...change, path: "missions/toy/mission.md", before, after },
      ]),
    ).toHaveLength(1);
  });
});

describe("Reviewed work", () => {
  const review = (result: Verdict["result"], head = "head-of-a-1"): Fact => {
    const about = { kind: "features" as const, features: [{ feature: "a", head }] };
    return { ...verdict(result, "code-a"), of: "review", about } as Fact;
  };
  const gate = verdict("passed", "code-a");
  const asked: Fact = { kind: "asked", ask: "review", about: "a", risk: null, boundTo: "s head-of-a-1", expires: null };
  const yes: Fact = { kind: "answered", ask: 1, decision: "approved", boundTo: "s head-of-a-1" };

  test.each<[string, readonly Fact[]]>([
    ["a reviewer passed it", [gate, review("passed")]],
    ["a person passed what came to no verdict", [gate, review("inconclusive"), asked, yes]],
    ["the review of an older head ended late", [gate, review("passed"), review("failed", "older")]],
  ])("lands where %s", (_, facts) => {
    expect(checkReviews(records(created, ...facts, landed()))).toEqual([]);
  });

  test.each<[string, readonly Fact[]]>([
    ["nobody reviewed it", [gate]],
    ["its reviewer sent it back", [gate, review("passed"), review("failed")]],
    ["its reviewer passed another head", [gate, review("passed", "older")]],
    ["nobody answered", [gate, review("inconclusive"), asked]],
  ])("that lands where %s is found", (_, facts) => {
    expect(checkReviews(records(created, ...facts, landed()))).toHaveLength(1);
  });
});

describe("Money", () => {
  test("that is reserved to the cent is well", () => {
    expect(checkBudget(records(created, claim("a-1"), end("a-1"), claim("a-2")), () => 3)).toEqual({
      faults: [],
      wasReached: true,
    });
  });

  test("that a claim takes beyond the limit is found, with what others have reserved", () => {
    expect(checkBudget(records(created, claim("a-1"), claim("b-1", "b")), () => 3).faults).toHaveLength(1);
    expect(checkBudget(records(created, claim("a-1"), end("a-1"), claim("a-2")), () => 2.5).faults).toHaveLength(1);
  });

  test("that a run gives back is found", () => {
    const negative = end("a-1", { usage: { ...USAGE, costUsd: -5 } });
    expect(checkBudget(records(created, claim("a-1"), negative), () => null).faults).toHaveLength(1);
  });
});
