import { describe, expect, test } from "vitest";
import type { Check } from "../../src/model/documents.ts";
import { aWorld, type World } from "../helpers/world.ts";

const kind: Check = { method: "agent", role: "reviewer", ask: "Is it kind?" };
const short: Check = { method: "agent", role: "reviewer", ask: "Is it short?" };

/** Its one feature is done: the validation asks agents. */
function finished(budget: number | null = null, ...checks: Check[]): World {
  const limits = budget === null ? ("none" as const) : { usd: budget, hours: null, tokens: null, alertAt: [] };
  return aWorld({ budget: limits })
    .withFeature("schema", { fulfills: ["VAL-A-001"] })
    .withAssertion("VAL-A-001", ...(checks.length > 0 ? checks : [kind]))
    .after((it) =>
      it
        .delivered("schema", { usage: { costUsd: 1 } })
        .gated(["schema"])
        .landed("schema"),
    );
}

const NOT_HERE = {
  capabilities: { runtimes: [{ name: "mine", reason: "is not installed" }], secrets: [], isFound: false },
};

describe("a validation that asks an agent", () => {
  test("says who answers and at which price", () => {
    expect(finished().decided("validate")).toMatchObject([
      {
        judges: [
          {
            label: "agent reviewer: Is it kind?",
            role: "reviewer",
            runtime: "mine",
            reserve: { usd: 2, minutes: 30, tokens: 0 },
          },
        ],
      },
    ]);
  });

  test("shares what is left of a budget among its questions", () => {
    const [{ judges = [] } = {}] = finished(4, kind, short).decided("validate");
    expect(judges.map(({ reserve }) => reserve)).toEqual([
      { usd: 1.5, minutes: 30, tokens: 0 },
      { usd: 1.5, minutes: 30, tokens: 0 },
    ]);
  });

  test("waits for a host that can play the judge", () => {
    const world = finished().withFacts(NOT_HERE);
    expect(world.decisions()).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "validating",
      condition: { code: "no-capable-host", message: "mine: is not installed" },
    });
  });

  test("asks a person when the money is used up, and goes on with more", () => {
    const world = finished(1);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "budget", about: null, boundTo: "usd 1" } }]);
    expect(world.milestone("foundation").status).toBe("needs_input");
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.mission()).toMatchObject({ status: "blocked", condition: { next: "mission budget crm usd=..." } });
    world.edited("crm", { budget: { usd: 9, hours: null, tokens: null, alertAt: [] } });
    expect(world.decided("validate")).toHaveLength(1);
  });
});

describe("a gate that asks an agent", () => {
  const delivered = () =>
    aWorld()
      .withFeature("schema", { verify: [kind] })
      .after((it) => it.delivered("schema"));

  test("says who answers", () => {
    expect(delivered().decided("gate")).toMatchObject([{ judges: [{ role: "reviewer", runtime: "mine" }] }]);
  });

  test("waits for a host that can play the judge, and what it has passed lands all the same", () => {
    const world = delivered().withFacts(NOT_HERE);
    expect(world.decisions()).toEqual([]);
    expect(world.feature("schema")).toMatchObject({ status: "review", condition: { code: "no-capable-host" } });
    world.after((it) => it.gated(["schema"]));
    expect(world.decided("land")).toHaveLength(1);
  });
});
