import { describe, expect, it } from "vitest";
import { endOf } from "../../src/cli/run/run-end.ts";
import type { State } from "../../src/model/state.ts";
import { aCondition, aWorld, NOW, type World } from "../view/world.ts";

const end = (world: World, applied: Parameters<typeof endOf>[2]["applied"] = []) =>
  endOf(world.state(), ["crm"], { applied, busy: false });
const decision = { kind: "complete", mission: "crm", tip: null, because: "" } as const;
const active = () => aWorld().withMission("crm").withMilestone("m");

function readyToStart(state: State): State {
  const step = { kind: "dispatch", attempt: 1, kept: null, because: "ready", offer: null } as const;
  const missions = state.missions.map((mission) => ({
    ...mission,
    milestones: mission.milestones.map((milestone) => ({
      ...milestone,
      features: milestone.features.map((feature) => ({ ...feature, step })),
    })),
  }));
  return { ...state, missions };
}

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

  it("when this host may start nothing until a person has mended something", () => {
    expect(end(active().with({ idle: "this is a shallow clone: git fetch --unshallow" }))).toBe("waits");
    expect(end(active().with({ idle: "ledgers of crm are not on the remote: mission doctor" }))).toBe("waits");
  });

  it("when the provider wants a person first, though it is asked again by the clock", () => {
    const condition = aCondition("not signed in", { code: "provider", until: NOW + 1000 });
    expect(end(active().withFeature("f", { status: "ready", condition }))).toBe("waits");
  });

  it("when what it would do is refused", () => {
    const state = readyToStart(active().withFeature("f", { status: "ready" }).state());
    expect(endOf(state, ["crm"], { applied: [], busy: false })).toBeNull();
    const applied = [{ decision, applied: { kind: "failed" as const, reason: "hook declined" } }];
    expect(endOf(state, ["crm"], { applied, busy: false })).toBe("waits");
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
    expect(end(active().with({ authority: "origin", idle: "origin can't be reached" }))).toBeNull();
    expect(end(active().with({ idle: "everything is stopped", stopped: true }))).toBe("waits");
  });
});
