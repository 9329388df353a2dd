import { describe, expect, test } from "vitest";
import type { Budget, FeatureDocument } from "../../src/model/documents.ts";
import { aWorld, HOUR, MINUTE, NOON, type World } from "../helpers/world.ts";
import { roleDocument, runtimeDocument } from "../helpers/world-documents.ts";

function budget(given: Partial<Budget>): Budget {
  return { usd: null, hours: null, tokens: null, alertAt: [50, 80, 95, 100], ...given };
}

const reserves = (world: World) => world.decided("dispatch").map(({ reserve }) => reserve);

describe("what a run reserves", () => {
  test.each([
    ["S", 2, 30],
    ["M", 5, 60],
    ["L", 12, 120],
    ["XL", 25, 240],
  ] as const)("of size %s: %d USD and %d minutes", (size, usd, minutes) => {
    expect(reserves(aWorld().withFeature("schema", { size }))).toEqual([{ usd, minutes, tokens: 0 }]);
  });

  const role = (limits: { minutes?: number; usdPerRun?: number }) => ({
    builtinRoles: [roleDocument("coder", { limits: { minutes: null, usdPerRun: null, usdPerDay: null, ...limits } })],
  });
  const own = (given: Partial<FeatureDocument["budget"]>) => ({
    budget: { usd: null, minutes: null, tokens: null, ...given },
  });

  test.each<[string, World, Partial<{ usd: number; minutes: number; tokens: number }>]>([
    [
      "the feature's own budget",
      aWorld().withFeature("schema", own({ usd: 7, minutes: 90, tokens: 400 })),
      { usd: 7, minutes: 90, tokens: 400 },
    ],
    [
      "the agent's limits",
      aWorld()
        .withFeature("schema")
        .withFacts(role({ minutes: 15, usdPerRun: 1 })),
      { usd: 1, minutes: 15 },
    ],
    [
      "limits.run_usd",
      aWorld()
        .withConfig({ limits: { ...aWorld().config.limits, runUsd: 3 } })
        .withFeature("schema"),
      { usd: 3 },
    ],
    [
      "what is left of the mission",
      aWorld({ budget: budget({ usd: 4, hours: 0.5 }) }).withFeature("schema"),
      { usd: 4, minutes: 30 },
    ],
    [
      "what is left of the feature",
      aWorld()
        .withFeature("schema", own({ usd: 4 }))
        .after((it) => it.ran("schema", "lost", { usage: { costUsd: 3 } })),
      { usd: 1 },
    ],
    [
      "no money, on a runtime that costs none",
      aWorld()
        .withConfig({ runtimes: [runtimeDocument("mine", { cost: "none" })] })
        .withFeature("schema"),
      { usd: 0, minutes: 60 },
    ],
  ])("is at most %s", (_, world, reserve) => {
    expect(reserves(world)).toMatchObject([reserve]);
  });

  test("live runs and those chosen before it have reserved their part", () => {
    const world = aWorld({ budget: budget({ usd: 12 }) })
      .withFeature("live")
      .withFeature("a")
      .withFeature("b")
      .withFeature("c")
      .after((it) => it.claimed("live", { reserveUsd: 5 }));
    expect(reserves(world).map(({ usd }) => usd)).toEqual([5, 2]);
  });

  test("tokens of a mission are shared among the places, for no size says how many a run needs", () => {
    const world = aWorld({ budget: budget({ tokens: 9000 }), parallel: 3 })
      .withFeature("a")
      .withFeature("b")
      .withFeature("c");
    expect(reserves(world).map(({ tokens }) => tokens)).toEqual([3000, 3000, 3000]);
  });

  test("minutes of a feature are those of each run", () => {
    const world = aWorld()
      .withFeature("schema", own({ minutes: 60 }))
      .after((it) => it.ran("schema", "lost", { usage: { minutes: 60 } }));
    expect(reserves(world)).toMatchObject([{ minutes: 60 }]);
  });
});

describe("a budget that is used up", () => {
  test.each([
    ["usd", { usd: 10 }, { costUsd: 10 }, "usd 10"],
    ["hours", { hours: 2 }, { minutes: 120 }, "hours 2"],
    ["tokens", { tokens: 500 }, { tokensIn: 400, tokensOut: 100 }, "tokens 500"],
  ])("in %s asks a person once, bound to the limit", (part, limits, usage, boundTo) => {
    const world = aWorld({ budget: budget(limits) })
      .withFeature("done")
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.ran("done", "lost", { usage }));
    expect(world.decisions()).toMatchObject([{ kind: "ask", ask: { ask: "budget", about: null, boundTo } }]);
    expect(world.feature("a")).toMatchObject({
      status: "needs_input",
      condition: { code: "budget", next: `mission budget crm ${part}=...` },
    });
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.mission()).toMatchObject({
      status: "blocked",
      budget: { exhausted: part },
      openAsks: [{ number: 1 }],
    });
    expect(world.edited("crm", { budget: budget({ usd: 100 }) }).dispatched()).toHaveLength(3);
  });

  test("of a feature alone lets the others go on", () => {
    const world = aWorld()
      .withFeature("a", { budget: { usd: 1, minutes: null, tokens: null } })
      .withFeature("b")
      .after((it) => it.ran("a", "lost", { usage: { costUsd: 1 } }));
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "budget", about: "a", boundTo: "usd 1" } }]);
    expect(world.dispatched()).toEqual(["b"]);
    expect(world.asks().mission().openAsks).toHaveLength(1);
  });

  test("by what live runs reserve is waited for: they may cost less", () => {
    const world = aWorld({ budget: budget({ usd: 10 }) })
      .withFeature("live")
      .withFeature("a")
      .after((it) => it.claimed("live", { reserveUsd: 10 }));
    expect(world.feature("a")).toMatchObject({ status: "ready", condition: { code: "budget" } });
    expect(world.decisions()).toEqual([]);
    expect(world.mission().budget.exhausted).toBe(null);
    world.after((it) => it.ended("live", "delivered", { head: "x", usage: { costUsd: 2 } }));
    expect(world.dispatched()).toEqual(["a"]);
  });

  test("in money does not stop a runtime that costs none", () => {
    const world = aWorld({ budget: budget({ usd: 1 }) })
      .withConfig({ runtimes: [runtimeDocument("mine", { cost: "none" })] })
      .withFeature("done")
      .withFeature("a")
      .after((it) => it.ran("done", "lost", { usage: { costUsd: 5 } }));
    expect(world.dispatched()).toContain("a");
  });
});

describe("what is paid", () => {
  test("reported, priced and assumed are three figures, and only the last word on a run counts", () => {
    const world = aWorld()
      .withFeature("a")
      .after((it) =>
        it
          .claimed("a")
          .ended("a", "lost", { usage: { costUsd: 5, costSource: "assumed", minutes: 60 } })
          .ended("a", "delivered", {
            head: "x",
            usage: { costUsd: 2, costSource: "reported", minutes: 30, tokensIn: 70, tokensOut: 30 },
          })
          .ran("a", "failed", { usage: { costUsd: 1, costSource: "priced" } })
          .ran("a", "lost", { usage: { costUsd: 4, costSource: "assumed" } }),
      );
    const { budget: spent } = world.mission();
    expect(spent.usd).toMatchObject({ reported: 2, priced: 1, assumed: 4, reserved: 0 });
    expect([spent.hours.spent, spent.tokens.spent]).toEqual([0.5, 100]);
    expect(world.feature("a").cost).toMatchObject({
      usd: 7,
      reported: 2,
      priced: 1,
      assumed: 4,
      minutes: 30,
      tokens: 100,
    });
  });

  test("a live run counts by what it reserved", () => {
    const world = aWorld()
      .withFeature("a")
      .after((it) => it.claimed("a", { reserveUsd: 5, reserveMinutes: 60, reserveTokens: 10 }));
    expect(world.mission().budget).toMatchObject({
      usd: { reserved: 5 },
      hours: { reserved: 1 },
      tokens: { reserved: 10 },
    });
  });

  test("a feature pays its work and an equal part of its gates; validation is the mission's", () => {
    const world = aWorld().withFeature("a").withFeature("b");
    world.after((it) => {
      it.delivered("a", { usage: { costUsd: 3 } }).delivered("b");
      it.gating(["a", "b"]).ended(it.lastRun, "delivered", { usage: { costUsd: 1, minutes: 10 } });
      it.validating("foundation").ended(it.lastRun, "delivered", { usage: { costUsd: 2 } });
    });
    expect(world.feature("a").cost).toMatchObject({ usd: 3.5, minutes: 5 });
    expect(world.feature("b").cost.usd).toBe(0.5);
    expect(world.mission().budget.usd.reported).toBe(6);
  });
});

describe("alerts", () => {
  test.each([
    [49, []],
    [50, [50]],
    [95, [50, 80, 95]],
    [120, [50, 80, 95, 100]],
  ])("at %d of 100 USD: %j", (costUsd, alerts) => {
    const world = aWorld({ budget: budget({ usd: 100 }) })
      .withFeature("a")
      .after((it) => it.ran("a", "lost", { usage: { costUsd } }));
    expect(world.mission().budget.alerts).toEqual(alerts);
  });

  test("follow the part that is used most", () => {
    const world = aWorld({ budget: budget({ usd: 100, hours: 1 }) }).withFeature("a");
    world.after((it) => it.ran("a", "lost", { usage: { costUsd: 1, minutes: 50 } }));
    expect(world.mission().budget.alerts).toEqual([50, 80]);
  });
});

describe("money of a day", () => {
  const spent = (costUsd: number) =>
    aWorld({ budget: "none" })
      .withFeature("done", { agent: "writer" })
      .withFeature("a")
      .after((it) => it.ran("done", "lost", { usage: { costUsd } }));

  test("limits.usd_per_day holds within a mission until the day is over in UTC", () => {
    expect(reserves(spent(98)).map(({ usd }) => usd)).toEqual([2]);
    const world = spent(100);
    expect(world.decisions()).toEqual([]);
    expect(world.feature("a")).toMatchObject({
      status: "ready",
      condition: { code: "budget", until: NOON + 12 * HOUR },
    });
    expect(world.state().until).toBe(NOON + 12 * HOUR);
    expect(world.later(12 * HOUR).dispatched()).toEqual(["a", "done"]);
  });

  test("an agent's own limit of a day holds its features back, not others", () => {
    const limits = { minutes: null, usdPerRun: null, usdPerDay: 6 };
    const world = spent(6).withFacts({ builtinRoles: [roleDocument("coder"), roleDocument("writer", { limits })] });
    expect(world.dispatched()).toEqual(["a"]);
    expect(world.feature("done").condition).toMatchObject({ code: "budget", until: NOON + 12 * HOUR });
  });

  test("live runs count by what they reserved", () => {
    const world = aWorld({ budget: "none" })
      .withFeature("live")
      .withFeature("a")
      .after((it) => it.claimed("live", { reserveUsd: 99 }));
    expect(reserves(world.later(MINUTE)).map(({ usd }) => usd)).toEqual([1]);
  });
});
