/** What must hold for any records in any order, also those that no program of ours would write. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { deriveState } from "../../src/derive/state.ts";
import type { Decision } from "../../src/model/decision.ts";
import type { FeatureFileStatus, MissionFileStatus, Risk, SignOff } from "../../src/model/documents.ts";
import { type About, type Fact, OUTCOMES } from "../../src/model/record.ts";
import type { LocalRun } from "../../src/model/run.ts";
import type { MissionSnapshot, Snapshot } from "../../src/model/snapshot.ts";
import { aWorld, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";
import { claimFact, endFact, landedFact, verdictFact } from "../helpers/world-facts.ts";

const FEATURES = ["a", "b", "c", "d"];
const id = fc.constantFrom(...FEATURES);
const run = fc.constantFrom("r1", "r2", "r3", "r4", "r5", "r6");
const head = fc.constantFrom("h1", "h2", "home-0");
const spec = fc.constantFrom("spec-a", "spec-b", "spec-c", "spec-d", "other");
const milestone = fc.constantFrom("foundation", "next", "final");
const tree = fc.constantFrom("code-0", "code-1");
const usd = fc.constantFrom(0, 1, 7, 30);
const host = fc.constantFrom("anna", "ben");
const result = fc.constantFrom(
  "passed" as const,
  "failed" as const,
  "conflict" as const,
  "inconclusive" as const,
  "unchecked" as const,
);
const judged = fc.constantFrom("passed" as const, "failed" as const, "inconclusive" as const);
const print = fc.constantFrom(null, "aa11", "bb22");

const about: fc.Arbitrary<About> = fc.oneof(
  fc.record({ kind: fc.constant("feature" as const), feature: id }),
  fc.record({
    kind: fc.constant("features" as const),
    features: fc.array(fc.record({ feature: id, head }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("milestone" as const), milestone }),
  fc.record({ kind: fc.constant("follow" as const), head }),
  fc.record({ kind: fc.constant("sign" as const), milestone, head }),
  fc.constant({ kind: "mission" as const }),
);

const runKind = fc.constantFrom(
  "work" as const,
  "work" as const,
  "gate" as const,
  "validate" as const,
  "review" as const,
);

const claim = fc
  .record({
    run,
    about,
    runKind,
    spec,
    host,
    attempt: fc.nat(5),
    head: fc.option(head, { nil: null }),
    reserveUsd: usd,
    reserveMinutes: usd,
    reserveTokens: usd,
  })
  .map(({ run: name, about: what, ...given }) => claimFact(name, what, given));
const work = fc
  .record({ run, feature: id, host, reserveUsd: usd })
  .map(({ run: name, feature, ...given }) =>
    claimFact(name, { kind: "feature", feature }, { ...given, spec: `spec-${feature}` }),
  );
const end = fc
  .record({
    run,
    outcome: fc.constantFrom(...OUTCOMES),
    head: fc.option(head, { nil: null }),
    fingerprint: print,
    until: fc.constantFrom(null, 0, 1_800_000_000_000),
    runtime: fc.constantFrom(null, "mine"),
    usage: fc.record({ costUsd: usd, minutes: usd, tokensIn: usd }),
    outsidePaths: fc.constantFrom([], ["x.ts"]),
  })
  .map(({ run: name, ...given }) => endFact(name, given));
const verdict = fc
  .record({
    about,
    of: fc.constantFrom("gate" as const, "review" as const, "validate" as const),
    result,
    base: fc.constantFrom("home-0", "home-1"),
    baseCodeTree: tree,
    codeTree: tree,
    checks: fc
      .constantFrom([], ["npm test"])
      .chain((labels) =>
        fc.tuple(
          ...labels.map((label) => fc.record({ result: judged, label: fc.constant(label), fingerprint: print })),
        ),
      ),
    assertions: fc.array(fc.record({ result: judged, id: fc.constantFrom("VAL-A-001"), fingerprint: print }), {
      maxLength: 1,
    }),
    override: fc.constantFrom(null, null, "why"),
  })
  .map(({ about: what, ...given }) => verdictFact(what, given));
const bound = fc.oneof(
  fc.tuple(spec, head).map((parts) => parts.join(" ")),
  fc.tuple(spec, head, fc.constantFrom("green", "red")).map((parts) => parts.join(" ")),
  fc.constantFrom("home-0", "usd 20", "r3"),
);
const asked = fc.record({
  kind: fc.constant("asked" as const),
  ask: fc.constantFrom(
    "question",
    "approval",
    "sign-off",
    "budget",
    "override",
    "follow",
    "merge",
    "stale",
    "manual",
    "deadline",
  ),
  about: fc.option(fc.oneof(id, milestone), { nil: null }),
  risk: fc.constant(null),
  boundTo: bound,
  expires: fc.constant(null),
});
const answered = fc.record({
  kind: fc.constant("answered" as const),
  ask: fc.integer({ min: 0, max: 5 }),
  decision: fc.constantFrom("approved", "denied", "answer"),
  boundTo: bound,
});
const control = fc.record({
  kind: fc.constant("control" as const),
  target: fc.constantFrom("crm", "crm/a", "crm/b", "crm/foundation", "agent:coder", "host:anna", "r1"),
  action: fc.constantFrom("pause", "resume", "stop", "quarantine", "retry"),
});
const blocked = fc.record({
  kind: fc.constant("blocked" as const),
  thing: fc.option(fc.oneof(id, milestone), { nil: null }),
  reason: fc.constantFrom("home-refused", "merge-refused", "setup"),
});
const rest: fc.Arbitrary<Fact> = fc.oneof(
  id.map((feature) => landedFact(feature)),
  fc.constant({ kind: "created" as const, format: 1, home: "mission/crm/home" }),
  fc.record({
    kind: fc.constant("comment" as const),
    feature: fc.option(id, { nil: null }),
    mentions: fc.constant([]),
  }),
  fc.record({ kind: fc.constant("merged" as const), milestone, head, commit: head }),
  fc.record({ kind: fc.constant("amended" as const), commit: head, because: fc.constant("") }),
);
const anyFact: fc.Arbitrary<Fact> = fc.oneof(work, end, verdict, claim, asked, answered, control, blocked, rest);

/** Work that was delivered, mostly gated on the code that home has, and perhaps approved. */
const delivery = fc
  .record({
    feature: id,
    number: fc.nat(99),
    judgement: fc.constantFrom("passed" as const, "passed" as const, "failed" as const, "inconclusive" as const, null),
    word: fc.constantFrom("approved" as const, "approved" as const, "denied" as const, null),
    ask: fc.constantFrom("approval" as const, "sign-off" as const, "override" as const),
    risk: fc.constantFrom("green", "red"),
    baseCodeTree: fc.constantFrom("code-0", "code-0", "code-0", "code-1"),
    outsidePaths: fc.constantFrom([], [], ["x.ts"]),
  })
  .map(({ feature, number, judgement, word, ask, risk, baseCodeTree, outsidePaths }): Fact[] => {
    const name = `${feature}-${number}`;
    const commit = `h-${number}`;
    const checks = judgement === null ? [] : [{ result: judgement, label: "npm test", fingerprint: null }];
    const chain = { kind: "features" as const, features: [{ feature, head: commit }] };
    const boundTo = [`spec-${feature}`, commit, ...(ask === "override" ? [] : [risk])].join(" ");
    return [
      claimFact(name, { kind: "feature", feature }, { spec: `spec-${feature}` }),
      endFact(name, { head: commit, outsidePaths }),
      ...(judgement ? [verdictFact(chain, { result: judgement, checks, baseCodeTree })] : []),
      ...(word ? [{ kind: "asked" as const, ask, about: feature, risk, boundTo, expires: null }] : []),
      // Answers the first ask: later ones stay open.
      ...(word ? [{ kind: "answered" as const, ask: 1, decision: word, boundTo }] : []),
    ];
  });

const landing = id.map((feature): Fact[] => [landedFact(feature)]);
const facts = fc
  .array(
    fc.oneof({ arbitrary: delivery, weight: 3 }, landing, { arbitrary: anyFact.map((fact) => [fact]), weight: 4 }),
    {
      maxLength: 16,
    },
  )
  .map((parts) => parts.flat());

/** Mostly the first. */
function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight: 4 * others.length }, fc.constantFrom(...others));
}

const files = fc.record({
  mode: mostly<"poc" | "full">("full", "poc"),
  status: mostly<MissionFileStatus>("active", "paused", "planning", "cancelled", "completed"),
  signOff: fc.constantFrom<SignOff>("feature", "milestone", "mission"),
  usd: fc.constantFrom(null, 0, 20, 100),
  parallel: fc.constantFrom(null, 1, 3),
  statuses: fc.tuple(...FEATURES.map(() => mostly<FeatureFileStatus>("todo", "done", "cancelled", "hold"))),
  risks: fc.tuple(...FEATURES.map(() => fc.constantFrom<Risk>("green", "red"))),
  depends: fc.tuple(...FEATURES.map(() => mostly<readonly string[]>([], ["a"], ["b"], ["nobody"]))),
  scope: fc.boolean(),
  ledger: mostly<MissionSnapshot["ledgerState"]>("ok", "newer", "rewound", "none"),
  obstacle: mostly<string | null>(null, "a rebase"),
  follow: mostly<string | null>(null, "code-0", "code-1", "conflict"),
  stopped: mostly(false, true),
  local: fc.array(
    fc.record({
      run,
      owner: fc.constantFrom<LocalRun["owner"]>("alive", "dead", "foreign"),
      waiting: fc.nat(1),
      closed: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  candidate: mostly<Readonly<Record<string, string>>>({}, { a: "h2" }),
});

type Given = typeof files extends fc.Arbitrary<infer T> ? T : never;

function makeWorld(given: Given, history: readonly Fact[]): World {
  const budget = given.usd === null ? ("none" as const) : { usd: given.usd, hours: null, tokens: 100, alertAt: [50] };
  const world = aWorld({
    mode: given.mode,
    status: given.status,
    signOff: given.signOff,
    parallel: given.parallel,
    budget,
  });
  for (const [index, name] of FEATURES.entries()) {
    if (index === 3) world.withMilestone("next", { fulfills: ["VAL-A-001"] });
    const scope = given.scope ? [index % 2 === 0 ? "src/**" : `docs/${name}`] : [];
    world.withFeature(name, {
      status: given.statuses[index] ?? "todo",
      risk: given.risks[index] ?? "green",
      dependsOn: given.depends[index] ?? [],
      scope,
    });
  }
  world.withAssertion("VAL-A-001", bash("npm test")).withObstacle(given.obstacle);
  world.after((it) => {
    for (const fact of history) it.record(fact, "words");
  });
  for (const { run: name, ...local } of given.local) world.withLocalRun(name, local);
  const codeTree = given.follow === "conflict" ? null : given.follow;
  const follow =
    given.follow === null ? null : { defaultTip: "main-1", missionsChanged: true, codeTree, conflicts: [] };
  return world
    .withMissionFacts({ ledgerState: given.ledger, candidates: given.candidate, follow })
    .withFacts({ stopped: given.stopped })
    .later(60_000);
}

const RUNS = { numRuns: 1000 };

function forAnyWorld(check: (snapshot: Snapshot, decisions: readonly Decision[]) => void): void {
  fc.assert(
    fc.property(files, facts, (given, history) => {
      const snapshot = makeWorld(given, history).snapshot();
      check(snapshot, decide(deriveState(snapshot)));
    }),
    RUNS,
  );
}

const of = <K extends Decision["kind"]>(decisions: readonly Decision[], kind: K) =>
  decisions.filter((one): one is Extract<Decision, { kind: K }> => one.kind === kind);

test("deriving and deciding never throw, and the same snapshot gives the same", () => {
  forAnyWorld((snapshot, decisions) => {
    const before = structuredClone(snapshot);
    expect(decide(deriveState(snapshot))).toEqual(decisions);
    expect(snapshot).toEqual(before);
  });
});

test("no feature is dispatched that runs, is over, or is held", () => {
  forAnyWorld((snapshot, decisions) => {
    const state = deriveState(snapshot);
    for (const { feature: name } of of(decisions, "dispatch")) {
      const feature = state.missions[0]?.milestones
        .flatMap(({ features }) => features)
        .find((each) => each.id === name);
      expect(feature).toMatchObject({ status: "ready", live: null });
    }
  });
});

test("what runs reserve never exceeds what is left", () => {
  forAnyWorld((snapshot, decisions) => {
    const budget = deriveState(snapshot).missions[0]?.budget;
    const dispatches = of(decisions, "dispatch");
    if (!budget || dispatches.length === 0) return;
    const sum = (part: "usd" | "minutes" | "tokens") => dispatches.reduce((all, { reserve }) => all + reserve[part], 0);
    const { usd: money, tokens, day } = budget;
    const left =
      money.limit === null
        ? Number.POSITIVE_INFINITY
        : money.limit - money.reported - money.priced - money.assumed - money.reserved;
    expect(sum("usd")).toBeLessThanOrEqual(Math.min(left, day.limit - day.used));
    if (tokens.limit !== null) expect(sum("tokens")).toBeLessThanOrEqual(tokens.limit - tokens.spent - tokens.reserved);
  });
});

test("nothing runs together whose scopes overlap, or beyond the places of mission and host", () => {
  forAnyWorld((snapshot, decisions) => {
    const state = deriveState(snapshot);
    const started = of(decisions, "dispatch").map(({ feature }) => feature);
    const running = state.missions[0]?.milestones.flatMap(({ features }) => features).filter(({ live }) => live) ?? [];
    const limit = snapshot.missions[0]?.files.mission?.parallel ?? Number.POSITIVE_INFINITY;
    expect(started.length).toBeLessThanOrEqual(Math.max(0, Math.min(state.slots, limit - running.length)));
    const together = [...started, ...running.map(({ id: name }) => name)].filter((name) => {
      return snapshot.missions[0]?.files.features.find((each) => each.id === name)?.scope.includes("src/**");
    });
    // Two may run already, started before their scopes were edited; none is added.
    if (together.length > 1) expect(started.filter((name) => together.includes(name))).toEqual([]);
  });
});

test("home moves once a pulse and mission, and never under a checkout in the way", () => {
  forAnyWorld((snapshot, decisions) => {
    const moves = decisions.filter(({ kind }) => ["follow", "land", "fix", "complete"].includes(kind));
    expect(moves.length).toBeLessThanOrEqual(snapshot.missions[0]?.home?.obstacle ? 0 : 1);
  });
});

test("what lands was judged on the code that home has, or is a poc without checks", () => {
  forAnyWorld((snapshot, decisions) => {
    for (const { verdict: by, features } of of(decisions, "land")) {
      const mission = snapshot.missions[0];
      if (by === null) {
        expect(mission?.files.mission?.mode).toBe("poc");
        continue;
      }
      expect(by.fact.baseCodeTree).toBe(mission?.home?.codeTree);
      expect(by.fact.about).toEqual({ kind: "features", features });
      expect(["passed", "inconclusive"]).toContain(by.fact.result);
    }
  });
});

test("what needs a person's word lands only with one, for exactly this spec, head and risk", () => {
  forAnyWorld((snapshot, decisions) => {
    const mission = snapshot.missions[0];
    for (const { features } of of(decisions, "land")) {
      for (const { feature: name, head: commit } of features) {
        const document = mission?.files.features.find((each) => each.id === name);
        const isSigned = mission?.files.mission?.signOff === "feature";
        if (!document || (document.risk !== "red" && !isSigned)) continue;
        const word = mission?.ledger.asks.findLast(({ asked: { fact } }) => {
          return (
            fact.about === name &&
            fact.ask === (isSigned ? "sign-off" : "approval") &&
            fact.boundTo === `${document.spec} ${commit} ${document.risk}`
          );
        });
        expect(word?.answered?.fact.decision).toBe("approved");
      }
    }
  });
});

test("a host that is stopped ends and settles, and a mission that is held starts nothing", () => {
  forAnyWorld((snapshot, decisions) => {
    const state = deriveState(snapshot);
    if (snapshot.stopped) expect(decisions.every(({ kind }) => ["stop", "settle"].includes(kind))).toBe(true);
    const starting = ["dispatch", "gate", "validate", "land", "fix", "complete", "record"];
    if (state.missions[0]?.held != null) expect(decisions.filter(({ kind }) => starting.includes(kind))).toEqual([]);
    const { ledgerState } = snapshot.missions[0] ?? {};
    if (ledgerState === "newer" || ledgerState === "rewound")
      expect(decisions.filter((one) => "mission" in one)).toEqual([]);
  });
});

test("before `until` the clock alone changes no decision", () => {
  forAnyWorld((snapshot, decisions) => {
    const { until } = deriveState(snapshot);
    if (until !== null) expect(until).toBeGreaterThan(snapshot.now);
    const later = until === null ? snapshot.now + 10 ** 9 : until - 1;
    expect(decide(deriveState({ ...snapshot, now: later }))).toEqual(decisions);
  });
});

test("every open ask is one that a condition or a budget waits for, and none is asked twice", () => {
  forAnyWorld((snapshot, decisions) => {
    const open = deriveState(snapshot).missions[0]?.openAsks ?? [];
    for (const { answered: answer } of open) expect(answer).toBeNull();
    const asks = of(decisions, "ask").map(({ ask }) => `${ask.ask} ${ask.about} ${ask.boundTo}`);
    expect(new Set(asks).size).toBe(asks.length);
    const waiting = open.map(({ asked: { fact } }) => `${fact.ask} ${fact.about} ${fact.boundTo}`);
    expect(asks.filter((ask) => waiting.includes(ask))).toEqual([]);
  });
});
