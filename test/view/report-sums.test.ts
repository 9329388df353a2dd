/** Whatever the cut, the sums of a report are those of the ledger: nothing is lost between groups and nothing counted twice. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { RunEntry } from "../../src/model/ledger.ts";
import { COST_GROUPS } from "../../src/view/cost-share.ts";
import { makeReport } from "../../src/view/report.ts";
import { aWorld as aPlayedWorld } from "../helpers/world.ts";
import { claimFact, endFact } from "../helpers/world-facts.ts";
import { aPage } from "./world.ts";

const MINUTE = 60_000;
const amount = fc.constantFrom(0, 0.01, 0.1, 0.3, 1, 7.77, 25);
const feature = fc.constantFrom("a", "b", "c");
const about = fc.oneof(
  fc.record({ kind: fc.constant("feature" as const), feature }),
  fc.record({
    kind: fc.constant("features" as const),
    features: fc.uniqueArray(feature, { minLength: 1 }).map((all) => all.map((each) => ({ feature: each, head: "h" }))),
  }),
  fc.record({ kind: fc.constant("milestone" as const), milestone: fc.constantFrom("m", "final") }),
  fc.constant({ kind: "mission" as const }),
);
const run = fc.record({
  about,
  kind: fc.constantFrom("work" as const, "gate" as const, "validate" as const, "review" as const),
  usage: fc.record({
    costUsd: amount,
    costSource: fc.constantFrom("reported" as const, "priced" as const, "assumed" as const),
    tokensIn: fc.nat(5000),
    tokensOut: fc.nat(5000),
    minutes: amount,
  }),
  model: fc.constantFrom("opus", "sonnet", null),
  shares: fc.option(
    fc.array(
      fc.record({
        agent: fc.constantFrom("validator", "tester"),
        runtime: fc.constantFrom("claude", "codex"),
        model: fc.constantFrom("opus", null),
        costUsd: amount,
        tokens: fc.nat(9),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    { nil: undefined },
  ),
  billing: fc.constantFrom("api" as const, "subscription" as const, undefined),
  /** Whether it has ended, and whether its cost was corrected after that. */
  ends: fc.constantFrom(0, 1, 1, 1, 2),
  minutes: fc.nat(60 * 30),
});

/** The sum over what the ledger says last of each run. */
function sumOf(runs: Iterable<RunEntry>, since: number) {
  const sum = { usd: 0, reported: 0, priced: 0, assumed: 0, subscription: 0, minutes: 0, tokens: 0 };
  for (const { settled } of runs) {
    if (!settled || settled.record.at < since) continue;
    const { costUsd, costSource, minutes, tokensIn, tokensOut } = settled.fact.usage;
    sum.usd += costUsd;
    sum[costSource] += costUsd;
    if (settled.fact.billing === "subscription") sum.subscription += costUsd;
    sum.minutes += minutes;
    sum.tokens += tokensIn + tokensOut;
  }
  return sum;
}

it("a report's sums agree with the ledger, however it is cut by time and by group", () => {
  fc.assert(
    fc.property(fc.array(run, { maxLength: 12 }), fc.nat(60 * 200), (runs, cut) => {
      const world = aPlayedWorld().withFeature("a").withFeature("b", { agent: "writer" });
      const began = world.now;
      for (const [index, each] of runs.entries()) {
        const name = `run-${index}`;
        world
          .later(each.minutes * MINUTE)
          .after((it) => it.record(claimFact(name, each.about, { runKind: each.kind })));
        for (let end = 0; end < each.ends; end++) {
          const usage = { ...each.usage, costUsd: each.usage.costUsd + end };
          const { model, billing, shares } = each;
          world.later(MINUTE).after((it) => it.record(endFact(name, { usage, model, billing, shares })));
        }
      }
      const mission = world.mission();
      const since = began + cut * MINUTE;
      const { cost, by, runs: counted } = makeReport(mission, aPage(), { since, by: COST_GROUPS });
      const wanted = sumOf(mission.ledger.runs.values(), since);
      for (const part of ["usd", "reported", "priced", "assumed", "subscription", "minutes", "tokens"] as const) {
        expect(cost[part]).toBeCloseTo(wanted[part], 6);
        for (const { lines } of by)
          expect(lines.reduce((sum, line) => sum + line.cost[part], 0)).toBeCloseTo(wanted[part], 6);
      }
      // A gate of several features is a run of each of them, and one run; so is one of several agents.
      for (const { group, lines } of by) {
        const sum = lines.reduce((all, line) => all + line.runs, 0);
        if (group === "day") expect(sum).toBe(counted.total);
        else expect(sum).toBeGreaterThanOrEqual(counted.total);
      }
    }),
    { numRuns: 200 },
  );
});

it("two cuts that meet add up to the whole", () => {
  fc.assert(
    fc.property(fc.array(run, { minLength: 1, maxLength: 12 }), fc.nat(60 * 200), (runs, cut) => {
      const world = aPlayedWorld().withFeature("a");
      const began = world.now;
      for (const [index, each] of runs.entries()) {
        world.later(each.minutes * MINUTE).after((it) => {
          it.record(claimFact(`run-${index}`, each.about, { runKind: each.kind }));
          it.record(endFact(`run-${index}`, { usage: each.usage }));
        });
      }
      const mission = world.mission();
      const at = began + cut * MINUTE;
      const report = (since: number | null) => makeReport(mission, aPage(), { since, by: [] });
      const before = [...mission.ledger.runs.values()].filter(({ settled }) => settled && settled.record.at < at);
      const earlier = before.reduce((sum, { settled }) => sum + (settled?.fact.usage.costUsd ?? 0), 0);
      expect(report(at).cost.usd + earlier).toBeCloseTo(report(null).cost.usd, 6);
      expect(report(at).runs.total + before.length).toBe(report(null).runs.total);
    }),
    { numRuns: 100 },
  );
});
