import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

function delivering(names: readonly string[], world = aWorld()): World {
  for (const name of names) world.withFeature(name);
  return world.after((it) => {
    for (const name of names) it.delivered(name);
  });
}

function nextGate(world: World): string[][] {
  return world.decided("gate").map(({ features }) => features.map(({ feature }) => feature));
}

describe("chains", () => {
  test("of ten candidates eight are gated together in order of delivery, then two", () => {
    const world = delivering(NAMES);
    expect(nextGate(world)).toEqual([NAMES.slice(0, 8)]);
    world.after((it) => it.gated(NAMES.slice(0, 8)));
    expect(world.decided("land")).toMatchObject([{ features: NAMES.slice(0, 8).map((feature) => ({ feature })) }]);
    world.after((it) => it.landed(...NAMES.slice(0, 8)));
    expect(nextGate(world)).toEqual([["i", "j"]]);
    world.after((it) => it.gated(["i", "j"]).landed("i", "j"));
    expect(world.decided("gate")).toEqual([]);
  });

  test("the order is that of delivery, not of names", () => {
    const world = aWorld().withFeature("a").withFeature("b");
    expect(nextGate(world.after((it) => it.delivered("b").delivered("a")))).toEqual([["b", "a"]]);
  });

  test("a chain that fails is halved, and one of one is its feature's verdict", () => {
    const world = delivering(["a", "b", "c", "d"]);
    world.after((it) => it.gated(["a", "b", "c", "d"], "failed"));
    expect(nextGate(world)).toEqual([["a", "b"]]);
    world.after((it) => it.gated(["a", "b"], "failed"));
    expect(nextGate(world)).toEqual([["a"]]);
    world.after((it) => it.gated(["a"], "failed"));
    expect(world.feature("a")).toMatchObject({ status: "ready", round: 1 });
    expect(nextGate(world)).toEqual([["b", "c", "d"]]);
  });

  test("what a half passes lands, and the rest is a new chain", () => {
    const world = delivering(["a", "b", "c", "d"]);
    world.after((it) => it.gated(["a", "b", "c", "d"], "failed").gated(["a", "b"]));
    expect(world.decided("land")).toMatchObject([{ features: [{ feature: "a" }, { feature: "b" }] }]);
    world.after((it) => it.landed("a", "b"));
    expect(nextGate(world)).toEqual([["c", "d"]]);
  });

  test("a chain that begins with one that failed is halved as well: the rest did not merge with it", () => {
    const world = delivering(["a", "b", "c", "d"]);
    world.after((it) => it.gated(["a", "b"], "failed"));
    expect(nextGate(world)).toEqual([["a"]]);
  });

  test("a failed chain says nothing once home has other code", () => {
    const world = delivering(["a", "b"]).after((it) => it.gated(["a", "b"], "failed"));
    expect(nextGate(world)).toEqual([["a"]]);
    expect(nextGate(world.homeMoved("code"))).toEqual([["a", "b"]]);
  });

  test("a gate whose setup failed says nothing about its chain", () => {
    const world = delivering(["a", "b"]).after((it) =>
      it
        .gating(["a", "b"])
        .verdict({ kind: "features", features: it.heads(["a", "b"]) }, { result: "inconclusive" })
        .ended(it.lastRun, "setup-failed"),
    );
    expect(nextGate(world)).toEqual([["a", "b"]]);
  });

  test("one chain is gated at a time, and one started elsewhere counts", () => {
    const world = delivering(["a", "b", "c"]).after((it) => it.gating(["a", "b"], { host: "elsewhere" }));
    expect(nextGate(world)).toEqual([]);
    expect(world.feature("a").condition).toMatchObject({ message: "its gate runs" });
  });

  test("an approval that waits holds back nobody", () => {
    const world = delivering(["a", "b"])
      .edited("a", { risk: "red" })
      .after((it) => it.gated(["a"]))
      .asks();
    expect(nextGate(world)).toEqual([["b"]]);
  });

  test("a feature that is held after its gate leaves the chain", () => {
    const world = delivering(["a", "b"]).after((it) => it.gated(["a", "b"]));
    expect(world.decided("land")).toHaveLength(1);
    world.after((it) => it.control("crm/a", "pause"));
    expect(world.decided("land")).toEqual([]);
    expect(nextGate(world)).toEqual([["b"]]);
  });

  test("in poc mode work with checks is gated and work without lands as it is", () => {
    const world = aWorld({ mode: "poc" })
      .withFeature("a")
      .withFeature("b", { verify: [bash("npm test -- b")] })
      .after((it) => it.delivered("a").delivered("b"));
    expect(world.decided("land")).toMatchObject([{ features: [{ feature: "a" }], verdict: null }]);
    world.after((it) => it.landed("a"));
    expect(world.decided("gate")).toMatchObject([{ checks: [{ check: { run: "npm test -- b" } }] }]);
  });
});

describe("what a gate asks", () => {
  test("checks of config and mission, of the features of the milestone that are done, and of those in the chain, each once", () => {
    const world = aWorld({ verify: [bash("npm test"), bash("npm run build")] })
      .withConfig({ verify: [bash("npm run lint"), bash("npm test")] })
      .withFeature("other", { verify: [bash("check other")], status: "done" })
      .withMilestone("contacts")
      .withFeature("done", { verify: [bash("check done")], status: "done" })
      .withFeature("open", { verify: [bash("check open")] })
      .withFeature("mine", { verify: [bash("check mine"), bash("npm test")] })
      .after((it) => it.landed("other", "done").validated("foundation").delivered("mine"));
    const asked = world.decided("gate")[0]?.checks.map(({ check }) => check.method === "bash" && check.run);
    expect(asked).toEqual(["npm run lint", "npm test", "npm run build", "check done", "check mine"]);
  });

  test("verify_only replaces the checks of the config", () => {
    const world = aWorld({ verifyOnly: [bash("make check")] })
      .withConfig({ verify: [bash("npm run lint")] })
      .withFeature("a")
      .after((it) => it.delivered("a"));
    expect(world.decided("gate")[0]?.checks).toMatchObject([{ check: { run: "make check" } }]);
  });

  test("an edited check makes an old verdict say nothing", () => {
    const world = delivering(["a"]).after((it) => it.gated(["a"]));
    expect(world.decided("land")).toHaveLength(1);
    world.edited("crm", { verify: [bash("npm run test:all")] });
    expect(world.decided("land")).toEqual([]);
    expect(nextGate(world)).toEqual([["a"]]);
  });

  test("a check that is taken away leaves the verdict", () => {
    const world = aWorld({ verify: [bash("npm test"), bash("npm run build")] });
    delivering(["a"], world).after((it) => it.gated(["a"]));
    expect(world.edited("crm", { verify: [bash("npm test")] }).decided("land")).toHaveLength(1);
  });
});

describe("when home moves", () => {
  test("in mission files only, the verdict stands", () => {
    const world = delivering(["a"]).after((it) => it.gated(["a"]));
    expect(world.homeMoved("files").decided("land")).toHaveLength(1);
  });

  test("in code, the work is gated again", () => {
    const world = delivering(["a"])
      .after((it) => it.gated(["a"]))
      .homeMoved("code");
    expect(world.decided("land")).toEqual([]);
    expect(nextGate(world)).toEqual([["a"]]);
  });

  const tooLate = (world: World, times: number) => {
    for (let n = 0; n < times; n += 1) world.after((it) => it.gated(["a"])).homeMoved("code");
    return world;
  };

  test("three passed gates in a row that came too late ask a person, and the answer goes on", () => {
    const world = tooLate(delivering(["a"]), 2);
    expect(nextGate(world)).toEqual([["a"]]);
    tooLate(world, 1);
    expect(nextGate(world)).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "stale", about: null } }]);
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.feature("a")).toMatchObject({
      status: "needs_input",
      condition: { code: "stale", next: "mission approve crm/q1" },
    });
    expect(world.mission().openAsks).toHaveLength(1);
    world.after((it) => it.approved());
    expect(nextGate(world)).toEqual([["a"]]);
    expect(world.mission().openAsks).toEqual([]);
  });

  test("a landing between them ends the row", () => {
    const world = tooLate(delivering(["a", "b"]), 2).after((it) => it.gated(["b"]).landed("b"));
    expect(nextGate(tooLate(world, 1).after((it) => it.homeGated()))).toEqual([["a"]]);
  });

  test("gates of work that waits for a person are not too late", () => {
    const world = delivering(["a", "b", "c", "d"]);
    for (const name of ["a", "b", "c"]) world.edited(name, { risk: "red" });
    world
      .after((it) => it.gated(["a"]).gated(["b"]).gated(["c"]))
      .asks()
      .homeMoved("code");
    expect(nextGate(world)).toEqual([["d"]]);
    expect(world.decided("ask")).toEqual([]);
  });
});

describe("a checkout in the way", () => {
  const waiting = () =>
    delivering(["a"])
      .after((it) => it.gated(["a"]))
      .withObstacle("a rebase is in progress in /work");

  test("holds the landing back and says for what", () => {
    expect(waiting().decisions()).toEqual([]);
    expect(waiting().feature("a")).toMatchObject({
      status: "review",
      condition: { code: "landing", message: "its gate passed; waits: a rebase is in progress in /work" },
    });
  });

  test("is looked at again after a while: no record tells when it is gone", () => {
    const world = waiting();
    expect(world.state().until).toBe(world.now + 15_000);
    expect(world.withObstacle(null).decided("land")).toHaveLength(1);
  });
});
