import { describe, expect, test } from "vitest";
import type { FeatureStatus } from "../../src/model/state.ts";
import { aNewWorld, aWorld, type World } from "../helpers/world.ts";

/** Each layer makes one more row of the table hold; all rows below it still do. */
const LAYERS: readonly [status: FeatureStatus, code: string, add: (world: World) => World][] = [
  ["backlog", "dependency", (world) => world],
  [
    "ready",
    "ready",
    (world) => world.after((it) => it.delivered("auth").gated(["auth"], "failed", { fingerprint: "a" })),
  ],
  [
    "blocked",
    "loop",
    (world) => world.after((it) => it.delivered("auth").gated(["auth"], "failed", { fingerprint: "a" })),
  ],
  ["review", "gating", (world) => world.after((it) => it.delivered("auth"))],
  ["needs_input", "approval", (world) => world.edited("auth", { risk: "red" }).after((it) => it.gated(["auth"]))],
  ["in_progress", "running", (world) => world.after((it) => it.claimed("auth"))],
  ["blocked", "held", (world) => world.after((it) => it.control("crm/auth", "pause"))],
  ["blocked", "quarantined", (world) => world.after((it) => it.control("crm/auth", "quarantine"))],
  ["blocked", "stopped", (world) => world.after((it) => it.control("crm/auth", "stop"))],
  ["blocked", "invalid", (world) => world.withFinding("missions/crm/milestones/01-foundation/auth.md")],
  ["blocked", "reverted", (world) => world.after((it) => it.record(landing))],
  ["cancelled", "cancelled", (world) => world.edited("foundation", { status: "cancelled" })],
  ["done", "done", (world) => world.edited("auth", { status: "done" })],
];

const landing = {
  kind: "landed",
  feature: "auth",
  run: null,
  spec: "spec-auth",
  commit: "landing",
  codeTree: "code-0",
} as const;

test("the first row of the table that holds wins", () => {
  const world = aWorld()
    .withFeature("schema")
    .withFeature("auth", { dependsOn: ["schema"] });
  for (const [status, code, add] of LAYERS) {
    const { status: seen, condition } = add(world).feature("auth");
    expect({ status: seen, code: condition.code }).toEqual({ status, code });
  }
});

describe("done and cancelled", () => {
  test("a file on home that says done is done, whatever else is known", () => {
    const world = aWorld().withFeature("schema", { status: "done" }).withFacts({ stopped: true });
    expect(world.feature("schema").status).toBe("done");
  });

  test("done without a landing in the ledger is adopted once", () => {
    const world = aWorld().withFeature("schema", { status: "done" });
    expect(world.decided("adopt").map(({ feature }) => feature)).toEqual(["schema"]);
    world.after((it) => it.landed("schema"));
    expect(world.decided("adopt")).toEqual([]);
  });

  test("done again by a person after a retry is adopted again", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.finished("schema"))
      .edited("schema", { status: "todo" })
      .after((it) => it.control("crm/schema", "retry"))
      .edited("schema", { status: "done" });
    expect(world.decided("adopt")).toHaveLength(1);
  });

  test.each([
    ["its file", (world: World) => world.edited("schema", { status: "cancelled" })],
    ["its milestone", (world: World) => world.edited("foundation", { status: "cancelled" })],
    ["the mission", (world: World) => world.edited("crm", { status: "cancelled" })],
  ])("a feature cancelled by %s says so", (by, cancel) => {
    const { status, condition } = cancel(aWorld().withFeature("schema")).feature("schema");
    expect([status, condition.message]).toEqual(["cancelled", `cancelled by ${by}`]);
  });
});

describe("reverted", () => {
  const reverted = () =>
    aWorld()
      .withFeature("schema")
      .after((it) => it.finished("schema"))
      .edited("schema", { status: "todo" });

  test("landed work whose file says todo again waits for a person", () => {
    const { status, condition } = reverted().feature("schema");
    expect([status, condition.code, condition.next]).toEqual(["blocked", "reverted", "mission retry crm/schema"]);
  });

  test("a retry releases it and goes on from the kept work", () => {
    const world = reverted().after((it) => it.control("crm/schema", "retry"));
    expect(world.decided("dispatch")).toMatchObject([{ feature: "schema", kept: "schema@1" }]);
  });

  test("an edit of what is asked releases it", () => {
    expect(reverted().edited("schema", { spec: "spec-2" }).feature("schema").status).toBe("ready");
  });

  test("a file that says hold is held, not reverted", () => {
    expect(reverted().edited("schema", { status: "hold" }).feature("schema").condition.code).toBe("held");
  });
});

describe("invalid", () => {
  test("a finding in its file blocks a feature and names the place", () => {
    const file = "missions/crm/milestones/01-foundation/auth.md";
    const world = aWorld().withFeature("schema").withFeature("auth").withFinding(file);
    expect(world.feature("auth").condition).toMatchObject({
      code: "invalid",
      message: `${file}:3: ${file} is wrong`,
      next: "mission edit crm/auth",
    });
    expect(world.feature("schema").status).toBe("ready");
  });

  test("a warning blocks nothing", () => {
    const world = aWorld().withFeature("auth").withFinding("missions/crm/milestones/01-foundation/auth.md", "warning");
    expect(world.feature("auth").status).toBe("ready");
  });

  test.each([
    ["something missing", { dependsOn: ["nothing"] }],
    ["something cancelled", { dependsOn: ["dropped"] }],
    ["a feature of a later milestone", { dependsOn: ["later"] }],
    ["a mission that does not exist", { dependsOn: ["erp/schema"] }],
    ["a feature on another home", { dependsOn: ["shop/cart"] }],
    ["itself", { dependsOn: ["auth"] }],
  ])("a feature that needs %s is invalid", (_, given) => {
    const world = aWorld()
      .withMission("shop")
      .withFeature("cart")
      .withMission("crm")
      .withFeature("auth", given)
      .withFeature("dropped", { status: "cancelled" })
      .withMilestone("next")
      .withFeature("later");
    expect(world.feature("auth").condition.code).toBe("invalid");
    expect(world.dispatched()).not.toContain("auth");
  });

  test("features in a cycle are invalid, others go on", () => {
    const world = aWorld()
      .withFeature("a", { dependsOn: ["b"] })
      .withFeature("b", { dependsOn: ["a"] })
      .withFeature("c");
    expect(["a", "b", "c"].map((id) => world.feature(id).condition.code)).toEqual(["invalid", "invalid", "ready"]);
  });

  test("an error in milestone.md blocks the features of that milestone: what it holds is not known", () => {
    const world = aWorld().withFeature("schema").withFinding("missions/crm/milestones/01-foundation/milestone.md");
    expect(world.feature("schema").condition.code).toBe("invalid");
    expect(world.milestone("foundation")).toMatchObject({ status: "blocked", condition: { code: "invalid" } });
    expect(world.dispatched()).toEqual([]);
  });
});

describe("held, quarantined and stopped", () => {
  test.each([
    ["its file", (world: World) => world.edited("schema", { status: "hold" }), "held", "mission edit crm/schema"],
    [
      "its milestone's file",
      (world: World) => world.edited("foundation", { status: "hold" }),
      "held",
      "mission edit crm/foundation",
    ],
    ["a pause of it", control("crm/schema", "pause"), "held", "mission resume crm/schema"],
    ["a pause of its milestone", control("crm/foundation", "pause"), "held", "mission resume crm/foundation"],
    ["a pause of its agent", control("agent:coder", "pause"), "held", "mission resume agent:coder"],
    ["a quarantine of its agent", control("agent:coder", "quarantine"), "quarantined", "mission resume agent:coder"],
    ["a quarantine of it", control("crm/schema", "quarantine"), "quarantined", "mission resume crm/schema"],
    ["a stop of its mission", control("crm", "stop"), "stopped", "mission resume crm"],
    ["the stop of everything", (world: World) => world.withFacts({ stopped: true }), "stopped", "mission resume --all"],
  ])("%s blocks a feature and says what lifts it", (_, hold, code, next) => {
    const world = hold(aWorld().withFeature("schema"));
    expect(world.feature("schema")).toMatchObject({ status: "blocked", condition: { code, next } });
    expect(world.dispatched()).toEqual([]);
  });

  test("of several the stricter holds, and lifting it shows the next", () => {
    const world = aWorld().withFeature("schema", { status: "hold" });
    world.after((it) => it.control("crm/schema", "pause").control("agent:coder", "quarantine").control("crm", "stop"));
    expect(world.feature("schema").condition.next).toBe("mission resume crm");
    world.after((it) => it.control("crm", "resume"));
    expect(world.feature("schema").condition.next).toBe("mission resume agent:coder");
    world.after((it) => it.control("agent:coder", "resume"));
    expect(world.feature("schema").condition.next).toBe("mission edit crm/schema");
  });

  test("a paused mission pauses as a whole: its features keep their status", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.control("crm", "pause"));
    expect([world.mission().status, world.feature("schema").status]).toEqual(["paused", "ready"]);
    expect(world.decisions()).toEqual([]);
  });

  test("work that broke a rule on paths quarantines its feature until a person retries it", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.ran("schema", "policy", { body: "It changed .github" }));
    expect(world.feature("schema")).toMatchObject({
      status: "blocked",
      condition: { code: "quarantined", message: "It changed .github", next: "mission retry crm/schema" },
    });
    world.after((it) => it.control("crm/schema", "retry"));
    expect(world.feature("schema").status).toBe("ready");
  });
});

describe("needs_input", () => {
  const asking = () =>
    aWorld()
      .withFeature("schema")
      .after((it) => it.asksQuestion("schema", "Which database?"));

  test("a question waits for its answer", () => {
    const { status, condition } = asking().feature("schema");
    expect([status, condition.message, condition.next]).toEqual([
      "needs_input",
      "Which database?",
      'mission answer crm/q1 "..."',
    ]);
    expect(
      asking()
        .mission()
        .openAsks.map(({ number }) => number),
    ).toEqual([1]);
  });

  test("the answer starts the next run, in the same session where that is kept", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.asksQuestion("schema", "Which?", { session: "s-1", head: "schema@1" }).answered(1, "sqlite"));
    expect(world.feature("schema").status).toBe("ready");
    expect(world.decided("dispatch")).toMatchObject([
      { because: "its question is answered", kept: "schema@1", session: "s-1" },
    ]);
  });

  test("a session is not taken up by another runtime", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.asksQuestion("schema", "Which?", { session: "s-1", runtime: "other" }).answered());
    expect(world.decided("dispatch")).toMatchObject([{ session: null }]);
  });

  test("a consent waits for a yes or a no, and either starts the next run", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) =>
        it
          .claimed("schema")
          .asked("permission", "schema", "spec - n1", "may I push?")
          .ended("schema", "question", { body: "may I push?" }),
      );
    expect(world.feature("schema")).toMatchObject({
      status: "needs_input",
      condition: { message: "may I push?", next: "mission approve crm/q1" },
    });
    expect(world.mission().openAsks.map(({ number }) => number)).toEqual([1]);
    expect(world.after((it) => it.denied(1, "no")).feature("schema").status).toBe("ready");
  });

  test("a question whose record is missing is asked", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.ran("schema", "question", { body: "Which database?" }));
    expect(world.decided("ask").map(({ ask }) => ask.text)).toEqual(["Which database?"]);
    expect(world.asks().decided("ask")).toEqual([]);
  });

  test("the same question twice is a loop", () => {
    const world = asking().after((it) => {
      it.answered(1, "sqlite");
    });
    world.after((it) => it.asksQuestion("schema", "Which database?", { fingerprint: "q" }).answered());
    expect(world.feature("schema").status).toBe("ready");
    world.after((it) => it.asksQuestion("schema", "Which database?", { fingerprint: "q" }));
    expect(world.feature("schema").condition.code).toBe("loop");
  });
});

describe("backlog and ready", () => {
  test("a feature of a mission that is planned is in the backlog", () => {
    expect(aNewWorld({ status: "planning" }).withFeature("schema").feature("schema")).toMatchObject({
      status: "backlog",
      condition: { code: "planning" },
    });
  });

  test("an open dependency is named", () => {
    const world = aWorld()
      .withFeature("schema")
      .withFeature("auth", { dependsOn: ["schema"] });
    expect(world.feature("auth")).toMatchObject({ status: "backlog", condition: { message: "waits for schema" } });
  });

  test("a feature of another mission on the same home can be waited for", () => {
    const world = aWorld({ home: "default", mode: "poc" })
      .withFeature("schema")
      .withMission("shop", { home: "default", mode: "poc" })
      .withFeature("cart", { dependsOn: ["crm/schema"] });
    expect(world.feature("cart").condition.message).toBe("waits for crm/schema");
    world.withMission("crm", { home: "default", mode: "poc" }).withFeature("schema", { status: "done" });
    world.withMission("shop", { home: "default", mode: "poc" }).withFeature("cart", { dependsOn: ["crm/schema"] });
    expect(world.feature("cart").status).toBe("ready");
  });

  test("a feature waits for its milestone", () => {
    const world = aWorld().withFeature("schema").withMilestone("contacts").withFeature("list");
    expect(world.feature("list")).toMatchObject({
      status: "backlog",
      condition: { message: "waits for milestone foundation" },
    });
  });

  test("work that was sent back goes on, though an earlier milestone is current again", () => {
    const world = aWorld()
      .withMilestone("foundation", { status: "cancelled" })
      .withMilestone("contacts")
      .withFeature("list")
      .withFeature("form")
      .after((it) => it.delivered("list").gated(["list"], "failed").ran("form", "lost"));
    world.edited("foundation", { status: "todo" });
    world.draft.features.push({ ...world.draft.features[0], id: "schema", milestone: "foundation" } as never);
    expect(world.feature("list")).toMatchObject({ status: "ready" });
    expect(world.feature("form")).toMatchObject({ status: "backlog", condition: { code: "milestone" } });
  });

  test("a held milestone lets the next one go on", () => {
    const world = aWorld()
      .withMilestone("foundation", { status: "hold" })
      .withFeature("schema")
      .withMilestone("contacts")
      .withFeature("list");
    expect(world.mission().current).toBe("contacts");
    expect(world.dispatched()).toEqual(["list"]);
  });

  test("a mission without a ledger begins it before anything starts", () => {
    const world = aNewWorld().withFeature("schema");
    expect(world.feature("schema")).toMatchObject({ status: "ready", condition: { code: "held" } });
    expect(world.decisions().map(({ kind }) => kind)).toEqual(["begin"]);
  });
});

test("a blocked feature keeps the column that it was in", () => {
  const column = (world: World) => world.after((it) => it.control("crm/schema", "pause")).feature("schema").column;
  expect(column(aWorld().withFeature("schema"))).toBe("up-next");
  expect(
    column(
      aWorld()
        .withFeature("schema")
        .after((it) => it.failed("schema")),
    ),
  ).toBe("up-next");
  expect(
    column(
      aWorld()
        .withFeature("schema")
        .after((it) => it.claimed("schema")),
    ),
  ).toBe("in-progress");
  expect(
    column(
      aWorld()
        .withFeature("schema")
        .after((it) => it.delivered("schema")),
    ),
  ).toBe("review");
  const later = aWorld().withFeature("other").withMilestone("contacts").withFeature("schema");
  expect(column(later)).toBe("backlog");
});

test("a renamed feature keeps its history", () => {
  const world = aWorld()
    .withFeature("schema")
    .after((it) => it.failed("schema").failed("schema"));
  world.edited("schema", { id: "tables", was: "schema", spec: "spec-schema" });
  expect(world.feature("tables")).toMatchObject({ attempt: 2, head: "schema@2" });
  world.edited("tables", { status: "done" }).after((it) => it.landed("schema"));
  expect(world.decided("adopt")).toEqual([]);
  expect(world.milestone("foundation").status).toBe("validating");
});

function control(target: string, action: "pause" | "stop" | "quarantine") {
  return (world: World) => world.after((it) => it.control(target, action));
}
