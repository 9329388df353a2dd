import { expect, test } from "vitest";
import type { Outcome } from "../../src/model/record.ts";
import { aWorld, MINUTE, NOON, type World } from "../helpers/world.ts";

const ANSWERED = { tokensIn: 10, tokensOut: 1 };
const SILENT = { tokensIn: 0, tokensOut: 0 };

const given = { session: "s-1", runtime: "mine", head: "schema@1", until: NOON } as const;
const ranInto = (outcome: Outcome, usage: object = ANSWERED, more: object = {}): World =>
  aWorld()
    .withFeature("schema")
    .after((it) => it.ran("schema", outcome, { ...given, usage, ...more }))
    .later(MINUTE);
const sessions = (world: World) => world.decided("dispatch").map(({ session }) => session);

test.each(["quota", "provider", "stopped"] as const)("goes on after %s", (outcome) => {
  const world = ranInto(outcome);
  if (outcome === "stopped") world.after((it) => it.control("crm/schema", "resume"));
  expect(sessions(world)).toEqual(["s-1"]);
});

test.each(["failed", "timeout", "idle", "over-budget"] as const)("does not go on after %s", (outcome) => {
  expect(sessions(ranInto(outcome, ANSWERED, { fingerprint: "f" }))).toEqual([null]);
});

test("that no model has answered is none", () => {
  expect(sessions(ranInto("provider", SILENT))).toEqual([null]);
});

test("that was refused on its way goes on with what was said before", () => {
  const world = ranInto("quota");
  world.after((it) => it.ran("schema", "provider", { ...given, usage: SILENT, until: world.now })).later(MINUTE);
  expect(sessions(world)).toEqual(["s-1"]);
});

test.each(["--config=x", "-c", "../up", "a b", "x".repeat(200), ""])("named %j is none", (session) => {
  expect(sessions(ranInto("quota", ANSWERED, { session }))).toEqual([null]);
});

test("of another runtime, or for another spec, is none", () => {
  expect(sessions(ranInto("quota", ANSWERED, { runtime: "other" }))).toEqual([null]);
  const world = ranInto("quota");
  world.edited("schema", { spec: "another" });
  expect(sessions(world)).toEqual([null]);
});
