import { describe, expect, test } from "vitest";
import { aWorld, MINUTE, NOON, type World } from "../helpers/world.ts";
import { roleDocument, runtimeDocument } from "../helpers/world-documents.ts";

const why = (world: World, feature = "schema") => {
  const { status, condition } = world.feature(feature);
  return [status, condition.code, condition.message];
};

const two = { runtimes: [runtimeDocument("claude"), runtimeDocument("codex")] };

describe("which runtime plays a feature's role", () => {
  const runtimeOf = (world: World) => world.decided("dispatch").map(({ runtime }) => runtime);

  test("the configured one, or the first that can run here", () => {
    const world = aWorld().withConfig(two).withFeature("schema");
    expect(runtimeOf(world)).toEqual(["claude"]);
    expect(runtimeOf(world.withConfig({ runtime: "codex" }))).toEqual(["codex"]);
    world.withConfig({ runtime: null }).withFacts({
      capabilities: {
        runtimes: [
          { name: "claude", reason: "not installed" },
          { name: "codex", reason: null },
        ],
        secrets: [],
      },
    });
    expect(runtimeOf(world)).toEqual(["codex"]);
  });

  test("the role's own before the configured one", () => {
    const world = aWorld()
      .withConfig({ ...two, runtime: "claude" })
      .withFeature("schema");
    expect(runtimeOf(world.withFacts({ builtinRoles: [roleDocument("coder", { runtime: "codex" })] }))).toEqual([
      "codex",
    ]);
  });

  test.each<[string, World, string, string]>([
    [
      "an agent that nobody knows",
      aWorld().withFeature("schema", { agent: "poet" }),
      "unknown-role",
      "there is no agent called poet",
    ],
    [
      "no runtime",
      aWorld().withConfig({ runtimes: [] }).withFeature("schema"),
      "no-capable-host",
      "no agent is installed here, and missions/config.md names none",
    ],
    [
      "a runtime that is not configured",
      aWorld().withConfig({ runtime: "other" }).withFeature("schema"),
      "no-capable-host",
      "runtime other is not configured",
    ],
    [
      "a runtime that can't run here",
      aWorld()
        .withFeature("schema")
        .withFacts({ capabilities: { runtimes: [{ name: "mine", reason: "mine is not installed" }], secrets: [] } }),
      "no-capable-host",
      "mine: mine is not installed",
    ],
    [
      "a secret that is not set here",
      aWorld({ resources: [{ name: "mail", kind: "credential", purpose: "", secret: "env:MAIL" }] }).withFeature(
        "schema",
        { secrets: ["mail"] },
      ),
      "no-capable-host",
      "env:MAIL is not set here",
    ],
  ])("waits for a capable host: %s", (_, world, code, message) => {
    expect(why(world)).toEqual(["ready", code, message]);
    expect(world.dispatched()).toEqual([]);
  });

  test("a role whose file is wrong plays nothing: its limits are not known", () => {
    const world = aWorld().withFeature("schema");
    const finding = {
      file: "missions/agents/coder.md",
      line: 4,
      column: 1,
      severity: "error" as const,
      code: "bad-value",
      message: "limits is 3",
      expected: "",
    };
    const roles = [roleDocument("coder", { file: finding.file })];
    world.withMissionFacts({ repository: { config: world.config, roles, findings: [finding] } });
    expect(why(world)).toEqual(["ready", "invalid-role", "missions/agents/coder.md:4: limits is 3"]);
  });
});

describe("quota and provider", () => {
  const refused = (outcome: "quota" | "provider", until: number | null) =>
    aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.ran("a", outcome, { until, runtime: "mine" }));

  test("hold the runtime back on that host until the provider's own moment, and count as no attempt", () => {
    const world = refused("quota", NOON + 7 * MINUTE);
    expect(why(world, "b")).toEqual(["ready", "quota", "mine waits for its provider"]);
    expect(world.feature("a").condition.until).toBe(NOON + 7 * MINUTE);
    expect(world.state().until).toBe(NOON + 7 * MINUTE);
    expect(world.dispatched()).toEqual([]);
  });

  test("or for a while where none was given", () => {
    expect(refused("quota", null).feature("b").condition.until).toBe(NOON + 30 * MINUTE);
    expect(refused("provider", null).feature("b").condition.until).toBe(NOON + 5 * MINUTE);
  });

  test("then one probe goes first, and the others when it has delivered", () => {
    const world = refused("quota", NOON + MINUTE).later(MINUTE);
    expect(world.dispatched()).toEqual(["a"]);
    world.after((it) => it.claimed("a")).withLocalRun("a-2");
    expect(why(world, "b")).toEqual(["ready", "quota", "mine is tried with one run first"]);
    expect(world.dispatched()).toEqual([]);
    world.after((it) => it.ended("a", "failed", { head: "x", fingerprint: "f" }));
    expect(world.dispatched()).toEqual(["b"]);
  });

  test("one probe over all missions", () => {
    const world = refused("quota", NOON + MINUTE)
      .later(MINUTE)
      .withMission("shop")
      .withFeature("cart");
    expect(world.dispatched()).toHaveLength(1);
  });

  test("a probe that is refused holds back again", () => {
    const world = refused("quota", NOON + MINUTE).later(MINUTE);
    world.after((it) => it.ran("a", "quota", { until: NOON + 9 * MINUTE }));
    expect(world.feature("b").condition.until).toBe(NOON + 9 * MINUTE);
  });

  test("another runtime takes over where none is prescribed", () => {
    const world = aWorld().withConfig(two).withFeature("schema").withFeature("auth");
    world.after((it) => it.ran("schema", "quota", { until: NOON + MINUTE, runtime: "claude" }));
    expect(world.decided("dispatch").map(({ runtime }) => runtime)).toEqual(["codex", "codex"]);
  });

  test("say nothing about another host or another runtime", () => {
    const elsewhere = aWorld().withFeature("a").withFeature("b");
    elsewhere.after((it) => it.claimed("a", { host: "ben" }).ended("a", "quota", { until: NOON + MINUTE }));
    expect(elsewhere.dispatched()).toHaveLength(2);
    const other = refused("quota", NOON + MINUTE).withConfig({ ...two, runtime: "codex" });
    expect(other.dispatched()).toHaveLength(2);
  });
});

describe("a provider that needs a person", () => {
  const TEXT = "Not logged in · Please run /login";
  const given = { until: null, needs: "sign-in", runtime: "mine", body: TEXT } as const;
  const signedOut = () =>
    aWorld()
      .withFeature("a")
      .withFeature("b")
      .after((it) => it.ran("a", "provider", given));

  test("holds its runtime back, and says why, since when and what helps", () => {
    const world = signedOut();
    expect(why(world, "b")).toEqual(["ready", "provider", `mine is not signed in: ${TEXT}`]);
    expect(world.feature("b").condition).toMatchObject({
      since: NOON,
      until: NOON + 5 * MINUTE,
      next: "sign in with mine, then mission retry crm",
    });
    expect(world.feature("a").attempt).toBe(1);
    expect(world.dispatched()).toEqual([]);
  });

  test.each([
    ["payment", "quota", "mine has no credit left", "see to the account that mine is paid from"],
    ["model", "provider", "mine does not get its model", "under models: in missions/config.md, then mission save"],
  ] as const)("%s", (needs, outcome, message, next) => {
    const world = signedOut();
    world.after((it) => it.ran("a", outcome, { ...given, needs }));
    expect(world.feature("b").condition.message).toBe(`${message}: ${TEXT}`);
    expect(world.feature("b").condition.next).toContain(next);
  });

  test("is tried again less and less often, one hour apart at most, and since is the first time", () => {
    const world = signedOut();
    for (const pause of [5, 10, 20, 40, 60, 60]) {
      expect(world.feature("b").condition).toMatchObject({ since: NOON, until: world.now + pause * MINUTE });
      world.later(pause * MINUTE);
      expect(world.dispatched()).toHaveLength(1);
      world.after((it) => it.ran("a", "provider", given));
    }
  });

  test("counts runs that were under way together once", () => {
    const world = aWorld().withFeature("a").withFeature("b");
    world.after((it) => it.claimed("a").claimed("b"));
    world.later(MINUTE).after((it) => it.ended("a", "provider", given));
    world.later(MINUTE).after((it) => it.ended("b", "provider", given));
    expect(world.feature("b").condition.until).toBe(world.now + 5 * MINUTE);
  });

  test("is tried at once when a person says so, in whichever mission", () => {
    const world = signedOut();
    world.later(1_000).after((it) => it.control("crm", "retry"));
    expect(world.dispatched()).toEqual(["a"]);
    world.after((it) => it.claimed("a")).withLocalRun("a-2");
    expect(why(world, "b")).toEqual(["ready", "provider", `mine is not signed in: ${TEXT}`]);
    world.after((it) => it.delivered("a"));
    expect(world.dispatched()).toEqual(["b"]);

    const other = signedOut();
    other.later(1_000).withMission("shop").withFeature("cart");
    other.after((it) => it.control("shop", "retry"));
    expect(other.dispatched()).toHaveLength(1);
  });

  test("waits from the start again when it refuses after that", () => {
    const world = signedOut().later(5 * MINUTE);
    world.after((it) => it.ran("a", "provider", given)).later(1_000);
    world.after((it) => it.control("crm", "retry").ran("a", "provider", given));
    expect(world.feature("b").condition).toMatchObject({ since: NOON, until: world.now + 5 * MINUTE });
  });

  test("holds nothing up that another runtime may do", () => {
    const world = aWorld().withConfig(two).withFeature("schema").withFeature("auth");
    world.after((it) => it.ran("schema", "provider", { ...given, runtime: "claude" }));
    expect(world.decided("dispatch").map(({ runtime }) => runtime)).toEqual(["codex", "codex"]);
    world.withConfig({ runtimes: [runtimeDocument("claude", { kind: "claude", run: [] })] });
    expect(world.feature("auth").condition.next).toMatch(/^claude, then \/login.*, then mission retry crm$/);
  });
});

describe("what else a ready feature waits for", () => {
  test("a live run on overlapping paths", () => {
    const world = aWorld()
      .withFeature("live", { scope: ["src/a/**"] })
      .withFeature("schema", { scope: ["src/a/x.ts"] })
      .withFeature("other", { scope: ["src/b/**"] })
      .after((it) => it.claimed("live"));
    expect(why(world)).toEqual(["ready", "scope", "live works on the same paths"]);
    expect(world.dispatched()).toEqual(["other"]);
  });

  test("a place in the mission", () => {
    const world = aWorld({ parallel: 1 })
      .withFeature("live")
      .withFeature("schema")
      .after((it) => it.claimed("live", { host: "ben" }));
    expect(why(world)).toEqual(["ready", "slot", "1 of 1 places are taken"]);
    expect(world.dispatched()).toEqual([]);
  });

  test("a place on this host", () => {
    const world = aWorld().withConfig({ parallel: 1 }).withFeature("live").withFeature("schema");
    world.after((it) => it.claimed("live")).withLocalRun("live-1");
    expect(why(world)).toEqual(["ready", "slot", "all places of this host are taken"]);
    expect(world.dispatched()).toEqual([]);
  });

  test("a host that a person paused", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.control("host:anna", "pause"));
    expect(why(world)).toEqual(["ready", "held", "host:anna is paused"]);
    expect(world.decisions()).toEqual([]);
    expect(
      aWorld()
        .withFeature("schema")
        .after((it) => it.control("host:ben", "pause"))
        .dispatched(),
    ).toEqual(["schema"]);
  });
});
