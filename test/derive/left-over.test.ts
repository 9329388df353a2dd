/** What a person must be told although the status alone sounds fine. */

import { expect, test } from "vitest";
import { deriveState } from "../../src/derive/state.ts";
import type { MissionSnapshot } from "../../src/model/snapshot.ts";
import { aWorld, type World } from "../helpers/world.ts";

function conditionOf(world: World, change: (mission: MissionSnapshot) => Partial<MissionSnapshot>) {
  const snapshot = world.snapshot();
  const missions = snapshot.missions.map((mission) => ({ ...mission, ...change(mission) }));
  const [mission] = deriveState({ ...snapshot, missions }).missions;
  return { status: mission?.status, ...mission?.condition };
}

const DUE = {
  milestone: "final",
  head: "f".repeat(40),
  contained: false,
  commit: null,
  codeTree: null,
  headCodeTree: "tree",
  conflicts: ["a.txt"],
  obstacle: null,
};

test("a completed mission whose last merge can't be made says what is left", () => {
  const completed = ({ files }: MissionSnapshot) => ({
    files: { ...files, mission: files.mission && { ...files.mission, status: "completed" as const } },
  });
  const world = aWorld().withFeature("schema");
  expect(conditionOf(world, completed)).toMatchObject({ status: "completed", code: "completed" });
  const left = conditionOf(world, (mission) => ({ ...completed(mission), merges: [DUE] }));
  expect(left).toMatchObject({ status: "completed", code: "merge" });
  expect(left.message).toContain("every milestone is passed; what is left: ");
  expect(left.message).toContain("it conflicts in a.txt");
});

test("a mission whose ledger was refused says why, and goes on trying", () => {
  const world = aWorld().withFeature("schema").withMissionFacts({ ledgerState: "none" });
  const told = conditionOf(world, () => ({ refused: "hook declined" }));
  expect(told).toMatchObject({ status: "active", code: "refused", next: "mission doctor" });
  expect(told.message).toBe("its ledger has not begun: hook declined");
});
