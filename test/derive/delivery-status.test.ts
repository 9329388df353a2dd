import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";

const CASES = [
  ["its risk is red", { risk: "red" as const }, {}],
  ["it changes protected paths: .github/ci.yml", {}, { protectedPaths: [".github/ci.yml"] }],
  ["it changes paths outside its scope: README.md", {}, { outsidePaths: ["README.md"] }],
] as const;

describe("approval", () => {
  test.each(CASES)("is asked because %s, once its own gate has passed", (reason, given, end) => {
    const world = aWorld()
      .withFeature("schema", given)
      .after((it) => it.delivered("schema", end));
    expect(world.feature("schema").condition.code).toBe("gating");
    expect(world.decided("gate")).toMatchObject([{ because: "before anybody looks at it", purpose: "features" }]);
    expect(world.decided("ask")).toEqual([]);
    world.after((it) => it.gated(["schema"]));
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "approval", about: "schema" } }]);
    world.asks();
    expect(world.feature("schema")).toMatchObject({
      status: "needs_input",
      condition: { message: reason, next: "mission approve crm/q1" },
    });
    expect(world.decisions()).toEqual([]);
    expect(world.mission().openAsks).toHaveLength(1);
  });

  test("is not asked of harmless work", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.delivered("schema").gated(["schema"]));
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["land"]);
  });

  const approved = () =>
    red(aWorld())
      .asks()
      .after((it) => it.approved());

  test("once given lets the work land on the verdict that stands", () => {
    expect(approved().decided("land")).toMatchObject([{ features: [{ feature: "schema", head: "schema@1" }] }]);
  });

  test("stays when home moves: only the gate runs again", () => {
    const world = approved().homeMoved("code");
    expect(world.decided("ask")).toEqual([]);
    expect(world.decided("gate")).toMatchObject([{ because: "delivered work waits to land" }]);
    world.after((it) => it.gated(["schema"]));
    expect(world.decided("land")).toHaveLength(1);
  });

  test.each<[string, (world: World) => World]>([
    [
      "spec",
      (world) =>
        world.edited("schema", { spec: "spec-2" }).after((it) => it.delivered("schema", OUTSIDE).gated(["schema"])),
    ],
    [
      "head",
      (world) =>
        world.withMissionFacts({ candidates: { schema: "x" } }).after((it) => it.verdict(chain("schema", "x"), passed)),
    ],
    ["risk class", (world) => world.edited("schema", { risk: "yellow" })],
  ])("dies with the %s that it was given for", (_, change) => {
    const world = aWorld()
      .withFeature("schema", { risk: "red" })
      .after((it) => it.delivered("schema", OUTSIDE).gated(["schema"]))
      .asks()
      .after((it) => it.approved());
    expect(world.decided("land")).toHaveLength(1);
    change(world);
    expect(world.decided("land")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "approval" } }]);
  });

  test("an open ask for an older head or risk waits for nobody", () => {
    const world = red(aWorld()).asks();
    expect(world.mission().openAsks).toHaveLength(1);
    expect(world.edited("schema", { risk: "green" }).mission().openAsks).toEqual([]);
    expect(world.edited("schema", { risk: "red" }).mission().openAsks).toHaveLength(1);
    world.withMissionFacts({ candidates: { schema: "fixed-up" } });
    expect(world.mission().openAsks).toEqual([]);
  });

  test("of two, the landing of the first does not void the second", () => {
    const world = aWorld()
      .withFeature("a", { risk: "red" })
      .withFeature("b", { risk: "red" })
      .after((it) => it.delivered("a").gated(["a"]).delivered("b").gated(["b"]))
      .asks();
    world.after((it) => it.approved(1).approved(2));
    expect(world.decided("land")).toHaveLength(1);
    world.after((it) => it.landed("a"));
    expect(world.decided("ask")).toEqual([]);
    expect(world.decided("gate")).toMatchObject([{ features: [{ feature: "b" }] }]);
    world.after((it) => it.gated(["b"]));
    expect(world.decided("land")).toMatchObject([{ features: [{ feature: "b" }] }]);
  });

  test("denied, the work is sent back with the person's words", () => {
    const world = red(aWorld())
      .asks()
      .after((it) => it.denied(1, "not like this"));
    expect(world.decided("dispatch")).toMatchObject([
      { because: "sent back: denied: not like this", kept: "schema@1" },
    ]);
    expect(world.feature("schema").round).toBe(1);
  });

  test("denied work that is delivered again as it was is asked about again", () => {
    const world = red(aWorld())
      .asks()
      .after((it) => it.denied(1, "why?"));
    world.after((it) => it.delivered("schema", { head: "schema@1" }).gated(["schema"]));
    expect(world.feature("schema")).toMatchObject({ status: "needs_input", round: 1 });
    expect(world.decided("ask")).toHaveLength(1);
  });

  test("words alone are no decision: it is asked again", () => {
    const world = red(aWorld())
      .asks()
      .after((it) => it.answered(1, "hm"));
    expect(world.decided("ask")).toHaveLength(1);
    expect(world.asks().feature("schema").condition.next).toBe("mission approve crm/q2");
  });

  test("an approval that is bound to something else is none", () => {
    const world = red(aWorld()).asks();
    world.after((it) =>
      it.record({ kind: "answered", ask: 1, decision: "approved", boundTo: "spec-schema other red" }),
    );
    expect(world.decided("land")).toEqual([]);
    expect(world.feature("schema").status).toBe("needs_input");
  });
});

describe("sign_off: feature", () => {
  test("each landing waits for a person's signature", () => {
    const world = aWorld({ signOff: "feature" })
      .withFeature("schema")
      .after((it) => it.delivered("schema").gated(["schema"]));
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "sign-off", about: "schema" } }]);
    world.asks().after((it) => it.approved());
    expect(world.decided("land")).toHaveLength(1);
  });

  test("one signature covers the other reasons to ask", () => {
    const world = aWorld({ signOff: "feature" })
      .withFeature("schema", { risk: "red" })
      .after((it) => it.delivered("schema").gated(["schema"]))
      .asks()
      .after((it) => it.approved());
    expect(world.decided("ask")).toEqual([]);
    expect(world.decided("land")).toHaveLength(1);
  });
});

describe("a gate that can't decide", () => {
  const undecided = (world = aWorld()) =>
    world
      .withFeature("schema")
      .after((it) => it.delivered("schema").gated(["schema"], "inconclusive", { body: "a person has to look" }));

  test("asks a person, who passes it for this spec and head", () => {
    const world = undecided();
    expect(world.decided("ask")).toMatchObject([
      { ask: { ask: "override", about: "schema", boundTo: "spec-schema schema@1" } },
    ]);
    world.asks();
    expect(world.feature("schema")).toMatchObject({ status: "needs_input", condition: { code: "inconclusive" } });
    world.after((it) => it.approved());
    expect(world.decided("land")).toHaveLength(1);
  });

  test("is passed on a home that has moved only after it could not decide there either", () => {
    const world = undecided()
      .asks()
      .after((it) => it.approved())
      .homeMoved("code");
    expect(world.decided("land")).toEqual([]);
    expect(world.decided("gate")).toHaveLength(1);
    world.after((it) => it.gated(["schema"], "inconclusive"));
    expect(world.decided("ask")).toEqual([]);
    expect(world.decided("land")).toHaveLength(1);
  });

  test("denied, the work is sent back", () => {
    const world = undecided()
      .asks()
      .after((it) => it.denied(1, "it is wrong"));
    expect(world.decided("dispatch")).toMatchObject([{ because: "sent back: denied: it is wrong" }]);
  });

  test("in full mode nothing to check is the same, without a process", () => {
    const world = aWorld({ verify: [] })
      .withFeature("schema")
      .after((it) => it.delivered("schema"));
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("record")).toMatchObject([
      { of: "gate", result: "inconclusive", features: [{ feature: "schema" }] },
    ]);
    world.after((it) => it.verdict(chain("schema", "schema@1"), { result: "inconclusive" }));
    expect(world.decided("record")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "override" } }]);
  });

  test("in poc mode nothing to check lands unchecked", () => {
    const world = aWorld({ mode: "poc" })
      .withFeature("schema")
      .after((it) => it.delivered("schema"));
    expect(world.decisions()).toMatchObject([{ kind: "land", verdict: null, because: "there is nothing to check" }]);
  });
});

describe("a gate that can't be run", () => {
  const setupFails = (world: World) =>
    world.after((it) =>
      it
        .gating(["schema"])
        .verdict(chain("schema", "schema@1"), { result: "inconclusive" })
        .ended(it.lastRun, "setup-failed", { body: "Setup failed: `npm ci`: exit code 1" }),
    );
  const delivered = () =>
    aWorld()
      .withFeature("schema")
      .after((it) => it.delivered("schema"));

  test("is tried again once, then a person is told", () => {
    const world = setupFails(delivered());
    expect(world.decided("gate")).toHaveLength(1);
    setupFails(world);
    expect(world.decisions()).toEqual([]);
    expect(world.feature("schema")).toMatchObject({
      status: "blocked",
      column: "review",
      condition: { code: "setup", message: "setup of its gate failed twice: Setup failed: `npm ci`: exit code 1" },
    });
  });

  test("is tried again when home has changed, for that is where setup is mended", () => {
    const world = setupFails(setupFails(delivered())).edited("crm", { setup: ["npm install"] });
    expect(world.decided("gate")).toHaveLength(1);
  });

  test("five lost gates in a row are the breaker", () => {
    const world = delivered();
    const lose = () => world.after((it) => it.gating(["schema"]).ended(it.lastRun, "lost"));
    for (let n = 0; n < 4; n += 1) lose();
    expect(world.decided("gate")).toHaveLength(1);
    expect(lose().feature("schema").condition.code).toBe("breaker");
  });

  test("a stopped gate is started again", () => {
    const world = delivered();
    for (let n = 0; n < 9; n += 1) world.after((it) => it.gating(["schema"]).ended(it.lastRun, "stopped"));
    expect(world.decided("gate")).toHaveLength(1);
  });
});

const OUTSIDE = { outsidePaths: ["README.md"] };

const passed = { checks: [{ result: "passed" as const, label: "npm test", fingerprint: null }] };

function chain(feature: string, head: string) {
  return { kind: "features" as const, features: [{ feature, head }] };
}

function red(world: World): World {
  return world.withFeature("schema", { risk: "red" }).after((it) => it.delivered("schema").gated(["schema"]));
}
