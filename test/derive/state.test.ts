import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";

const IDLE: readonly [string, World, string][] = [
  [
    "its authority can't be reached",
    aWorld().withFacts({ authority: { kind: "remote", remote: "origin", reachable: false, reason: "timeout" } }),
    "origin can't be reached: timeout",
  ],
  ["everything is stopped", aWorld().withFacts({ stopped: true }), "everything is stopped"],
  [
    "ledgers are not published",
    aWorld().withFacts({ unpublished: ["crm"] }),
    "ledgers of crm are not on the remote: mission doctor",
  ],
  [
    "the clone is not fit for work",
    aWorld().withFacts({ unfit: "this is a partial clone" }),
    "this is a partial clone",
  ],
];

describe("a host that may start nothing", () => {
  test.each(IDLE)("says why: %s", (_, world, because) => {
    world
      .withFeature("schema")
      .withFeature("auth")
      .after((it) => it.delivered("auth").gated(["auth"]));
    expect(world.state().idle).toBe(because);
    expect(world.decisions()).toEqual([]);
  });

  test("still ends and settles what it has", () => {
    const world = aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.claimed("a").claimed("b"));
    world.withLocalRun("a-1").withLocalRun("b-1", { owner: "dead", waiting: 1 }).edited("a", { status: "cancelled" });
    world.withFacts({ unpublished: ["crm"] });
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["withdraw", "settle"]);
  });
});

describe("until", () => {
  test("is null where the clock alone changes nothing", () => {
    expect(aWorld().withFeature("schema").state().until).toBe(null);
  });

  test("is the first of several moments, and never past", () => {
    const world = aWorld({ deadline: aWorld().now + 60_000 })
      .withFeature("schema")
      .after((it) => it.failed("schema"));
    expect(world.state().until).toBe(world.now + 10_000);
    for (const ms of [9_999, 1, 49_999, 1, 1]) {
      world.later(ms);
      expect(world.state().until ?? Number.POSITIVE_INFINITY).toBeGreaterThan(world.now);
    }
  });

  test("before it nothing changes but the moment of looking", () => {
    const world = aWorld()
      .withFeature("schema")
      .withFeature("auth")
      .after((it) => it.failed("schema").claimed("auth", { host: "ben" }));
    const before = world.state();
    const after = world.later(9_999).state();
    expect({ ...after, at: 0 }).toEqual({ ...before, at: 0 });
  });
});

describe("slots", () => {
  test("are the places of this host less its live work", () => {
    const world = aWorld().withConfig({ parallel: 3 }).withFeature("a").withFeature("b");
    world.after((it) => it.claimed("a").claimed("b", { host: "ben" })).withLocalRun("a-1");
    expect(world.state().slots).toBe(2);
  });

  test("gates and ended work take none", () => {
    const world = aWorld().withConfig({ parallel: 3 }).withFeature("a");
    world
      .after((it) => it.delivered("a").gating(["a"]))
      .withLocalRun("a-1")
      .withLocalRun("gate-3");
    expect(world.state().slots).toBe(3);
  });
});

test("the same snapshot gives the same state and the same decisions", () => {
  const world = aWorld()
    .withFeature("a")
    .withFeature("b")
    .after((it) => it.delivered("a").gated(["a"]).failed("b"));
  const snapshot = world.snapshot();
  expect(world.state()).toEqual(world.state());
  expect(world.decisions()).toEqual(world.decisions());
  expect(world.snapshot()).toEqual(snapshot);
});
