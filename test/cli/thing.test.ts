import { describe, expect, it } from "vitest";
import { CommandError, MeantError } from "../../src/cli/command-error.ts";
import { nameOf, resolveMission, resolveThing } from "../../src/cli/thing.ts";
import type { State } from "../../src/model/state.ts";
import { aCrm, aCrmWorld } from "../view/crm.ts";
import { aWorld, HOST } from "../view/world.ts";

function named(word: string, state: State = aCrm()): string {
  const thing = resolveThing(state, word);
  return `${thing.kind} ${nameOf(thing)}`;
}

function failure(work: () => unknown): CommandError {
  try {
    work();
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("a THING", () => {
  it.each([
    ["crm", "mission crm"],
    ["crm/", "mission crm"],
    [" crm ", "mission crm"],
    ["crm/contacts", "milestone crm/contacts"],
    ["crm/02-contacts", "milestone crm/contacts"],
    ["crm/auth", "feature crm/auth"],
    ["auth-2-x7k3m1", "run auth-2-x7k3m1"],
    ["auth-2", "run auth-2-x7k3m1"],
    ["crm/auth-2", "run auth-2-x7k3m1"],
    ["q1", "ask crm/q1"],
    ["crm/q1", "ask crm/q1"],
    ["agent:coder", "agent agent:coder"],
    [`host:${HOST}`, `host host:${HOST}`],
  ])("%s is %s", (word, expected) => {
    expect(named(word)).toBe(expected);
  });

  it.each([
    ["crn", "crm"],
    ["crm/auht", "crm/auth"],
    ["crm/contact", "crm/contacts"],
    ["auth", "crm/auth"],
    ["crm/q2", "crm/q1"],
    ["agent:coders", "agent:coder"],
    ["auth-2-x7k3m", "auth-2-x7k3m1"],
  ])("%s is not one, %s was meant", (word, meant) => {
    const error = failure(() => named(word));
    expect(error).toBeInstanceOf(MeantError);
    expect(error.exitCode).toBe(2);
    expect(error).toMatchObject({ typed: word, meant });
  });

  it("is asked for where nothing is like it, and where there is nothing at all", () => {
    expect(failure(() => named("completely-different"))).toMatchObject({
      code: "unknown-thing",
      next: "mission status",
    });
    expect(failure(() => named("crm", aWorld().state()))).toMatchObject({
      code: "no-mission",
      next: 'mission new "what you want to have"',
    });
    expect(failure(() => named("q0"))).toBeInstanceOf(CommandError);
  });

  it("is named in full where several missions have it", () => {
    const question = { kind: "asked", ask: "question", about: null, risk: null, boundTo: "b", expires: null } as const;
    const state = aCrmWorld().withMission("shop").withRecord(question).state();
    expect(failure(() => named("q1", state))).toMatchObject({
      code: "ambiguous-thing",
      meant: "crm/q1",
      message: expect.stringContaining("crm/q1 or shop/q1"),
    });
    expect(named("shop/q1", state)).toBe("ask shop/q1");
  });
});

describe("the mission that is meant", () => {
  it("is the only one that is not over", () => {
    const world = aWorld().withMission("old", { status: "completed" }).withMission("crm");
    expect(resolveMission(world.state(), null).id).toBe("crm");
    expect(failure(() => resolveMission(world.withMission("shop").state(), null))).toMatchObject({
      code: "which-mission",
    });
    expect(failure(() => resolveMission(aWorld().state(), null))).toMatchObject({ code: "no-mission" });
  });

  it("is not one of its parts", () => {
    expect(failure(() => resolveMission(aCrm(), "crm/auth"))).toMatchObject({ code: "not-a-mission", meant: "crm" });
  });
});
