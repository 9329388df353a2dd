import { describe, expect, test } from "vitest";
import { aWorld, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";

/** One feature, done; sign_off: mission, so that a validation is all that is missing. */
const done = (given = {}) =>
  aWorld(given)
    .withFeature("schema")
    .after((it) => it.finished("schema"));

const due = (world: World) => world.decided("validate").map(({ milestone }) => milestone);

describe("the words of a milestone", () => {
  test("pending until it is the current one, then active", () => {
    const world = aWorld().withFeature("schema").withMilestone("contacts").withFeature("list");
    expect([world.milestone("foundation").status, world.milestone("contacts").status]).toEqual(["active", "pending"]);
    expect(world.milestone("contacts").condition.message).toBe("waits for an earlier milestone");
  });

  test("validating when all its features are done or cancelled", () => {
    const world = aWorld()
      .withFeature("schema")
      .withFeature("dropped", { status: "cancelled" })
      .after((it) => it.finished("schema"));
    expect(world.milestone("foundation").status).toBe("validating");
    expect(due(world)).toEqual(["foundation"]);
    world.after((it) => it.validating("foundation"));
    expect(world.milestone("foundation").condition.message).toBe("its checks run");
    expect(due(world)).toEqual([]);
  });

  test("not before each landing is in the ledger", () => {
    const world = aWorld().withFeature("schema", { status: "done" });
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["adopt"]);
    expect(world.milestone("foundation").status).toBe("active");
  });

  test("passed when its last verdict passed, and the next one is current", () => {
    const world = done()
      .after((it) => it.validated("foundation"))
      .withMilestone("contacts")
      .withFeature("list");
    expect(world.milestone("foundation").status).toBe("passed");
    expect(world.mission().current).toBe("contacts");
    expect(world.dispatched()).toEqual(["list"]);
  });

  test.each([
    ["its file says so", (world: World) => world.edited("foundation", { status: "hold" }), "held"],
    ["a person paused it", (world: World) => world.after((it) => it.control("crm/foundation", "pause")), "held"],
    ["a person stopped it", (world: World) => world.after((it) => it.control("crm/foundation", "stop")), "held"],
    ["its file is cancelled", (world: World) => world.edited("foundation", { status: "cancelled" }), "cancelled"],
    ["the mission is cancelled", (world: World) => world.edited("crm", { status: "cancelled" }), "cancelled"],
  ])("held or cancelled: %s", (_, change, status) => {
    const world = change(aWorld().withFeature("schema"));
    expect(world.milestone("foundation").status).toBe(status);
  });

  test("blocked when none of its features can move without a person", () => {
    const world = aWorld()
      .withFeature("schema")
      .withFeature("auth", { dependsOn: ["schema"] })
      .after((it) => it.failed("schema").failed("schema").failed("schema"));
    expect(world.milestone("foundation")).toMatchObject({ status: "blocked", condition: { code: "features" } });
    expect(world.mission().status).toBe("blocked");
    world.withFeature("other");
    expect([world.milestone("foundation").status, world.mission().status]).toEqual(["active", "active"]);
  });
});

describe("a passed milestone", () => {
  const passed = () => done().after((it) => it.validated("foundation"));

  test("stays passed when home moves on", () => {
    expect(passed().homeMoved("code").milestone("foundation").status).toBe("passed");
  });

  test("is validated again after another landing in it", () => {
    const world = passed().withFeature("auth");
    expect(world.milestone("foundation").status).toBe("active");
    world.after((it) => it.finished("auth"));
    expect(due(world)).toEqual(["foundation"]);
  });

  test("is validated again when its checks have changed", () => {
    expect(due(passed().edited("foundation", { verify: [bash("npm run e2e")] }))).toEqual(["foundation"]);
  });

  test("is open again after a revert", () => {
    const world = passed().edited("schema", { status: "todo" });
    expect(world.milestone("foundation")).toMatchObject({ status: "blocked", condition: { code: "features" } });
  });
});

describe("sign_off: milestone", () => {
  const validated = () =>
    done({ signOff: "milestone" })
      .after((it) => it.validated("foundation", "passed", { base: "home-2" }))
      .withMilestone("contacts")
      .withFeature("list");

  test("a validated milestone waits for a signature on the validated commit, and the next one waits", () => {
    const world = validated();
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "sign-off", about: "foundation", boundTo: "home-2" } }]);
    world.asks();
    expect(world.milestone("foundation")).toMatchObject({
      status: "needs_input",
      condition: { code: "sign-off", next: "mission approve crm/q1" },
    });
    expect([world.milestone("contacts").status, world.mission().status]).toEqual(["pending", "blocked"]);
    expect(world.decisions()).toEqual([]);
    expect(world.mission().openAsks).toHaveLength(1);
  });

  test("signed, it is passed", () => {
    const world = validated()
      .asks()
      .after((it) => it.approved());
    expect(world.milestone("foundation").status).toBe("passed");
    expect(world.dispatched()).toEqual(["list"]);
  });

  test("a signature binds to the commit that was validated: another one is signed anew", () => {
    const world = validated()
      .asks()
      .after((it) => it.approved().landed("schema"));
    expect(due(world)).toEqual(["foundation"]);
    world.after((it) => it.validated("foundation", "passed", { base: "home-9" }));
    expect(world.decided("ask")).toMatchObject([{ ask: { boundTo: "home-9" } }]);
  });

  test("denied, it is blocked with the person's words until something is added", () => {
    const world = validated()
      .asks()
      .after((it) => it.denied(1, "the form is ugly"));
    expect(world.milestone("foundation")).toMatchObject({
      status: "blocked",
      condition: { message: "the form is ugly", next: 'mission add crm/foundation "..."' },
    });
    expect(world.decisions()).toEqual([]);
  });

  test("words alone sign nothing: it is asked again", () => {
    const world = validated()
      .asks()
      .after((it) => it.answered(1, "looks fine?"));
    expect(world.decided("ask")).toHaveLength(1);
    expect(world.asks().decided("ask")).toEqual([]);
  });
});

describe("what a validation asks", () => {
  test("checks of milestone, mission and config, and the assertions that it or its features fulfil", () => {
    const world = aWorld()
      .withConfig({ verify: [bash("npm run lint")] })
      .withMilestone("foundation", { verify: [bash("npm run e2e")], fulfills: ["VAL-ALL-001"] })
      .withFeature("schema", { fulfills: ["VAL-DB-001"] })
      .withFeature("dropped", { status: "cancelled", fulfills: ["VAL-DROP-001"] })
      .withMilestone("contacts")
      .withFeature("list", { fulfills: ["VAL-LIST-001"] })
      .withAssertion("VAL-DB-001", bash("npm test -- db"))
      .withAssertion("VAL-ALL-001")
      .withAssertion("VAL-DROP-001", bash("npm test -- drop"))
      .withAssertion("VAL-LIST-001", bash("npm test -- list"))
      .after((it) => it.finished("schema"));
    expect(
      world
        .decided("validate")[0]
        ?.checks.map(({ check, assertion }) => [assertion, check.method === "bash" ? check.run : check.method]),
    ).toEqual([
      [null, "npm run lint"],
      [null, "npm test"],
      [null, "npm run e2e"],
      ["VAL-DB-001", "npm test -- db"],
      ["VAL-ALL-001", "manual"],
    ]);
  });

  test("a verdict answers an assertion's checks by the assertion, where it names no checks of its own", () => {
    const world = aWorld()
      .withFeature("schema", { fulfills: ["VAL-DB-001"] })
      .withAssertion("VAL-DB-001", bash("npm test -- db"))
      .after((it) => it.finished("schema").validated("foundation", "passed", { assertions: [passedAssertion] }));
    expect(world.milestone("foundation").status).toBe("passed");
  });

  test("nothing at all is unchecked in poc and asks a person in full mode", () => {
    const nothing = (mode: "poc" | "full") => done({ mode, verify: [] });
    expect(nothing("poc").decided("record")).toMatchObject([
      { of: "validate", milestone: "foundation", result: "unchecked" },
    ]);
    expect(nothing("full").decided("record")).toMatchObject([{ result: "inconclusive" }]);
    const poc = nothing("poc").after((it) => it.validated("foundation", "unchecked"));
    expect(poc.milestone("foundation").status).toBe("passed");
    const full = nothing("full").after((it) => it.validated("foundation", "inconclusive"));
    expect(full.decided("ask")).toMatchObject([{ ask: { ask: "manual", about: "foundation" } }]);
  });
});

describe("a validation that fails", () => {
  const failed = (world = done()) => world.after((it) => it.validated("foundation", "failed", { fingerprint: "abc1" }));

  test("adds a fix feature for what failed", () => {
    expect(failed().decided("fix")).toMatchObject([
      {
        milestone: "foundation",
        fixes: [{ id: "fix-npm-test-abc1", title: "Fix npm test", fixes: ["npm test"], checks: [{ run: "npm test" }] }],
      },
    ]);
    expect(failed().milestone("foundation")).toMatchObject({ status: "failed", round: 1 });
  });

  test("adds one for each distinct fingerprint, named by the assertion rather than its check", () => {
    const world = aWorld()
      .withFeature("schema", { fulfills: ["VAL-A-001", "VAL-B-001", "VAL-C-001"] })
      .withAssertion("VAL-A-001", bash("test a"))
      .withAssertion("VAL-B-001", bash("test b"))
      .withAssertion("VAL-C-001", bash("test c"))
      .after((it) =>
        it.finished("schema").validated("foundation", "failed", {
          checks: [
            { result: "passed", label: "npm test", fingerprint: null },
            { result: "failed", label: "test a", fingerprint: "1111" },
            { result: "failed", label: "test b", fingerprint: "1111" },
            { result: "failed", label: "test c", fingerprint: "2222" },
          ],
          assertions: [
            { result: "failed", id: "VAL-A-001", fingerprint: "1111" },
            { result: "failed", id: "VAL-B-001", fingerprint: "1111" },
            { result: "failed", id: "VAL-C-001", fingerprint: "2222" },
          ],
        }),
      );
    expect(world.decided("fix")[0]?.fixes.map(({ id, fixes }) => [id, fixes])).toEqual([
      ["fix-val-a-001-1111", ["VAL-A-001", "VAL-B-001"]],
      ["fix-val-c-001-2222", ["VAL-C-001"]],
    ]);
  });

  test("adds one for an assertion however many of its checks failed, and however differently", () => {
    const world = aWorld()
      .withFeature("schema", { fulfills: ["VAL-A-001"] })
      .withAssertion("VAL-A-001", bash("test a"), bash("test b"))
      .after((it) =>
        it.finished("schema").validated("foundation", "failed", {
          checks: [
            { result: "passed", label: "npm test", fingerprint: null },
            { result: "failed", label: "test a", fingerprint: "1111" },
            { result: "failed", label: "test b", fingerprint: "2222" },
          ],
          assertions: [{ result: "failed", id: "VAL-A-001", fingerprint: "1111" }],
        }),
      );
    expect(world.decided("fix")[0]?.fixes).toMatchObject([
      { id: "fix-val-a-001-1111", fixes: ["VAL-A-001"], checks: [{ run: "test a" }, { run: "test b" }] },
    ]);
  });

  const fixed = (world: World, fingerprint: string) =>
    world
      .after((it) => it.validated("foundation", "failed", { fingerprint }))
      .withFeature(`fix-npm-test-${fingerprint}`, { fixes: ["npm test"] })
      .after((it) => it.finished(`fix-npm-test-${fingerprint}`));

  test("is failed while the fix is open, and validated again after it", () => {
    const world = failed().withFeature("fix-npm-test-abc1", { fixes: ["npm test"] });
    expect(world.decided("fix")).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "failed",
      condition: { message: "validation failed, its fixes are open" },
    });
    expect(world.dispatched()).toEqual(["fix-npm-test-abc1"]);
    world.after((it) => it.finished("fix-npm-test-abc1"));
    expect(due(world)).toEqual(["foundation"]);
    expect(world.after((it) => it.validated("foundation")).milestone("foundation").status).toBe("passed");
  });

  test("three times is blocked, and a person is asked", () => {
    const world = fixed(fixed(done(), "aaaa"), "bbbb").after((it) =>
      it.validated("foundation", "failed", { fingerprint: "cccc" }),
    );
    expect(world.milestone("foundation")).toMatchObject({ status: "blocked", round: 3, condition: { code: "rounds" } });
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "override", about: "foundation" } }]);
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.mission()).toMatchObject({ status: "blocked", openAsks: [{ number: 1 }] });
  });

  test("one fingerprint in two rounds is blocked", () => {
    const world = fixed(done(), "aaaa").after((it) => it.validated("foundation", "failed", { fingerprint: "aaaa" }));
    expect(world.milestone("foundation").condition).toMatchObject({
      code: "loop",
      message: "the same failure in two rounds: npm test",
    });
  });

  test("a person may override it", () => {
    const world = fixed(done(), "aaaa").after((it) => it.validated("foundation", "failed", { fingerprint: "aaaa" }));
    expect(
      world
        .asks()
        .after((it) => it.approved(1, "known flake"))
        .milestone("foundation").status,
    ).toBe("passed");
  });

  test("a retry validates again and begins to count afresh", () => {
    const world = fixed(fixed(done(), "aaaa"), "bbbb").after((it) =>
      it.validated("foundation", "failed", { fingerprint: "aaaa" }).control("crm/foundation", "retry"),
    );
    expect(due(world)).toEqual(["foundation"]);
    world.after((it) => it.validated("foundation", "failed", { fingerprint: "aaaa" }));
    expect(world.milestone("foundation").status).toBe("blocked");
    expect(world.milestone("foundation").condition.message).toBe("failed, and its fixes are closed or cancelled");
  });

  test("rounds of an earlier pass do not count", () => {
    const world = fixed(fixed(done(), "aaaa"), "bbbb").after((it) => it.validated("foundation"));
    world
      .withFeature("more")
      .after((it) => it.finished("more").validated("foundation", "failed", { fingerprint: "cccc" }));
    expect(world.milestone("foundation").status).toBe("failed");
    expect(world.decided("fix")).toHaveLength(1);
  });

  test("with its fix cancelled, a person is asked", () => {
    const world = failed().withFeature("fix-npm-test-abc1", { fixes: ["npm test"], status: "cancelled" });
    expect(world.milestone("foundation").condition.message).toBe("failed, and its fixes are closed or cancelled");
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "override" } }]);
  });
});

describe("a validation that can't decide", () => {
  const undecided = () => done().after((it) => it.validated("foundation", "inconclusive"));

  test("asks a person and passes with the word", () => {
    const world = undecided();
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "manual", about: "foundation" } }]);
    world.asks();
    expect(world.milestone("foundation")).toMatchObject({
      status: "needs_input",
      condition: { next: "mission approve crm/q1" },
    });
    expect(world.after((it) => it.approved()).milestone("foundation").status).toBe("passed");
  });

  test("denied, it is blocked until something is added", () => {
    const world = undecided()
      .asks()
      .after((it) => it.denied(1, "it is wrong"));
    expect(world.milestone("foundation")).toMatchObject({
      status: "blocked",
      condition: { code: "denied", message: "it is wrong" },
    });
  });

  test("words alone are no decision", () => {
    expect(
      undecided()
        .asks()
        .after((it) => it.answered(1, "hm"))
        .decided("ask"),
    ).toHaveLength(1);
  });

  test("a retry validates again", () => {
    expect(
      due(
        undecided()
          .asks()
          .after((it) => it.denied().control("crm/foundation", "retry")),
      ),
    ).toEqual(["foundation"]);
  });
});

describe("a validation that can't be run", () => {
  const setupFails = (world: World) =>
    world.after((it) =>
      it
        .validating("foundation")
        .verdict({ kind: "milestone", milestone: "foundation" }, { of: "validate", result: "inconclusive" })
        .ended(it.lastRun, "setup-failed", { body: "Setup failed: `npm ci`" }),
    );

  test("because setup fails is tried once more, then a person is told", () => {
    const world = setupFails(done());
    expect(due(world)).toEqual(["foundation"]);
    expect(due(setupFails(world))).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "blocked",
      condition: { code: "setup", message: "setup of its validation failed twice: Setup failed: `npm ci`" },
    });
    expect(due(world.homeMoved("files"))).toEqual(["foundation"]);
  });

  test("because its hosts are lost is given up after five", () => {
    const world = done();
    for (let n = 0; n < 5; n += 1) {
      expect(due(world)).toEqual(["foundation"]);
      world.after((it) => it.validating("foundation").ended(it.lastRun, "lost"));
    }
    expect(world.milestone("foundation").condition.code).toBe("breaker");
    expect(due(world.after((it) => it.control("crm/foundation", "retry")))).toEqual(["foundation"]);
  });
});

const passedAssertion = { result: "passed" as const, id: "VAL-DB-001", fingerprint: null };
