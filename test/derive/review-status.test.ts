import { describe, expect, test } from "vitest";
import { LIMITS } from "../../src/model/limits.ts";
import { aWorld, type World } from "../helpers/world.ts";
import { roleDocument, runtimeDocument } from "../helpers/world-documents.ts";

const REVIEWED = { review: "reviewer" } as const;
const kinds = (world: World) => world.decisions().map(({ kind }) => kind);
const delivered = () =>
  aWorld(REVIEWED)
    .withFeature("schema")
    .after((it) => it.delivered("schema"));
const gated = () => delivered().after((it) => it.gated(["schema"]));

describe("who reviews", () => {
  const claude = runtimeDocument("claude", { kind: "claude" });
  const codex = runtimeDocument("codex", { kind: "codex" });
  const mine = runtimeDocument("mine");
  const own = {
    config: { ...aWorld().config },
    roles: [roleDocument("reviewer", { file: "missions/agents/reviewer.md" })],
  };

  test.each<[string, (world: World) => World, string | null]>([
    ["nobody, where only a person's own programs are configured", (world) => world, null],
    ["a coding agent, where there is one", (world) => world.withConfig({ runtimes: [mine, claude] }), "claude"],
    [
      "the one that is the default",
      (world) => world.withConfig({ runtimes: [claude, codex], runtime: "codex" }),
      "codex",
    ],
    [
      "nobody, where the default is a person's own program",
      (world) => world.withConfig({ runtimes: [mine, claude], runtime: "mine" }),
      null,
    ],
    ["any program, once the mission names a role", (world) => world.edited("crm", { review: "reviewer" }), "mine"],
    ["any program, once the settings name a role", (world) => world.withConfig({ review: "writer" }), "mine"],
    [
      "any program, where the repository has a reviewer of its own",
      (world) => world.withMissionFacts({ repository: { ...own, findings: [] } }),
      "mine",
    ],
    [
      "nobody, where the mission says none",
      (world) => world.withConfig({ runtimes: [claude] }).edited("crm", { review: "none" }),
      null,
    ],
    [
      "the mission's word before that of the settings",
      (world) => world.withConfig({ review: "none" }).edited("crm", { review: "reviewer" }),
      "mine",
    ],
    ["nobody in a poc", (world) => world.edited("crm", { mode: "poc", review: "reviewer" }), null],
  ])("%s", (_, change, runtime) => {
    const world = change(
      aWorld()
        .withFeature("schema")
        .after((it) => it.delivered("schema").gated(["schema"])),
    );
    if (runtime === null) expect(kinds(world)).toEqual(["land"]);
    else expect(world.decided("review")).toMatchObject([{ feature: "schema", head: "schema@1", runtime }]);
  });
});

describe("delivered work", () => {
  test("is gated alone, then reviewed, then it lands on the verdict that stands", () => {
    const world = delivered();
    expect(world.decisions()).toMatchObject([{ kind: "gate", because: "before anybody looks at it" }]);
    world.after((it) => it.gated(["schema"]));
    expect(world.decisions()).toMatchObject([
      { kind: "review", role: "reviewer", spec: "spec-schema", reserve: { usd: 5, minutes: 60, tokens: 0 } },
    ]);
    world.after((it) => it.reviewing("schema"));
    expect(world.feature("schema")).toMatchObject({ status: "review", condition: { code: "reviewing" } });
    expect(world.decisions()).toEqual([]);
    expect(
      gated()
        .after((it) => it.reviewed("schema"))
        .decided("land"),
    ).toHaveLength(1);
  });

  test("that did not pass its gate is not reviewed", () => {
    expect(kinds(delivered().after((it) => it.gated(["schema"], "failed")))).toEqual(["dispatch"]);
  });

  test("without any check is reviewed once a person has passed its gate", () => {
    const world = aWorld({ ...REVIEWED, verify: [] })
      .withFeature("schema", { verify: [] })
      .after((it) => it.delivered("schema"));
    expect(kinds(world)).toEqual(["record"]);
    world.after((it) =>
      it.verdict({ kind: "features", features: it.heads(["schema"]) }, { result: "inconclusive", checks: [] }),
    );
    world.asks().after((it) => it.approved());
    expect(kinds(world)).toEqual(["review"]);
    world.after((it) => it.reviewed("schema", "inconclusive", { body: "can't tell" }));
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "review" } }]);
  });

  test("is approved by a person only after its review", () => {
    const world = aWorld(REVIEWED)
      .withFeature("schema", { risk: "red" })
      .after((it) => it.delivered("schema").gated(["schema"]));
    expect(kinds(world)).toEqual(["review"]);
    world.after((it) => it.reviewed("schema"));
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "approval" } }]);
  });

  test("holds its review when home moves: only the gate runs again", () => {
    const world = gated()
      .after((it) => it.reviewed("schema"))
      .homeMoved("code");
    expect(world.decisions()).toMatchObject([{ kind: "gate", because: "delivered work waits to land" }]);
  });

  test.each<[string, (world: World) => World]>([
    [
      "head",
      (world) =>
        world
          .withMissionFacts({ candidates: { schema: "fixed-up" } })
          .after((it) =>
            it.verdict(
              { kind: "features", features: [{ feature: "schema", head: "fixed-up" }] },
              { checks: [{ result: "passed", label: "npm test", fingerprint: null }] },
            ),
          ),
    ],
    [
      "spec",
      (world) =>
        world
          .edited("schema", { spec: "other" })
          .after((it) => it.delivered("schema", { head: "schema@1" }).gated(["schema"])),
    ],
  ])("is reviewed again for another %s", (_, change) => {
    const world = change(gated().after((it) => it.reviewed("schema")));
    expect(world.decided("land")).toEqual([]);
    expect(world.decided("review")).toHaveLength(1);
  });

  test("is not judged by a review that was begun for an older spec", () => {
    const world = gated().after((it) => it.reviewing("schema"));
    world.edited("schema", { spec: "other" }).after((it) => it.delivered("schema", { head: "schema@1" }));
    world.after((it) => {
      const claim = it.records.findLast(({ fact }) => fact.kind === "claim" && fact.runKind === "review")?.fact;
      if (claim?.kind !== "claim") throw new Error("no review");
      it.verdict(claim.about, { of: "review", run: claim.run, result: "failed" }).ended(claim.run, "delivered");
    });
    expect(world.feature("schema").round).toBe(0);
    expect(kinds(world)).toEqual(["gate"]);
  });
});

describe("a review that failed", () => {
  test("sends the work back with its reason, and counts as a round", () => {
    const world = gated().after((it) => it.reviewed("schema", "failed", { body: "keys are dropped\n\nsee a.ts:3" }));
    expect(world.feature("schema")).toMatchObject({ status: "ready", round: 1 });
    expect(world.decided("dispatch")).toMatchObject([
      { because: "sent back: review failed: keys are dropped", kept: "schema@1" },
    ]);
  });

  test("three times asks a person, whatever the gates in between said", () => {
    const world = aWorld(REVIEWED).withFeature("schema");
    for (const _ of [1, 2, 3])
      world.after((it) => it.delivered("schema").gated(["schema"]).reviewed("schema", "failed"));
    expect(world.feature("schema")).toMatchObject({ status: "blocked", condition: { code: "rounds" } });
    expect(world.decisions()).toEqual([]);
  });

  test("is not taken back by a gate that passes later, but by a person's override", () => {
    const world = gated().after((it) => it.reviewed("schema", "failed").gated(["schema"]));
    expect(kinds(world)).toEqual(["dispatch"]);
    world.after((it) =>
      it.verdict({ kind: "features", features: it.heads(["schema"]) }, { of: "review", override: "I know better" }),
    );
    expect(kinds(world)).toEqual(["land"]);
  });
});

describe("a review without a verdict", () => {
  const open = () => gated().after((it) => it.reviewed("schema", "inconclusive", { body: "no printer here" }));

  test("asks a person, once, and lands with their yes", () => {
    const world = open();
    expect(world.decided("ask")).toMatchObject([
      { ask: { ask: "review", about: "schema", boundTo: "spec-schema schema@1" } },
    ]);
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.feature("schema")).toMatchObject({ status: "needs_input", condition: { code: "inconclusive" } });
    expect(world.mission().openAsks).toHaveLength(1);
    expect(kinds(world.after((it) => it.approved()))).toEqual(["land"]);
  });

  test("goes back with their no", () => {
    const world = open()
      .asks()
      .after((it) => it.denied(undefined, "not polite"));
    expect(world.decided("dispatch")).toMatchObject([{ because: "sent back: denied: not polite" }]);
    expect(world.feature("schema").round).toBe(1);
  });
});

describe("a review that could not be carried out", () => {
  const ran = (world: World, outcome: "lost" | "quota" | "timeout" | "setup-failed", until: number | null = null) =>
    world.after((it) => it.reviewing("schema").ended(it.lastRun, outcome, { until, runtime: "mine" }));

  test("is tried again when it was lost, and is no round", () => {
    const world = ran(gated(), "lost");
    expect(kinds(world)).toEqual(["review"]);
    expect(world.feature("schema")).toMatchObject({ round: 0, attempt: 1 });
    for (let count = 1; count < LIMITS.lostInARow; count += 1) ran(world, "lost");
    expect(world.feature("schema")).toMatchObject({ status: "blocked", condition: { code: "breaker" } });
  });

  test("waits for the provider, however often it refuses, and then goes first", () => {
    const world = gated();
    for (const _ of [1, 2, 3, 4]) ran(world, "quota", world.now + 60_000);
    expect(world.decisions()).toEqual([]);
    expect(world.feature("schema")).toMatchObject({ status: "review", condition: { code: "quota" } });
    expect(world.state().until).toBe(world.now + 60_000);
    expect(kinds(world.later(60_000))).toEqual(["review"]);
  });

  test("is blocked when its setup fails twice", () => {
    expect(ran(ran(gated(), "setup-failed"), "setup-failed").feature("schema")).toMatchObject({
      status: "blocked",
      condition: { code: "setup", next: "mission edit crm (its setup)" },
    });
  });

  test("waits for a host that can play the reviewer, and says so", () => {
    const world = gated().withFacts({
      capabilities: { runtimes: [{ name: "mine", reason: "is not installed" }], secrets: [] },
    });
    expect(world.decisions()).toEqual([]);
    expect(world.feature("schema")).toMatchObject({
      status: "review",
      condition: { code: "no-capable-host", message: "mine: is not installed" },
    });
  });
});

describe("the cost of a review", () => {
  test("is the feature's, counts for the role's day, and an exhausted budget asks", () => {
    const world = aWorld(REVIEWED)
      .withFeature("schema", { budget: { usd: 3, minutes: null, tokens: null } })
      .after((it) => it.delivered("schema", { usage: { costUsd: 1 } }).gated(["schema"]));
    expect(world.decided("review")).toMatchObject([{ reserve: { usd: 2 } }]);
    world.after((it) => it.reviewing("schema").ended(it.lastRun, "lost", { usage: { costUsd: 2 } }));
    expect(world.feature("schema")).toMatchObject({ cost: { usd: 3 }, status: "needs_input" });
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "budget", about: "schema" } }]);
  });
});
