import { describe, expect, test } from "vitest";
import type { FollowFacts, MergeFacts } from "../../src/model/snapshot.ts";
import { aNewWorld, aWorld, type World } from "../helpers/world.ts";

const kinds = (world: World) => world.decisions().map(({ kind }) => kind);

describe("beginning", () => {
  test.each([
    ["branch", "mission/crm/home"],
    ["default", "main"],
  ] as const)("home: %s begins on %s", (home, branch) => {
    const signOff = "feature" as const;
    expect(aNewWorld({ home, signOff }).withFeature("schema").decisions()).toMatchObject([
      { kind: "begin", home: branch, tip: null },
    ]);
  });

  test("a mission that is planned does not begin", () => {
    expect(aNewWorld({ status: "planning" }).withFeature("schema").decisions()).toEqual([]);
  });
});

function follow(given: Partial<FollowFacts>): FollowFacts {
  return { defaultTip: "main-1", missionsChanged: true, codeTree: "code-0", conflicts: [], ...given };
}

describe("following the default branch", () => {
  const behind = (given: Partial<FollowFacts>, world = aWorld()) =>
    world.withFeature("schema", { dependsOn: [] }).withMissionFacts({ follow: follow(given) });

  test("an edit of mission files alone comes home at once", () => {
    expect(behind({}).decided("follow")).toMatchObject([
      { head: "main-1", because: "mission files changed on the default branch" },
    ]);
  });

  test("other code there is not taken in until a validation is due", () => {
    expect(behind({ missionsChanged: false, codeTree: "code-x" }).decided("follow")).toEqual([]);
    expect(behind({ missionsChanged: false, codeTree: "code-x" }).decided("gate")).toEqual([]);
  });

  const gated = (result: "passed" | "failed", world: World) =>
    world.after((it) => {
      it.record({ ...it.claimOf("none"), ...gateClaim } as never);
      it.verdict(
        { kind: "follow", head: "main-1" },
        {
          result,
          codeTree: "code-x",
          checks: [{ result: result === "passed" ? "passed" : "failed", label: "npm test", fingerprint: null }],
        },
      );
      it.ended("gate-follow-1", "delivered");
    });

  test("a merge that changes code is gated alone first", () => {
    const world = behind({ codeTree: "code-x" });
    expect(world.decided("follow")).toEqual([]);
    expect(world.decided("gate")).toMatchObject([
      { purpose: "follow", head: "main-1", features: [], checks: [{ check: { run: "npm test" } }] },
    ]);
    gated("passed", world);
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("follow")).toHaveLength(1);
  });

  test("what was judged is followed, though the default branch has moved on meanwhile", () => {
    const world = gated("passed", behind({ codeTree: "code-x" }));
    world.withMissionFacts({ follow: follow({ codeTree: "code-y", defaultTip: "main-2" }) });
    expect(world.decided("follow")).toMatchObject([{ head: "main-1" }]);
    expect(world.decided("gate")).toEqual([]);
  });

  test("a validation waits for one merge, not for a branch that never rests", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.finished("schema"))
      .withMissionFacts({ follow: follow({ missionsChanged: false, codeTree: "code-x" }) });
    world.after((it) => it.verdict({ kind: "follow", head: "main-1" }, { codeTree: "code-3", checks: PASSED }));
    expect(kinds(world)).toEqual(["follow"]);
    world.homeMoved("code").withMissionFacts({
      follow: follow({ missionsChanged: false, codeTree: "code-y", defaultTip: "main-2" }),
    });
    expect(world.draft.home?.codeTree).toBe("code-3");
    expect(kinds(world)).toEqual(["validate"]);
  });

  test("a gate of it that runs is waited for", () => {
    const world = behind({ codeTree: "code-x" }).after((it) => it.record(gateClaim));
    expect(world.decided("gate")).toEqual([]);
  });

  test("a verdict on other code of home says nothing", () => {
    const world = gated("passed", behind({ codeTree: "code-x" })).homeMoved("code");
    expect(world.decided("gate")).toHaveLength(1);
  });

  test("a failed gate asks a person once, and landings go on", () => {
    const world = gated("failed", behind({ codeTree: "code-x" }));
    world.after((it) => it.delivered("schema").gated(["schema"]));
    expect(kinds(world)).toEqual(["land", "ask"]);
    world.asks();
    expect(kinds(world)).toEqual(["land"]);
    expect(world.mission().openAsks).toHaveLength(1);
  });

  test("a conflict asks a person, and another tip of the default branch asks anew", () => {
    const world = behind({ codeTree: null, conflicts: ["a.ts"] });
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "follow", boundTo: "main-1" } }]);
    world.asks().withMissionFacts({ follow: follow({ codeTree: null, conflicts: ["a.ts"], defaultTip: "main-2" }) });
    expect(world.mission().openAsks).toEqual([]);
    expect(world.decided("ask")).toHaveLength(1);
  });

  test("home moves once a pulse: what follows now lands on the next", () => {
    const world = behind({}).after((it) => it.delivered("schema").gated(["schema"]));
    expect(kinds(world)).toEqual(["follow"]);
  });

  test("a checkout of home in the way holds it back", () => {
    expect(behind({}).withObstacle("a merge is in progress").decided("follow")).toEqual([]);
  });

  test("before each validation home follows, and the validation waits for it", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.finished("schema"))
      .withMissionFacts({ follow: follow({ missionsChanged: false, codeTree: "code-x" }) });
    expect(kinds(world)).toEqual(["gate"]);
    expect(world.milestone("foundation")).toMatchObject({
      status: "validating",
      condition: { message: "waits until home has followed main" },
    });
    world.withMissionFacts({ follow: null });
    expect(kinds(world)).toEqual(["validate"]);
  });

  test("a validation that waits for a merge that a person must make says so", () => {
    const world = aWorld()
      .withFeature("schema")
      .after((it) => it.finished("schema"))
      .withMissionFacts({ follow: follow({ missionsChanged: false, codeTree: null, conflicts: ["a.ts"] }) })
      .asks();
    expect(world.decisions()).toEqual([]);
    expect(world.milestone("foundation")).toMatchObject({ status: "needs_input", condition: { code: "follow" } });
    expect(world.mission().status).toBe("blocked");
  });

  test.each(["paused", "planning"] as const)(
    "an edit of mission files reaches a mission that is %s, for it may say go on",
    (status) => {
      const world = behind({}, aWorld({ status }));
      expect(kinds(world)).toEqual(["follow"]);
      expect(kinds(behind({ codeTree: "code-x" }, aWorld({ status })))).toEqual([]);
    },
  );

  test("an edit of mission files reaches a mission whose files are wrong, for it may mend them", () => {
    expect(kinds(behind({}, aWorld().withFinding("missions/crm/mission.md")))).toEqual(["follow"]);
  });

  test("a gate that can't be run is a person's in the end", () => {
    const world = behind({ codeTree: "code-x" });
    for (let n = 0; n < 5; n += 1) {
      expect(world.decided("gate")).toHaveLength(1);
      world.after((it) => it.record({ ...gateClaim, run: `gate-follow-${n}` }).ended(`gate-follow-${n}`, "lost"));
    }
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "follow" } }]);
  });
});

function merge(given: Partial<MergeFacts> = {}): MergeFacts {
  return {
    milestone: "foundation",
    head: "home-3",
    contained: false,
    commit: null,
    codeTree: "code-3",
    headCodeTree: "code-3",
    conflicts: [],
    obstacle: null,
    ...given,
  };
}

describe("merging what is signed", () => {
  const signed = (given: Partial<MergeFacts> = {}) =>
    aWorld()
      .withFeature("schema")
      .withMissionFacts({ merges: [merge(given)] });

  test("goes to the default branch at once where it is the signed code", () => {
    expect(signed().decided("merge")).toMatchObject([{ milestone: "foundation", head: "home-3", contained: null }]);
  });

  test("is recorded where a person has merged it", () => {
    expect(signed({ contained: true, commit: "main-7", codeTree: null }).decided("merge")).toMatchObject([
      { contained: "main-7" },
    ]);
  });

  const judged = (result: "passed" | "failed", world: World) =>
    world.after((it) =>
      it.verdict(
        { kind: "sign", milestone: "foundation", head: "home-3" },
        {
          result,
          codeTree: "code-m",
          checks: [{ result: result === "passed" ? "passed" : "failed", label: "npm test", fingerprint: null }],
        },
      ),
    );

  test("is gated where the default branch has other code", () => {
    const world = signed({ codeTree: "code-m" });
    expect(world.decided("merge")).toEqual([]);
    expect(world.decided("gate")).toMatchObject([{ purpose: "sign", milestone: "foundation", head: "home-3" }]);
    expect(judged("passed", world).decided("merge")).toHaveLength(1);
  });

  test.each<[string, World]>([
    ["its gate fails", judged("failed", signed({ codeTree: "code-m" }))],
    ["it conflicts", signed({ codeTree: null, conflicts: ["a.ts"] })],
    [
      "the default branch refuses it",
      signed().after((it) =>
        it.record(
          { kind: "blocked", thing: "foundation", reason: "merge-refused" },
          "main refuses the merge of home-3: protected",
        ),
      ),
    ],
  ])("asks a person once when %s", (_, world) => {
    expect(world.decided("merge")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "merge", about: "foundation", boundTo: "home-3" } }]);
    world.asks();
    expect(world.decided("ask")).toEqual([]);
    expect(world.mission().openAsks).toHaveLength(1);
    expect(world.dispatched()).toEqual(["schema"]);
  });

  test("asks a person when the default branch moves faster than its gate runs", () => {
    const world = signed({ codeTree: "code-m" });
    for (const seen of ["code-m", "code-n"]) {
      judged("passed", world.withMissionFacts({ merges: [merge({ codeTree: seen })] }));
      world.withMissionFacts({ merges: [merge({ codeTree: "code-z" })] });
      expect(world.decided("gate")).toHaveLength(1);
    }
    judged("passed", world);
    expect(world.decided("gate")).toEqual([]);
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "merge", text: expect.stringContaining("too late") } }]);
  });

  test("waits for a checkout of the default branch", () => {
    expect(signed({ obstacle: "a rebase is in progress" }).decided("merge")).toEqual([]);
  });

  test("goes on after the mission is completed: the closing commit precedes the last merge", () => {
    const world = aWorld({ status: "completed" }).withFeature("schema", { status: "done" });
    world.after((it) => it.landed("schema")).withMissionFacts({ merges: [merge({ milestone: "final" })] });
    expect(kinds(world)).toEqual(["merge"]);
    world.withMissionFacts({ merges: [merge({ milestone: "final", codeTree: null, conflicts: ["a.ts"] })] });
    expect(world.decided("ask")).toMatchObject([{ ask: { ask: "merge", about: "final" } }]);
  });

  test("does not hold back the closing commit while a person is waited for", () => {
    const world = aWorld({ signOff: "feature" })
      .withFeature("schema")
      .after((it) => it.finished("schema").validated("foundation"))
      .withMissionFacts({ merges: [merge({ codeTree: null, conflicts: ["a.ts"] })] })
      .asks();
    expect(kinds(world)).toEqual(["complete"]);
  });

  test("nothing is merged while the mission is paused", () => {
    expect(
      signed()
        .after((it) => it.control("crm", "pause"))
        .decisions(),
    ).toEqual([]);
  });
});

const PASSED = [{ result: "passed" as const, label: "npm test", fingerprint: null }];

const gateClaim = {
  kind: "claim",
  run: "gate-follow-1",
  runKind: "gate",
  about: { kind: "follow", head: "main-1" },
  attempt: 1,
  spec: "",
  base: "home-0",
  head: "merged",
  host: "anna",
  nonce: "n",
  reserveUsd: 0,
  reserveMinutes: 25,
  reserveTokens: 0,
  ttlMs: 360_000,
} as const;
