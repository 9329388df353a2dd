import { describe, expect, test } from "vitest";
import { aWorld } from "../helpers/world.ts";

const FOUR_USD = { budget: { usd: 4, hours: null, tokens: null, alertAt: [] } };

describe("the order of dispatch", () => {
  test("the longest line of open dependents goes first", () => {
    const world = aWorld()
      .withConfig({ parallel: 1 })
      .withFeature("a")
      .withFeature("z")
      .withFeature("after-z", { dependsOn: ["z"] })
      .withFeature("after-that", { dependsOn: ["after-z"] });
    expect(world.dispatched()).toEqual(["z"]);
  });

  test("dependents that are done or cancelled count for nothing", () => {
    const world = aWorld()
      .withConfig({ parallel: 1 })
      .withFeature("a")
      .withFeature("z")
      .withFeature("after-z", { dependsOn: ["z"], status: "cancelled" });
    expect(world.dispatched()).toEqual(["a"]);
  });

  test("then priority, then name", () => {
    const world = aWorld().withFeature("c").withFeature("b").withFeature("a").withFeature("urgent", { priority: 1 });
    expect(world.dispatched()).toEqual(["urgent", "a", "b", "c"]);
  });

  test("a line of ten thousand is counted", () => {
    const world = aWorld();
    for (let n = 0; n < 10_000; n += 1) world.withFeature(`f${n}`, n === 0 ? {} : { dependsOn: [`f${n - 1}`] });
    expect(world.dispatched()).toEqual(["f0"]);
  });

  test("missions take turns", () => {
    const world = aWorld()
      .withConfig({ parallel: 3 })
      .withFeature("a")
      .withFeature("b")
      .withMission("shop")
      .withFeature("x")
      .withFeature("y");
    expect(world.dispatched()).toEqual(["a", "x", "b"]);
  });

  test("a mission with fewer live runs comes first, then the one that was served longest ago", () => {
    const world = aWorld().withConfig({ parallel: 2 }).withFeature("a").withFeature("b");
    world.after((it) => it.claimed("a")).withLocalRun("a-1");
    world.withMission("shop").withFeature("x");
    expect(world.dispatched()).toEqual(["x"]);
    const served = aWorld()
      .withConfig({ parallel: 1 })
      .withFeature("a")
      .after((it) => it.ran("a", "lost"));
    served
      .later(1)
      .withMission("shop")
      .withFeature("x")
      .after((it) => it.ran("x", "lost"));
    expect(served.dispatched()).toEqual(["a"]);
    served.later(1).withMission("shop").withFeature("x");
    expect(served.dispatched()).toEqual(["x"]);
  });
});

describe("how many", () => {
  test("as many as this host has places", () => {
    expect(
      aWorld().withConfig({ parallel: 2 }).withFeature("a").withFeature("b").withFeature("c").dispatched(),
    ).toEqual(["a", "b"]);
  });

  test("as many as the mission allows", () => {
    const world = aWorld({ parallel: 2 }).withFeature("a").withFeature("b").withFeature("c").withFeature("d");
    expect(world.after((it) => it.claimed("a", { host: "ben" })).dispatched()).toEqual(["b"]);
  });

  test("never two whose scopes overlap", () => {
    const world = aWorld()
      .withFeature("a", { scope: ["src/**"] })
      .withFeature("b", { scope: ["src/b.ts"] })
      .withFeature("c", { scope: ["docs/**"] })
      .withFeature("d");
    expect(world.dispatched()).toEqual(["a", "c", "d"]);
  });

  test("never two whose scopes overlap on one home, over missions; on homes of their own they may", () => {
    const scope = ["src/**"];
    const onMain = { home: "default" as const, mode: "poc" as const };
    const shared = aWorld(onMain)
      .withFeature("a", { scope })
      .withMission("shop", onMain)
      .withFeature("x", { scope })
      .withFeature("y");
    expect(shared.dispatched()).toEqual(["a", "y"]);
    shared.after((it) => it.claimed("x", { host: "ben" }));
    expect(shared.dispatched()).toEqual(["y"]);
    const apart = aWorld().withFeature("a", { scope }).withMission("shop").withFeature("x", { scope });
    expect(apart.dispatched()).toEqual(["a", "x"]);
  });

  test("no more than the budget pays for", () => {
    const world = aWorld(FOUR_USD)
      .withFeature("a", { size: "S" })
      .withFeature("b", { size: "S" })
      .withFeature("c", { size: "S" });
    expect(world.decided("dispatch").map(({ reserve }) => reserve.usd)).toEqual([2, 2]);
  });
});

test("a dispatch says all that is needed to carry it out", () => {
  const world = aWorld()
    .withFeature("schema")
    .after((it) => it.delivered("schema").gated(["schema"], "failed"));
  expect(world.decisions()).toEqual([
    {
      kind: "dispatch",
      mission: "crm",
      tip: "r5",
      because: "sent back: gate failed: npm test",
      feature: "schema",
      attempt: 2,
      spec: "spec-schema",
      runtime: "mine",
      role: "coder",
      kept: "schema@1",
      session: null,
      reserve: { usd: 5, minutes: 60, tokens: 0 },
    },
  ]);
});
