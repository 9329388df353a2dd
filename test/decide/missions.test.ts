/** Whole missions, played in memory with any luck: they come to an end, or a person is told what would move them. */

import fc from "fast-check";
import { expect, test } from "vitest";
import type { Check, MissionDocument, Risk } from "../../src/model/documents.ts";
import type { Outcome } from "../../src/model/record.ts";
import { aNewWorld, HOUR, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";
import { Engine, type Luck } from "../helpers/world-engine.ts";

const OUTCOMES: readonly Outcome[] = [
  "delivered",
  "delivered",
  "delivered",
  "nothing-to-do",
  "question",
  "failed",
  "timeout",
  "over-budget",
  "policy",
  "setup-failed",
  "quota",
  "provider",
  "lost",
  "stopped",
];

const plan: fc.Arbitrary<Given> = fc.record({
  mode: fc.constantFrom("poc" as const, "full" as const),
  signOff: fc.constantFrom("feature" as const, "milestone" as const, "mission" as const),
  verify: fc.constantFrom<MissionDocument["verify"][]>([], [bash("npm test")]),
  budget: fc.constantFrom<MissionDocument["budget"][]>("none", { usd: 30, hours: null, tokens: null, alertAt: [] }),
  parallel: fc.constantFrom(null, 1, 2),
  risk: fc.constantFrom("green" as const, "red" as const),
  review: fc.constantFrom(null, null, "reviewer"),
  assertion: fc.constantFrom(null, bash("test a"), { method: "agent" as const, role: "reviewer", ask: "Is a kind?" }),
});

/** Outcomes that say nothing about the work: with nothing else a feature is tried for ever, as it should be. */
const SAYS_NOTHING: readonly Outcome[] = ["quota", "provider", "stopped", "lost"];

const works = fc
  .array(
    fc.record({
      outcome: fc.constantFrom(...OUTCOMES),
      changed: fc.boolean(),
      fingerprint: fc.constantFrom(null, "a", "b", "c"),
      costUsd: fc.constantFrom(0, 1, 9),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .filter((list) => list.some(({ outcome }) => !SAYS_NOTHING.includes(outcome)));

const judgements = fc.array(
  fc.oneof(
    fc.constantFrom("lost" as const, "setup-failed" as const),
    fc.record({
      result: fc.constantFrom("passed" as const, "passed" as const, "failed" as const, "inconclusive" as const),
      fingerprint: fc.constantFrom("a1b2", "c3d4", "e5f6"),
    }),
  ),
  { minLength: 1, maxLength: 12 },
);

const reviews = fc
  .array(
    fc.constantFrom<ReturnType<NonNullable<Luck["review"]>>[]>(
      ...(["passed", "passed", "failed", "inconclusive", "lost", "setup-failed", "quota"] as const),
    ),
    { minLength: 1, maxLength: 6 },
  )
  // A provider that never answers is waited for, as it should be.
  .filter((list) => list.some((each) => each !== "quota"));

const persons = fc.array(fc.constantFrom("approved", "denied", "answered"), { minLength: 1, maxLength: 6 });

/** The list again and again, from its beginning. */
function cycle<T>(list: readonly T[]): () => T {
  let next = 0;
  return () => list[next++ % list.length] as T;
}

type Given = Pick<MissionDocument, "mode" | "signOff" | "verify" | "budget" | "parallel" | "review"> & {
  risk: Risk;
  assertion: Check | null;
};

function makeWorld({ risk, assertion, ...mission }: Given): World {
  const world = aNewWorld(mission)
    .withFeature("a", { fulfills: assertion ? ["VAL-A-001"] : [] })
    .withFeature("b", { dependsOn: ["a"], risk, verify: [bash("test b")] })
    .withFeature("c")
    .withMilestone("next")
    .withFeature("d");
  return assertion ? world.withAssertion("VAL-A-001", assertion) : world;
}

function luckOf(
  work: readonly ReturnType<Luck["work"]>[],
  judge: readonly ReturnType<Luck["judge"]>[],
  review: readonly ReturnType<NonNullable<Luck["review"]>>[],
): Luck {
  return { work: cycle(work), judge: cycle(judge), review: cycle(review) };
}

/** Pulses until nothing is decided and the clock alone changes nothing. */
function settle(engine: Engine): void {
  const { world } = engine;
  for (let pulse = 0; pulse < 400; pulse += 1) {
    if (engine.pulse().length > 0) continue;
    const { until } = world.state();
    if (until === null) return;
    world.later(until - world.now);
  }
  const kinds = engine.pulse().map(({ kind, because }) => `${kind}: ${because}`);
  throw new Error(`does not come to rest: ${kinds.join("; ")}`);
}

test("without a person every mission comes to rest: completed, or with the step that would move it", () => {
  fc.assert(
    fc.property(plan, works, judgements, reviews, (given, work, judge, review) => {
      const engine = new Engine(makeWorld(given), luckOf(work, judge, review));
      settle(engine);
      const mission = engine.world.mission();
      if (mission.status === "completed") return;
      expect(mission.status).toBe("blocked");
      expect(mission.condition.next).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("with a person who answers every ask it comes to rest as well, and nothing waits unseen", () => {
  fc.assert(
    fc.property(plan, works, judgements, reviews, persons, (given, work, judge, review, words) => {
      const engine = new Engine(makeWorld(given), luckOf(work, judge, review));
      const word = cycle(words);
      for (let day = 0; day < 12; day += 1) {
        settle(engine);
        const { openAsks, status } = engine.world.mission();
        if (status === "completed") break;
        expect(status).toBe("blocked");
        for (const { number } of openAsks) engine.world.after((it) => it[word() as "approved"](number));
        engine.world.later(HOUR);
      }
    }),
    { numRuns: 200 },
  );
});

test("with luck and a person who approves, a mission is completed", () => {
  fc.assert(
    fc.property(plan, (given) => {
      const delivered = { outcome: "delivered" as const, changed: true, fingerprint: null, costUsd: 1 };
      const engine = new Engine(
        makeWorld(given),
        luckOf([delivered], [{ result: "passed", fingerprint: null }], ["passed"]),
      );
      for (let day = 0; day < 20; day += 1) {
        settle(engine);
        const { openAsks } = engine.world.mission();
        engine.world.after((it) => {
          for (const { number } of openAsks) it.approved(number);
        });
      }
      expect(engine.world.mission().status).toBe("completed");
    }),
  );
});
