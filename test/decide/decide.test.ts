import { expect, test } from "vitest";
import { DECISION_KINDS } from "../../src/model/decision.ts";
import { aWorld } from "../helpers/world.ts";

test("a pulse decides in one order: ends before beginnings, landing before new work", () => {
  const world = aWorld({ parallel: 9 });
  for (const name of ["gone", "dead", "waiting", "adopted", "landing", "red", "ready"]) world.withFeature(name);
  world
    .edited("red", { risk: "red" })
    .edited("adopted", { status: "done" })
    .after((it) => it.claimed("gone").claimed("dead").claimed("waiting").delivered("landing").gated(["landing"]))
    .after((it) => it.delivered("red"))
    .edited("gone", { status: "cancelled" })
    .withLocalRun("gone-1")
    .withLocalRun("dead-1", { owner: "dead" })
    .withLocalRun("waiting-1", { owner: "dead", waiting: 1 })
    .withLocalRun("ready-1", { owner: "dead" });
  const kinds = world.decisions().map(({ kind }) => kind);
  expect(kinds).toEqual(["withdraw", "settle", "recover", "discard", "adopt", "land", "gate", "dispatch"]);
  const order = kinds.map((kind) => DECISION_KINDS.indexOf(kind));
  expect(order).toEqual([...order].sort((a, b) => a - b));
});

test("every decision says why", () => {
  const world = aWorld()
    .withFeature("a")
    .withFeature("b")
    .after((it) => it.delivered("a"));
  for (const { because } of world.decisions()) expect(because).not.toBe("");
});

test("decisions about a mission name the tip that they were made on", () => {
  const world = aWorld()
    .withFeature("a")
    .withFeature("b")
    .after((it) => it.delivered("a"));
  const { tip } = world.mission().ledger;
  for (const decision of world.decisions()) expect(decision).toMatchObject({ mission: "crm", tip });
});

test("several features that wait for one budget are one ask", () => {
  const world = aWorld({ budget: { usd: 0, hours: null, tokens: null, alertAt: [] } })
    .withFeature("a")
    .withFeature("b");
  expect(world.decisions().map(({ kind }) => kind)).toEqual(["ask"]);
});
