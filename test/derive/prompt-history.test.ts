import { describe, expect, test } from "vitest";
import {
  deriveAnswers,
  deriveComments,
  deriveFindings,
  lastTakenBack,
  lastWorkRun,
} from "../../src/derive/prompt-history.ts";
import { aWorld, type World } from "../helpers/world.ts";

const one = () => aWorld().withFeature("schema");

function see(world: World) {
  const mission = world.snapshot().missions[0];
  const feature = mission?.files.features.find(({ id }) => id === "schema");
  if (!mission || !feature) throw new Error("the world has no feature schema");
  return { mission, feature };
}

describe("what sent the work back", () => {
  const findings = (world: World) => {
    const { mission, feature } = see(world);
    return deriveFindings(mission, feature).map(({ by, text }) => `${by}: ${text}`);
  };

  test("is what the gate and the reviewer said of the last delivery, and nothing older", () => {
    const world = one().after((it) => {
      it.delivered("schema").gated(["schema"], "failed", { body: "old" });
      it.delivered("schema").gated(["schema"]).reviewed("schema", "failed", { body: "no test" });
    });
    expect(findings(world)).toEqual(["review: no test"]);
  });

  test.each(["question", "failed", "quota", "lost"] as const)(
    "is not forgotten when the run that was to mend it ended as %s",
    (outcome) => {
      const world = one().after((it) => {
        it.delivered("schema").gated(["schema"], "failed", { body: "red" }).ran("schema", outcome);
      });
      expect(findings(world)).toEqual(["gate: red"]);
    },
  );
});

describe("the last run", () => {
  test.each(["quota", "provider", "lost", "stopped", "setup-failed"] as const)(
    "is not one that ended as %s and says nothing about the work",
    (outcome) => {
      const world = one().after((it) => it.failed("schema").ran("schema", outcome));
      const { mission, feature } = see(world);
      expect(lastWorkRun(mission, feature)?.run).toBe("schema-1");
    },
  );
});

describe("what a person said", () => {
  test("as an answer holds after a retry, a denial does not", () => {
    const world = one().after((it) => {
      it.asksQuestion("schema", "red or blue?").answered(1, "blue");
      it.asked("approval", "schema", "x", "may it land?").denied(2, "not today");
      it.control("crm/schema", "retry");
    });
    const { mission, feature } = see(world);
    expect(deriveAnswers(mission, feature).map(({ answer }) => answer)).toEqual(["blue"]);
  });

  test("with a retry stands in the thread, in its order", () => {
    const world = one().after((it) => {
      it.record({ kind: "comment", feature: "schema", mentions: [] }, "first");
      it.record({ kind: "control", target: "crm/schema", action: "retry" }, "the key is set now");
      it.record({ kind: "control", target: "crm/schema", action: "retry" });
      it.record({ kind: "control", target: "crm/other", action: "retry" }, "another's");
      it.record({ kind: "comment", feature: "schema", mentions: [] }, "last");
    });
    const { mission, feature } = see(world);
    expect(deriveComments(mission, feature).map(({ text }) => text)).toEqual(["first", "the key is set now", "last"]);
  });
});

test("what landed was taken back when home does not say done any more", () => {
  const world = one().after((it) => it.finished("schema"));
  const landed = see(world);
  expect(lastTakenBack(landed.mission, landed.feature)).toBeNull();
  const reverted = see(world.edited("schema", { status: "todo" }));
  expect(lastTakenBack(reverted.mission, reverted.feature)?.fact.feature).toBe("schema");
});
