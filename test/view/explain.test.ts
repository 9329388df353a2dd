import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explanationShape } from "../../src/schema/explain.ts";
import { explain, explanationJson } from "../../src/view/explain/explanation.ts";
import { commitsAsked } from "../../src/view/explain/landing.ts";
import { renderExplanation } from "../../src/view/explain/page.ts";
import { recordsOf, type Subject } from "../../src/view/explain/subject.ts";
import { aWorld as aPlayedWorld, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";
import { Engine } from "../helpers/world-engine.ts";
import { aCrm } from "./crm.ts";
import { aPage, aWorld } from "./world.ts";

const SHORT = { all: false };

function subjectsOf(state = aCrm()): Subject[] {
  return state.missions.flatMap((mission): Subject[] => [
    { kind: "mission", mission },
    ...mission.milestones.flatMap((milestone): Subject[] => [
      { kind: "milestone", mission, milestone },
      ...milestone.features.map((feature): Subject => ({ kind: "feature", mission, milestone, feature })),
    ]),
    ...[...mission.ledger.runs.values()].map((run): Subject => ({ kind: "run", mission, run })),
    ...mission.ledger.asks.map((ask): Subject => ({ kind: "ask", mission, ask })),
  ]);
}

function subjectOf(thing: string, state = aCrm()): Subject {
  const found = subjectsOf(state).find((subject) => explain(subject, new Map()).thing === thing);
  if (!found) throw new Error(`no ${thing}`);
  return found;
}

const HEAD = "9".repeat(40);
const VERDICT = { about: { kind: "features" as const, features: [{ feature: "list", head: HEAD }] } };

/** One feature from claim to landing, home at `onto` when it landed. */
function aLandedWorld(onto: string) {
  const checks = [{ result: "passed" as const, label: "npm test", fingerprint: null }];
  const world = aWorld()
    .withMission("crm", { title: "Build a CRM" })
    .withMilestone("m")
    .withFeature("list", { title: "Contact list", status: "done", usd: 1.2 })
    .withRun("list-1", "list", { minutesAgo: 60, outcome: "delivered", usd: 1.2, head: HEAD, body: "pages by 50" })
    .withRecord(
      {
        ...{ kind: "verdict", run: "gate-1", of: "gate", ...VERDICT, codeTree: "c".repeat(40), base: "b".repeat(40) },
        ...{ baseCodeTree: "old", result: "passed", byRuntime: null, checks, assertions: [], override: null },
      },
      { minutesAgo: 40 },
    )
    .withRecord(
      {
        ...{ kind: "landed", feature: "list", run: "list-1-x7k3m1", spec: "5".repeat(64) },
        ...{ commit: "1".repeat(40), codeTree: "c".repeat(40) },
      },
      { minutesAgo: 39 },
    );
  const state = world.state();
  const record = state.missions[0]?.ledger.records.at(-1);
  if (record) record.homeTip = onto;
  return state;
}

describe("mission explain", () => {
  it("tells a simple feature's life on one screen: who, what, when, why, on which inputs, at what cost", () => {
    const state = aLandedWorld("b".repeat(40));
    const lines = renderExplanation(explain(subjectOf("crm/list", state), new Map()), aPage(), SHORT);
    expect(`\n${lines.join("\n")}\n`).toBe(`
crm/list  Contact list
done · ready
cost: 1.20 USD (reported)

2026-11-20
  13:02   crm-000000   work began on anna-mbp-9f2c, attempt 1
                       base cccccccccc · spec spec · may cost 5.00 USD, 1 h
  13:14   crm-100000   list-1 ended: delivered
                       pages by 50
                       work 9999999999 · agent coder · program claude sonnet
                       1.20 USD (reported), 12 min, 1k tokens
  13:22   crm-200000   gate: passed
                       passed npm test
                       work 9999999999 · code tree cccccccccc · base bbbbbbbbbb
  13:23   crm-300000   landed as 1111111111
                       verdict crm-200000 (passed): the code tree that was
                       judged landed; home had not moved since
                       onto bbbbbbbbbb · code tree cccccccccc · spec 5555555555
`);
  });

  it("says why a verdict still held when home had moved, and when it did not", () => {
    const onto = "e".repeat(40);
    const state = aLandedWorld(onto);
    const subject = subjectOf("crm/list", state);
    expect(commitsAsked(subject.mission.ledger, recordsOf(subject))).toEqual([onto]);
    const why = (trees: ReadonlyMap<string, string>) => explain(subject, trees).steps.at(-1)?.why;
    expect(why(new Map([[onto, "old"]]))).toContain("home had moved to eeeeeeeeee, in mission files only");
    expect(why(new Map([[onto, "new"]]))).toContain("with other code: mission audit");
    expect(why(new Map())).toContain("whose code is not here to compare");
  });

  it("gives the present status with its reason and the one next command", () => {
    const lines = renderExplanation(explain(subjectOf("crm/auth"), new Map()), aPage(), SHORT);
    expect(lines.slice(0, 4)).toEqual([
      "crm/auth  Sign in with a password",
      'blocked · same failure twice: npm test -- auth: "expected 302, got 200"',
      "next: mission show crm/auth --diff, then mission edit crm/auth or",
      "mission retry crm/auth",
    ]);
  });

  it("shows of a long life the beginning, the end and the way to the rest", () => {
    const world = aWorld().withMission("crm").withMilestone("m").withFeature("a");
    for (let count = 1; count <= 20; count++) world.withRun(`a-${count}`, "a", { outcome: "failed", attempt: count });
    const explanation = explain(subjectOf("crm/a", world.state()), new Map());
    const text = (all: boolean) => renderExplanation(explanation, aPage(), { all }).join("\n");
    expect(text(false)).toContain("24 more records: mission explain crm/a --all");
    expect(text(false).match(/crm-\d+/g)).toHaveLength(16);
    expect(text(true).match(/crm-\d+/g)).toHaveLength(40);
    expect(explanationJson(explanation).steps).toHaveLength(40);
  });

  it("answers in the shape that is promised, for every kind of thing", () => {
    for (const subject of subjectsOf()) explanationShape.parse(explanationJson(explain(subject, new Map())));
  });

  it("prints nothing that a terminal would obey", () => {
    const hostile = "\u001b[2J\u202eevil";
    const world = aWorld()
      .withMission("crm", { title: hostile })
      .withMilestone("m", { title: hostile })
      .withFeature("a", { title: hostile })
      .withRun("a-1", "a", { outcome: "failed", body: hostile, model: hostile })
      .withRecord({ kind: "control", target: `crm/${hostile}`, action: "retry" }, { by: hostile, body: hostile })
      .withRecord({ kind: "comment", feature: "a", mentions: [] }, { by: `${hostile} <x@y>`, body: hostile });
    for (const subject of subjectsOf(world.state())) {
      const text = renderExplanation(explain(subject, new Map()), aPage(), { all: true }).join("\n");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });
});

describe("any history that is played", () => {
  const outcome = fc.constantFrom("delivered" as const, "delivered" as const, "failed" as const, "question" as const);
  const found = fc.constantFrom("passed" as const, "passed" as const, "failed" as const, "inconclusive" as const);

  function play(
    outcomes: readonly ("delivered" | "failed" | "question")[],
    results: readonly ("passed" | "failed" | "inconclusive")[],
  ): World {
    const world = aPlayedWorld({ mode: "full", verify: [bash("npm test")] })
      .withFeature("a")
      .withFeature("b")
      .withMilestone("next")
      .withFeature("c", { dependsOn: ["a"] });
    let [worked, judged] = [0, 0];
    const engine = new Engine(world, {
      work: () => {
        const now = outcomes[worked++ % outcomes.length] ?? "delivered";
        return {
          outcome: now,
          changed: now === "delivered",
          fingerprint: now === "failed" ? `fp-${worked}` : null,
          costUsd: 1,
        };
      },
      judge: () => {
        const result = results[judged++ % results.length] ?? "passed";
        return { result, fingerprint: result === "failed" ? `fp-${judged}` : null };
      },
    });
    for (let pass = 0; pass < 30 && engine.pulse().length > 0; pass++) world.later(120_000);
    return world;
  }

  it("is explained with each record of a thing named exactly once, in order", () => {
    const outcomes = fc.array(outcome, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(outcomes, fc.array(found, { minLength: 1, maxLength: 4 }), (works, judges) => {
        const state = play(works, judges).state();
        const records = state.missions[0]?.ledger.records.map(({ id }) => id) ?? [];
        const told = new Map(
          subjectsOf(state).map((subject) => [subject, explain(subject, new Map()).steps.map(({ id }) => id)]),
        );
        for (const ids of told.values()) expect(ids).toEqual(records.filter((id) => ids.includes(id)));
        const ofKind = (kind: Subject["kind"]) => [...told].filter(([subject]) => subject.kind === kind);
        expect(ofKind("mission").flatMap(([, ids]) => ids)).toEqual(records);
        // A run's claim and end, an ask and its answer belong to exactly one run or ask.
        for (const kind of ["run", "ask"] as const) {
          const ids = ofKind(kind).flatMap(([, own]) => own);
          expect(new Set(ids).size).toBe(ids.length);
        }
        const mission = state.missions[0];
        const runs = [...(mission?.ledger.runs.values() ?? [])];
        for (const [subject, ids] of ofKind("feature")) {
          if (subject.kind !== "feature") continue;
          const own = mission?.ledger.byFeature.get(subject.feature.id);
          const wanted = [
            ...(own?.runs ?? []).flatMap(({ claim, ended }) => [claim.record.id, ...(ended ? [ended.record.id] : [])]),
            ...(own?.landed ?? []).map(({ record }) => record.id),
          ];
          expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
        }
        expect(runs.length).toBeGreaterThan(0);
      }),
      { numRuns: 60 },
    );
  });
});
