import { expect, test } from "vitest";
import type { Plan, PlanFeature } from "../../src/planning/plan.ts";
import { lintPlan } from "../../src/planning/plan-lint.ts";

const FEATURE: PlanFeature = { title: "One", acceptance: ["answers 400"], verify: "npm test" };

const GOOD: Plan = {
  mission: { title: "CRM", mode: "full" },
  contract: [{ id: "VAL-A-001", title: "It holds", verify: "npm test" }],
  milestones: ["a", "b", "c"].map((id) => ({ id, title: id, features: [feature(`${id}-1`), feature(`${id}-2`)] })),
};

test("a plan of the right size whose results can be judged has no findings", () => {
  expect(lint(GOOD)).toEqual([]);
});

test.each<[string, Plan, string[]]>([
  ["without milestones", { ...GOOD, milestones: [] }, ["no-milestones"]],
  ["with one milestone", { ...GOOD, milestones: GOOD.milestones.slice(0, 1) }, ["milestone-count"]],
  ["with an empty milestone", withFeatures([]), ["no-features"]],
  ["with a milestone of six features", withFeatures(["1", "2", "3", "4", "5", "6"].map(feature)), ["feature-count"]],
  ["with an id twice", withFeatures([feature("x"), feature("b-1")]), ["duplicate-id"]],
  ["with a reserved id", withFeatures([feature("x"), feature("stop")]), ["bad-id"]],
  ["with a huge feature", withFeatures([feature("x"), { ...feature("y"), size: "XL" }]), ["large-feature"]],
  [
    "with vague criteria",
    withFeatures([feature("x"), { ...feature("y"), acceptance: ["It works properly"] }]),
    ["vague-acceptance"],
  ],
  [
    "whose features share a scope without an order",
    withFeatures([
      { ...feature("x"), scope: ["src/**"] },
      { ...feature("y"), scope: "src/**" },
    ]),
    ["shared-scope"],
  ],
  [
    "whose features share a scope in an order, even a round one",
    withFeatures([
      { ...feature("x"), scope: ["src/**"], depends_on: "z" },
      { ...feature("y"), scope: ["src/**"] },
      { ...feature("z"), depends_on: ["y", "x"] },
    ]),
    [],
  ],
  ["without a contract", { ...GOOD, contract: [] }, ["no-contract"]],
  [
    "with an assertion without a check",
    { ...GOOD, contract: [{ id: "VAL-A-001", title: "It holds" }] },
    ["manual-assertion"],
  ],
  ["whose features nothing checks", withFeatures([feature("x"), { ...feature("y"), verify: [] }]), ["no-checks"]],
])("a plan %s is told", (_, plan, codes) => {
  expect(lint(plan).map(({ code }) => code)).toEqual(codes);
});

test("checks of the repository or of the mission are enough, and a proof of concept needs neither checks nor a contract", () => {
  const bare = withFeatures([feature("x"), { ...feature("y"), verify: undefined }]);
  expect(lint(bare, true)).toEqual([]);
  expect(lint({ ...bare, mission: { ...bare.mission, verify: "make" } })).toEqual([]);
  expect(lint({ ...bare, contract: [], mission: { title: "CRM", mode: "poc" } })).toEqual([]);
});

function lint(plan: Plan, hasChecks = false) {
  return lintPlan(plan, { root: "missions", id: "crm", hasChecks });
}

function feature(id: string): PlanFeature {
  return { ...FEATURE, id, title: id };
}

function withFeatures(features: readonly PlanFeature[]): Plan {
  return { ...GOOD, milestones: [{ id: "a", title: "a", features }, ...GOOD.milestones.slice(1)] };
}
