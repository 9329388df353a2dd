import { describe, expect, it } from "vitest";
import { endOf } from "../../src/cli/run-end.ts";
import { aCondition, aWorld, NOW, type World } from "../view/world.ts";

const end = (world: World, applied: Parameters<typeof endOf>[2]["applied"] = []) =>
  endOf(world.state(), ["crm"], { applied });
const decision = { kind: "complete", mission: "crm", tip: null, because: "" } as const;
const active = () => aWorld().withMission("crm").withMilestone("m");

describe("mission run ends", () => {
  it("when its missions are over, whatever others do", () => {
    expect(end(aWorld().withMission("crm", { status: "completed" }).withMission("shop").withRun("a-1", "a"))).toBe(
      "finished",
    );
  });

  it("when everything waits for a person", () => {
    expect(end(active().withFeature("f", { status: "blocked" }))).toBe("waits");
    expect(end(aWorld().withMission("crm", { status: "paused", paused: true }))).toBe("waits");
  });
});

describe("mission run goes on", () => {
  it("while a run lives, here or elsewhere", () => {
    expect(end(active().withFeature("f").withRun("f-1", "f", { host: "elsewhere" }))).toBeNull();
  });

  it("while decisions are carried out, or wait to be", () => {
    expect(end(active(), [{ decision, applied: { kind: "waits", reason: "index.lock" } }])).toBeNull();
    expect(
      end(aWorld().withMission("crm", { status: "completed" }), [{ decision, applied: { kind: "done", detail: "" } }]),
    ).toBeNull();
  });

  it("while the clock alone will change something, but not for a deadline far away", () => {
    const rests = active().withFeature("f", { status: "ready", condition: aCondition("rests", { until: NOW + 1000 }) });
    expect(end(rests)).toBeNull();
    expect(
      end(
        active()
          .withFeature("f", { status: "blocked" })
          .with({ until: NOW + 1e9 }),
      ),
    ).toBe("waits");
  });

  it("while the remote can't be reached, but not when everything is stopped", () => {
    expect(end(active().with({ idle: "origin can't be reached" }))).toBeNull();
    expect(end(active().with({ idle: "everything is stopped", stopped: true }))).toBe("waits");
  });
});
