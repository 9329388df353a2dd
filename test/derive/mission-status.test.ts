import { describe, expect, test } from "vitest";
import { aNewWorld, aWorld, HOUR, NOON, type World } from "../helpers/world.ts";
import { bash } from "../helpers/world-documents.ts";

const told = (world: World) => {
  const { status, condition } = world.mission();
  return [status, condition.code, condition.next];
};

describe("a person's words", () => {
  test.each([
    ["planning", ["planning", "planning", "mission start crm"]],
    ["active", ["active", "active", null]],
    ["paused", ["paused", "paused", "mission start crm"]],
    ["cancelled", ["cancelled", "cancelled", null]],
    ["completed", ["completed", "completed", null]],
  ] as const)("%s is taken from the file", (status, expected) => {
    expect(told(aWorld({ status }).withFeature("schema"))).toEqual(expected);
  });

  test("a mission that lacks something is not told to start before it has it", () => {
    expect(told(aWorld({ status: "planning", budget: null }).withFeature("schema"))[2]).toBe(
      "mission budget crm usd=50",
    );
    expect(told(aWorld({ status: "planning" }))[2]).toBe("mission edit crm");
    expect(told(aWorld({ status: "planning" }).withFeature("schema", { dependsOn: ["nowhere"] }))[2]).toBe(
      "mission check missions/crm",
    );
  });

  test("a pause by a record is lifted by a record", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.control("crm", "pause"));
    expect(told(world)).toEqual(["paused", "paused", "mission resume crm"]);
    world.after((it) => it.control("crm", "resume"));
    expect(told(world)[0]).toBe("active");
  });

  test.each(["planning", "paused", "cancelled"] as const)("nothing is decided for a mission that is %s", (status) => {
    const world = aWorld({ status }).withFeature("schema").withFeature("auth");
    world.after((it) => it.delivered("auth").gated(["auth"]));
    expect(world.decisions()).toEqual([]);
  });

  test("a stopped or quarantined mission starts and judges nothing", () => {
    for (const action of ["stop", "quarantine"] as const) {
      const world = aWorld()
        .withFeature("schema")
        .after((it) => it.finished("schema").control("crm", action));
      expect(world.decisions()).toEqual([]);
      expect(world.after((it) => it.control("crm", "resume")).decided("validate")).toHaveLength(1);
    }
  });
});

describe("what can't be derived", () => {
  test.each([
    [
      "its ledger was rewound",
      (world: World) => world.withMissionFacts({ ledgerState: "rewound" }),
      ["blocked", "ledger", "mission doctor"],
    ],
    [
      "its ledger is missing",
      (world: World) => world.withMissionFacts({ ledgerState: "missing" }),
      ["blocked", "ledger", "mission doctor"],
    ],
    [
      "its home is missing",
      (world: World) => world.withMissionFacts({ home: null }),
      ["blocked", "home", "git branch mission/crm/home home-0"],
    ],
    ["its folder is gone", (world: World) => world.withMissionFacts({ gone: true }), ["gone", "gone", null]],
    [
      "its mission.md is missing",
      (world: World) =>
        world.withMissionFacts({ files: { ...world.snapshot().missions[0]?.files, mission: null } as never }),
      ["blocked", "invalid", null],
    ],
  ])("%s: said, and nothing is decided", (_, change, expected) => {
    const world = change(
      aWorld()
        .withFeature("schema")
        .after((it) => it.claimed("schema", { host: "gone-host" })),
    );
    expect(told(world)).toEqual(expected);
    expect(world.later(100 * HOUR).decisions()).toEqual([]);
  });

  test("a ledger of a newer program is shown and not moved", () => {
    const world = aWorld()
      .withFeature("schema", { status: "done" })
      .withFeature("auth")
      .withFeature("list")
      .after((it) => it.delivered("auth").gated(["auth"]).claimed("list", { host: "gone-host" }))
      .withMissionFacts({ ledgerState: "newer" });
    expect(told(world)[1]).toBe("ledger");
    expect(world.feature("auth").status).toBe("review");
    expect(world.later(100 * HOUR).decisions()).toEqual([]);
  });
});

describe("files with errors", () => {
  test("an error in mission.md blocks the mission: what a person asked for is not known", () => {
    const world = aWorld().withFeature("schema").withFinding("missions/crm/mission.md");
    expect(told(world)).toEqual(["blocked", "invalid", "mission edit crm"]);
    expect(world.decisions()).toEqual([]);
  });

  test("such a mission does not begin", () => {
    expect(aNewWorld().withFeature("schema").withFinding("missions/crm/mission.md").decisions()).toEqual([]);
    expect(aNewWorld({ budget: null }).withFeature("schema").decisions()).toEqual([]);
  });

  test("without a budget nothing starts", () => {
    const world = aWorld({ budget: null }).withFeature("schema");
    expect(told(world)).toEqual(["blocked", "invalid", "mission edit crm"]);
    expect(world.decisions()).toEqual([]);
  });

  test("budget: none is a budget", () => {
    expect(aWorld({ budget: "none" }).withFeature("schema").dispatched()).toEqual(["schema"]);
  });

  test("an error in config.md on home blocks: the judge is not known", () => {
    const finding = {
      file: "missions/config.md",
      line: 2,
      column: 1,
      severity: "error" as const,
      code: "bad-value",
      message: "verify is 3",
      expected: "checks",
    };
    const world = aWorld().withFeature("schema");
    world.withMissionFacts({ repository: { config: world.config, roles: [], findings: [finding] } });
    expect(told(world)).toEqual(["blocked", "invalid", "edit missions/config.md, then mission save"]);
    expect(world.decisions()).toEqual([]);
  });

  test("an error in contract.md blocks validation and lets work go on", () => {
    const world = aWorld().withFeature("schema").withFinding("missions/crm/contract.md");
    expect(world.dispatched()).toEqual(["schema"]);
    world.after((it) => it.finished("schema"));
    expect(world.decisions()).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "blocked",
      condition: { code: "invalid", next: "edit missions/crm/contract.md, then mission save" },
    });
  });

  test("an assertion that nobody fulfils any more blocks nothing: it is dropped and listed", () => {
    const world = aWorld({ signOff: "feature" })
      .withFeature("schema")
      .withFeature("auth", { status: "cancelled", fulfills: ["VAL-A-001"] })
      .withAssertion("VAL-A-001", bash("test a"))
      .after((it) => it.finished("schema").validated("foundation"));
    expect(world.decided("complete")).toHaveLength(1);
    expect(world.mission().findings).toMatchObject([{ code: "assertion-dropped", severity: "warning" }]);
  });
});

describe("blocked", () => {
  const stuck = () =>
    aWorld()
      .withFeature("schema")
      .withFeature("auth", { dependsOn: ["schema"] })
      .after((it) => it.ran("schema", "policy"));

  test("when no feature can move without a person, with the first reason", () => {
    expect(stuck().mission()).toMatchObject({
      status: "blocked",
      condition: { code: "features", next: "mission retry crm/schema" },
    });
  });

  test("not while anything runs", () => {
    const world = stuck()
      .withFeature("other")
      .after((it) => it.claimed("other"));
    expect(world.mission().status).toBe("active");
  });

  test("not while something is to be asked or judged", () => {
    const world = aWorld()
      .withFeature("schema", { risk: "red" })
      .after((it) => it.delivered("schema").gated(["schema"]));
    expect(world.mission().status).toBe("active");
    expect(world.asks().mission()).toMatchObject({ status: "blocked", condition: { code: "approval" } });
  });

  test("when all that is left is held", () => {
    expect(aWorld().withMilestone("foundation", { status: "hold" }).withFeature("schema").mission()).toMatchObject({
      status: "blocked",
      condition: { code: "held", next: "mission edit crm/foundation" },
    });
  });
});

describe("the deadline", () => {
  const late = () => aWorld({ deadline: NOON }).withFeature("schema").later(1);

  test("is a moment at which the clock alone changes something", () => {
    const world = aWorld({ deadline: NOON + HOUR }).withFeature("schema");
    expect(world.state().until).toBe(NOON + HOUR);
    expect(world.dispatched()).toEqual(["schema"]);
  });

  test("once over asks a person, and nothing starts or lands until then", () => {
    expect(late().decisions()).toMatchObject([{ kind: "ask", ask: { ask: "deadline" } }]);
    const world = late().asks();
    expect(told(world)).toEqual(["blocked", "deadline", "mission approve crm/q1"]);
    expect(world.decisions()).toEqual([]);
    expect(world.mission().openAsks).toHaveLength(1);
    expect(world.after((it) => it.approved()).dispatched()).toEqual(["schema"]);
  });

  test("moved by an edit, the ask is over by itself", () => {
    const world = late()
      .asks()
      .edited("crm", { deadline: NOON + HOUR });
    expect(world.mission().openAsks).toEqual([]);
    expect(world.dispatched()).toEqual(["schema"]);
  });

  test("denied, it stays blocked", () => {
    const world = late()
      .asks()
      .after((it) => it.denied());
    expect(world.mission().status).toBe("blocked");
    expect(world.decisions()).toEqual([]);
  });
});

describe("the end", () => {
  const passed = (given = {}) =>
    aWorld(given)
      .withFeature("schema", { fulfills: ["VAL-A-001"] })
      .withAssertion("VAL-A-001", bash("test a"))
      .after((it) => it.finished("schema"))
      .after((it) => it.validated("foundation", "passed", { assertions: ASSERTED, codeTree: it.home.codeTree }));
  const final = (world: World) =>
    world.after((it) => it.validated("final", "passed", { assertions: ASSERTED, base: "home-9" }));

  test("the whole contract is run once more after the last milestone", () => {
    const world = passed()
      .homeMoved("code")
      .after((it) => it.homeGated());
    expect(world.mission().status).toBe("validating");
    expect(world.decided("validate")).toMatchObject([
      { milestone: "final", checks: [{ check: { run: "npm test" } }, { assertion: "VAL-A-001" }] },
    ]);
  });

  test("it need not be where the last validation asked all of it of this very code", () => {
    expect(passed().decided("validate")).toEqual([]);
  });

  test("sign_off: mission waits for one signature on what was validated", () => {
    const world = final(passed({ signOff: "mission" }).homeMoved("code"));
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "sign-off", about: "final", boundTo: "home-9" } }]);
    world.asks();
    expect(told(world)).toEqual(["blocked", "sign-off", "mission approve crm/q1"]);
    expect(world.decisions()).toEqual([]);
    expect(world.after((it) => it.approved()).decisions()).toMatchObject([{ kind: "complete" }]);
  });

  test("sign_off: milestone signs the end only where the code is not what was signed", () => {
    const signed = (world: World) => world.asks().after((it) => it.approved());
    expect(signed(passed({ signOff: "milestone" })).decisions()).toMatchObject([{ kind: "complete" }]);
    const moved = final(signed(passed({ signOff: "milestone" })).homeMoved("code"));
    expect(moved.decided("ask")).toMatchObject([{ ask: { ask: "sign-off", about: "final" } }]);
  });

  test("sign_off: feature has signed everything already", () => {
    const world = aWorld({ signOff: "feature" })
      .withFeature("schema")
      .after((it) => it.finished("schema").validated("foundation"));
    expect(world.decisions()).toMatchObject([{ kind: "complete" }]);
  });

  test("a final run that fails adds its fixes to the last milestone", () => {
    const world = passed()
      .homeMoved("code")
      .after((it) => it.validated("final", "failed", { fingerprint: "abcd", assertions: ASSERTED }));
    expect(world.decided("fix")).toMatchObject([{ milestone: "foundation", fixes: [{ id: "fix-npm-test-abcd" }] }]);
  });

  test("a final run that fails again and again blocks the mission, which a retry of it lifts", () => {
    const world = passed().homeMoved("code");
    for (const fingerprint of ["aaaa", "bbbb", "cccc"]) {
      world.after((it) => it.validated("final", "failed", { fingerprint, assertions: ASSERTED }));
    }
    expect(told(world).slice(0, 2)).toEqual(["blocked", "rounds"]);
    expect(world.mission().condition.next).toBe(
      'mission show crm, then mission retry crm or mission approve crm --override "why"',
    );
    world.asks();
    expect(world.decisions()).toEqual([]);
    expect(world.after((it) => it.control("crm", "retry")).decided("validate")).toHaveLength(1);
  });

  test("a final run that can't decide asks a person", () => {
    const world = passed()
      .homeMoved("code")
      .after((it) => it.validated("final", "inconclusive", { assertions: ASSERTED }))
      .asks();
    expect(told(world)).toEqual(["blocked", "inconclusive", "mission approve crm/q1"]);
    expect(world.mission().openAsks).toHaveLength(1);
  });

  test("held milestones keep a mission open", () => {
    const world = passed().withMilestone("later", { status: "hold" }).withFeature("more");
    expect(world.decided("complete")).toEqual([]);
    expect(world.mission().condition.code).toBe("held");
  });

  test("a mission whose milestones are all cancelled is not completed by itself", () => {
    const world = aWorld().withMilestone("foundation", { status: "cancelled" });
    expect(world.decided("complete")).toEqual([]);
  });

  test("a checkout in the way holds the closing commit back", () => {
    const world = passed({ signOff: "feature" }).withObstacle("its index is locked");
    expect(world.decisions()).toEqual([]);
    expect(world.mission().condition.message).toBe("it is about to be completed; waits: its index is locked");
  });

  test("a completed mission decides nothing more", () => {
    expect(passed().edited("crm", { status: "completed" }).decisions()).toEqual([]);
  });

  test("an open feature in a completed mission is a finding and does not start", () => {
    const world = passed().withFeature("more").edited("crm", { status: "completed" });
    expect(world.feature("more")).toMatchObject({ status: "blocked", condition: { code: "invalid" } });
    expect(world.decisions()).toEqual([]);
  });
});

test("an open ask that nothing waits for any more is over", () => {
  const world = aWorld({ budget: { usd: 1, hours: null, tokens: null, alertAt: [] } })
    .withFeature("schema")
    .withFeature("auth")
    .after((it) => it.ran("auth", "lost", { usage: { costUsd: 1 } }))
    .asks();
  expect(world.mission().openAsks.map(({ asked }) => asked.fact.ask)).toEqual(["budget"]);
  world.edited("crm", { budget: { usd: 9, hours: null, tokens: null, alertAt: [] } });
  expect(world.mission().openAsks).toEqual([]);
});

const ASSERTED = [{ result: "passed" as const, id: "VAL-A-001", fingerprint: null }];
