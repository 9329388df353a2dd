import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";

/** One feature landed, another one is delivered; then a person puts code on home. */
function movedByPerson(given: Parameters<typeof aWorld>[0] = {}): World {
  return aWorld(given)
    .withFeature("a")
    .withFeature("b")
    .after((it) => it.finished("a").delivered("b"))
    .homeMoved("code");
}

const purposes = (world: World) => world.decided("gate").map(({ purpose }) => purpose);

describe("code that a person puts on home", () => {
  test("is gated at once, before delivered work is judged on it", () => {
    const world = movedByPerson();
    expect(world.decided("gate")).toMatchObject([{ purpose: "home", head: "home-3", features: [] }]);
    expect(world.mission().unjudged?.code).toBe("home-unchecked");
    expect(world.feature("b").status).toBe("review");
  });

  test("once it has passed, work is judged on it", () => {
    const world = movedByPerson().after((it) => it.homeGated());
    expect(purposes(world)).toEqual(["features"]);
    expect(world.mission().unjudged).toBeNull();
  });

  test("that does not pass is a person's: it is asked once, and nothing is judged on it", () => {
    const world = movedByPerson().after((it) => it.homeGated("failed"));
    expect(purposes(world)).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "home", boundTo: "code-3" } }]);
    world.asks();
    expect(world.decided("ask")).toEqual([]);
    expect(world.mission().openAsks).toHaveLength(1);
    expect(world.mission().unjudged?.next).toBe("mission approve crm/q1");
  });

  test("that a person accepts as it is holds nothing back", () => {
    const world = movedByPerson()
      .after((it) => it.homeGated("failed"))
      .asks();
    world.after((it) => it.approved());
    expect(purposes(world)).toEqual(["features"]);
  });

  test("that a person does not accept waits to be mended, and is not asked about again", () => {
    const world = movedByPerson()
      .after((it) => it.homeGated("failed"))
      .asks();
    world.after((it) => it.denied());
    expect(world.decisions().filter(({ kind }) => kind === "gate" || kind === "ask")).toEqual([]);
    expect(world.mission().unjudged?.next).toContain("mend");
    expect(purposes(world.homeMoved("code"))).toEqual(["home"]);
  });

  test("is gated by one run at a time", () => {
    const world = movedByPerson().after((it) => it.homeGating());
    expect(world.decided("gate")).toEqual([]);
  });

  test("again and again holds delivered work back for one gate only", () => {
    const world = movedByPerson()
      .after((it) => it.homeGated())
      .homeMoved("code");
    expect(purposes(world)).toEqual(["features"]);
  });

  test("is judged before a validation", () => {
    const world = aWorld()
      .withFeature("a")
      .after((it) => it.finished("a"))
      .homeMoved("code");
    expect(world.decided("validate")).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "validating",
      condition: { code: "home-unchecked" },
    });
    expect(world.after((it) => it.homeGated()).decided("validate")).toHaveLength(1);
  });

  test("before anything has landed, in files of missions only, or in poc mode is not gated", () => {
    const first = aWorld()
      .withFeature("a")
      .after((it) => it.delivered("a"))
      .homeMoved("code");
    expect(purposes(first)).toEqual(["features"]);
    const files = aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.finished("a").delivered("b"))
      .homeMoved("files");
    expect(purposes(files)).toEqual(["features"]);
    expect(purposes(movedByPerson({ mode: "poc" }))).not.toContain("home");
  });

  test("and marks done is gated as well", () => {
    const world = aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.finished("a"))
      .homeMoved("code")
      .after((it) => it.record({ ...LANDED_BY_HAND, codeTree: it.home.codeTree }));
    expect(purposes(world)).toEqual(["home"]);
  });
});

const LANDED_BY_HAND = { kind: "landed", feature: "b", run: null, spec: "spec-b", commit: "home-2" } as const;
