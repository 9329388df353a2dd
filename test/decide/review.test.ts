import { expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";
import { runtimeDocument } from "../helpers/world-documents.ts";

/** Delivered and gated, in the order of their names. */
function waiting(world: World, ...features: string[]): World {
  for (const feature of features)
    world.withFeature(feature).after((it) => it.delivered(feature, { usage: { costUsd: 0 } }).gated([feature]));
  return world;
}

const reviewed = (world: World) => world.decided("review").map(({ feature }) => feature);

test("reviews start in order of delivery and before new work, in the places that there are", () => {
  const world = waiting(aWorld({ review: "reviewer" }), "b", "a").withConfig({ parallel: 2 });
  world.withFeature("c");
  expect(world.decisions().map(({ kind }) => kind)).toEqual(["review", "review"]);
  expect(reviewed(world)).toEqual(["b", "a"]);
  expect(world.withConfig({ parallel: 3 }).dispatched()).toEqual(["c"]);
});

test("a mission's own limit of workers holds for its reviewers", () => {
  const world = waiting(aWorld({ review: "reviewer", parallel: 1 }), "a", "b").withFeature("c");
  expect(reviewed(world)).toEqual(["a"]);
  expect(world.dispatched()).toEqual([]);
  world.after((it) => it.reviewing("a"));
  expect(world.decisions()).toEqual([]);
});

test("reviews and new work share one budget", () => {
  const world = waiting(
    aWorld({ review: "reviewer", budget: { usd: 8, hours: null, tokens: null, alertAt: [] } }),
    "a",
  );
  world.withFeature("c");
  expect(world.decided("review")).toMatchObject([{ reserve: { usd: 5 } }]);
  expect(world.decided("dispatch")).toMatchObject([{ reserve: { usd: 3 } }]);
});

test("a runtime whose provider refused is tried with one run of either kind", () => {
  const world = waiting(aWorld({ review: "reviewer" }), "a", "b").withFeature("c");
  world.withConfig({ runtimes: [runtimeDocument("mine")], parallel: 9 });
  world
    .later(1000)
    .after((it) => it.reviewing("a").ended(it.lastRun, "quota", { until: world.now + 500, runtime: "mine" }));
  expect(world.decisions()).toEqual([]);
  world.later(1000);
  expect(world.decisions().map(({ kind }) => kind)).toEqual(["review"]);
});
