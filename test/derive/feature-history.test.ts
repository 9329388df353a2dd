import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/model/record.ts";
import { aWorld, MINUTE, SECOND, type World } from "../helpers/world.ts";

const one = () => aWorld().withFeature("schema");

describe("attempts", () => {
  const COUNTED: readonly [Outcome, boolean][] = [
    ["failed", true],
    ["timeout", true],
    ["idle", true],
    ["over-budget", true],
    ["setup-failed", false],
    ["quota", false],
    ["provider", false],
    ["lost", false],
    ["stopped", false],
  ];
  test.each(COUNTED)("a run that ended %s counts as an attempt: %s", (outcome, counts) => {
    const world = one().after((it) => {
      for (const n of [1, 2]) it.failed("schema", { fingerprint: `other-${n}` });
      it.ran("schema", outcome, { head: "schema@3", fingerprint: "new", runtime: "elsewhere" });
    });
    expect(world.feature("schema").condition.code).toBe(counts ? "attempts" : "ready");
  });

  test("after three failed attempts a person is told what happened and what would move it", () => {
    const world = one().after((it) => it.failed("schema").failed("schema").failed("schema", { body: "no such table" }));
    expect(world.feature("schema")).toMatchObject({
      status: "blocked",
      attempt: 3,
      condition: {
        code: "attempts",
        message: "3 attempts failed, the last: failed: no such table",
        evidence: ["schema-1", "schema-2", "schema-3"],
        next: "mission show crm/schema --diff, then mission edit crm/schema or mission retry crm/schema",
      },
    });
  });

  test("the number of attempts is the configured one", () => {
    const world = one()
      .withConfig({ limits: { ...aWorld().config.limits, attempts: 1 } })
      .after((it) => it.failed("schema", { body: "no such table" }));
    expect(world.feature("schema").condition).toMatchObject({
      code: "attempts",
      message: "the only attempt failed: failed: no such table",
    });
  });

  test("the second attempt waits 10 seconds, the third 20, and the clock alone ends the wait", () => {
    const world = one().after((it) => it.failed("schema"));
    expect(world.feature("schema").condition).toMatchObject({ code: "backoff", until: world.now + 10 * SECOND });
    expect(world.state().until).toBe(world.now + 10 * SECOND);
    expect(world.dispatched()).toEqual([]);
    expect(world.later(10 * SECOND).decided("dispatch")).toMatchObject([
      { attempt: 2, kept: "schema@1", because: "attempt 1 ended failed" },
    ]);
    world.after((it) => it.failed("schema"));
    expect(world.feature("schema").condition.until).toBe(world.now + 20 * SECOND);
  });

  test("a retry begins afresh and keeps the work", () => {
    const world = one().after((it) =>
      it.failed("schema").failed("schema").failed("schema").control("crm/schema", "retry"),
    );
    expect(world.decided("dispatch")).toMatchObject([{ attempt: 4, kept: "schema@3" }]);
  });

  test("what broke a rule on paths is not kept, and what was there before it is", () => {
    const world = one().after((it) => {
      it.failed("schema").ran("schema", "policy", { head: "schema@9" }).control("crm/schema", "retry");
    });
    expect(world.decided("dispatch")).toMatchObject([{ attempt: 3, kept: "schema@1" }]);
  });

  test("a retry of another feature changes nothing", () => {
    const world = one().after((it) =>
      it.failed("schema").failed("schema").failed("schema").control("crm/auth", "retry"),
    );
    expect(world.feature("schema").condition.code).toBe("attempts");
  });
});

describe("loops", () => {
  test("the same failure twice, even with another between", () => {
    const world = one().after((it) =>
      it
        .failed("schema", { fingerprint: "a" })
        .failed("schema", { fingerprint: "b" })
        .failed("schema", { fingerprint: "a" }),
    );
    expect(world.feature("schema").condition).toMatchObject({ code: "loop", evidence: ["schema-1", "schema-3"] });
  });

  test("two attempts that change nothing", () => {
    const world = one().after((it) => it.ran("schema", "timeout").ran("schema", "idle"));
    expect(world.feature("schema").condition).toMatchObject({
      code: "loop",
      message: expect.stringMatching(/^two attempts changed nothing, the last: /),
    });
  });

  test("two attempts that change something are none", () => {
    const world = one().after((it) =>
      it.ran("schema", "timeout", { head: "schema@1" }).ran("schema", "idle", { head: "schema@2" }),
    );
    expect(world.feature("schema").condition.code).toBe("backoff");
  });

  test("a second attempt that ends on the work it was given changed nothing", () => {
    const world = one().after((it) => {
      it.ran("schema", "timeout");
      it.claimed("schema", { head: "schema@1" }).ended("schema", "timeout", { head: "schema@1" });
    });
    expect(world.feature("schema").condition.code).toBe("loop");
  });
});

describe("lost runs", () => {
  const lose = (world: World, times: number) =>
    world.after((it) => {
      for (let n = 0; n < times; n += 1) it.ran("schema", "lost");
    });

  test("four in a row are tried again at once, five are the breaker", () => {
    expect(lose(one(), 4).dispatched()).toEqual(["schema"]);
    expect(lose(one(), 5).feature("schema").condition.code).toBe("breaker");
  });

  test("five with another outcome between are no row", () => {
    const world = lose(
      lose(one(), 3).after((it) => it.ran("schema", "quota", { runtime: "elsewhere" })),
      2,
    );
    expect(world.dispatched()).toEqual(["schema"]);
  });
});

describe("setup", () => {
  test("failing once is tried again, twice blocks and names the command", () => {
    const body = "Setup failed: `npm ci`: it ended with exit code 1\n\n    log";
    const world = one().after((it) => it.ran("schema", "setup-failed", { body }));
    expect(world.dispatched()).toEqual(["schema"]);
    world.after((it) => it.ran("schema", "setup-failed", { body }));
    expect(world.feature("schema").condition).toMatchObject({
      code: "setup",
      message: "setup failed twice: Setup failed: `npm ci`: it ended with exit code 1",
      next: "mission edit crm (its setup), then mission retry crm/schema",
    });
  });

  test("a lost run between two failed setups says nothing about them", () => {
    const world = one().after((it) =>
      it.ran("schema", "setup-failed").ran("schema", "lost").ran("schema", "setup-failed"),
    );
    expect(world.feature("schema").condition.code).toBe("setup");
  });

  test("an attempt between two failed setups shows that setup can work", () => {
    const world = one().after((it) => it.ran("schema", "setup-failed").failed("schema").ran("schema", "setup-failed"));
    expect(world.later(MINUTE).dispatched()).toEqual(["schema"]);
  });
});

describe("rounds", () => {
  const sendBack = (world: World, fingerprint: string) =>
    world.after((it) => it.delivered("schema").gated(["schema"], "failed", { fingerprint }));

  test("work that failed its gate is sent back at once, with what failed", () => {
    const world = sendBack(one(), "a");
    expect(world.feature("schema").round).toBe(1);
    expect(world.decided("dispatch")).toMatchObject([
      { attempt: 2, kept: "schema@1", because: "sent back: gate failed: npm test" },
    ]);
  });

  test("three rounds block", () => {
    const world = sendBack(sendBack(sendBack(one(), "a"), "b"), "c");
    expect(world.feature("schema")).toMatchObject({ status: "blocked", round: 3, condition: { code: "rounds" } });
  });

  test("the same failure in two rounds is a loop", () => {
    const world = sendBack(sendBack(one(), "a"), "a");
    expect(world.feature("schema").condition.code).toBe("loop");
  });

  test("attempts and rounds are counted apart", () => {
    const world = sendBack(
      sendBack(
        one().after((it) => it.failed("schema").failed("schema")),
        "a",
      ),
      "b",
    );
    expect(world.feature("schema")).toMatchObject({ status: "ready", round: 2 });
  });

  test("a conflict with home sends back", () => {
    const world = one().after((it) =>
      it.delivered("schema").gated(["schema"], "conflict", { body: "conflict in a.ts" }),
    );
    expect(world.decided("dispatch")).toMatchObject([{ because: "sent back: conflict with home: conflict in a.ts" }]);
  });

  test("a chain's failure is no verdict on its parts", () => {
    const world = aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.delivered("a").delivered("b").gated(["a", "b"], "failed"));
    expect([world.feature("a").status, world.feature("b").status]).toEqual(["review", "review"]);
  });

  test("a later fix-up of a person on the branch does not undo earlier rounds", () => {
    const world = sendBack(one(), "a").after((it) => it.delivered("schema"));
    world.withMissionFacts({ candidates: { schema: "fixed-up" } });
    expect(world.feature("schema")).toMatchObject({ status: "review", round: 1, head: "fixed-up" });
  });

  test("a fix-up after a failed gate is gated instead of the work that failed", () => {
    const world = sendBack(one(), "a").withMissionFacts({ candidates: { schema: "fixed-up" } });
    expect(world.feature("schema")).toMatchObject({ status: "review", head: "fixed-up" });
    expect(world.decided("gate")).toMatchObject([{ features: [{ feature: "schema", head: "fixed-up" }] }]);
  });

  test("what a fix-up failed with is no second failure of the run before", () => {
    const world = sendBack(one(), "a").after((it) => it.delivered("schema"));
    world.withMissionFacts({ candidates: { schema: "fixed-up" } });
    const about = { kind: "features" as const, features: [{ feature: "schema", head: "fixed-up" }] };
    const checks = [{ result: "failed" as const, label: "npm test", fingerprint: "b" }];
    world.after((it) => it.verdict(about, { result: "failed", checks }));
    expect(world.feature("schema")).toMatchObject({ status: "ready", round: 2 });
  });
});

describe("nothing to do", () => {
  test("is true where a gate agrees", () => {
    const world = one().after((it) => it.ran("schema", "nothing-to-do"));
    expect(world.decided("gate")).toMatchObject([{ features: [{ feature: "schema", head: "home-0" }] }]);
    world.after((it) => it.gated(["schema"]));
    expect(world.decided("land")).toHaveLength(1);
  });

  test("is a failed attempt where the gate does not", () => {
    const world = one().after((it) => it.ran("schema", "nothing-to-do").gated(["schema"], "failed"));
    expect(world.feature("schema")).toMatchObject({ status: "ready", round: 0, condition: { code: "backoff" } });
  });

  test("is a failed attempt where nothing can be checked", () => {
    const world = aWorld({ verify: [] })
      .withFeature("schema")
      .after((it) => it.ran("schema", "nothing-to-do").ran("schema", "nothing-to-do"));
    expect(world.feature("schema").condition.code).toBe("loop");
  });
});

describe("the spec", () => {
  test("work for an edited spec is asked anew on the kept work, and counts nothing", () => {
    const world = one()
      .after((it) => it.failed("schema").failed("schema").delivered("schema"))
      .edited("schema", { spec: "spec-2" });
    expect(world.feature("schema")).toMatchObject({ status: "ready", round: 0 });
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("dispatch")).toMatchObject([
      { spec: "spec-2", kept: "schema@3", because: "asked anew on kept work" },
    ]);
    world.after((it) => it.failed("schema"));
    expect(world.later(MINUTE).dispatched()).toEqual(["schema"]);
  });

  test("an edit that changes nothing of what is asked keeps the delivery", () => {
    const world = one()
      .after((it) => it.delivered("schema"))
      .edited("schema", { priority: 1 });
    expect(world.feature("schema").status).toBe("review");
  });

  test("an edit while a run is under way lets it end, then asks anew", () => {
    const world = one()
      .after((it) => it.claimed("schema"))
      .edited("schema", { spec: "spec-2" });
    expect(world.feature("schema").status).toBe("in_progress");
    world.after((it) => it.ended("schema", "delivered", { head: "schema@1" }));
    expect(world.decided("dispatch")).toMatchObject([{ kept: "schema@1" }]);
  });

  test("an edit back to what was asked takes up what was delivered for it", () => {
    const world = one()
      .after((it) => it.delivered("schema"))
      .edited("schema", { spec: "spec-2" })
      .edited("schema", { spec: "spec-schema" });
    expect(world.feature("schema").status).toBe("review");
  });
});

describe("a home that refuses", () => {
  const refused = () =>
    one().after((it) =>
      it
        .delivered("schema")
        .gated(["schema"])
        .record({ kind: "blocked", thing: "schema", reason: "home-refused" }, "main refuses: signatures"),
    );

  test("blocks what was to land until a person retries", () => {
    expect(refused().feature("schema")).toMatchObject({
      status: "blocked",
      column: "review",
      condition: { code: "home-refused", message: "main refuses: signatures", next: "mission retry crm/schema" },
    });
    expect(refused().decisions()).toEqual([]);
  });

  test("says nothing about work that is delivered later", () => {
    const world = refused().after((it) => it.control("crm/schema", "retry").delivered("schema"));
    expect(world.feature("schema").status).toBe("review");
  });
});
