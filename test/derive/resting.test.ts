/** A planned mission may be left out of a look because nothing changes it but what its key names. */

import { expect, test } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { deriveResting } from "../../src/derive/resting.ts";
import { deriveState } from "../../src/derive/state.ts";
import type { MissionSnapshot, Snapshot } from "../../src/model/snapshot.ts";
import { statusJson } from "../../src/view/status-json.ts";
import { aWorld } from "../helpers/world.ts";

/** A mission that is under way, and one that is planned. */
function twoMissions(): Snapshot {
  const world = aWorld()
    .withMission("toy")
    .withMilestone("first")
    .withFeature("a")
    .withMission("later", { status: "planning", deadline: 1_900_000_000_000 })
    .unbegun()
    .withMilestone("second")
    .withFeature("b")
    .withFeature("c", { dependsOn: ["b"], status: "done" });
  const snapshot = world.snapshot();
  return { ...snapshot, missions: snapshot.missions.map((mission) => keyed(mission)) };
}

function keyed(mission: MissionSnapshot): MissionSnapshot {
  if (mission.id !== "later") return mission;
  const { ledger } = mission;
  return { ...mission, restKey: ledger.tip === null ? "key" : null };
}

const planned = (snapshot: Snapshot) => statusJson(deriveState(snapshot), []).missions.find(({ id }) => id === "later");

function withPlanned(snapshot: Snapshot, given: Partial<MissionSnapshot>): Snapshot {
  return {
    ...snapshot,
    missions: snapshot.missions.map((mission) => (mission.id === "later" ? { ...mission, ...given } : mission)),
  };
}

const CHANGES: Readonly<Record<string, (snapshot: Snapshot) => Snapshot>> = {
  "time, also that of its deadline": (snapshot) => ({ ...snapshot, now: 2_000_000_000_000 }),
  "another commit of home": (snapshot) =>
    withPlanned(snapshot, {
      home: { branch: "main", tip: "other", codeTree: "other", isDefault: true, obstacle: "a rebase is in progress" },
    }),
  "what became of beginning other ledgers": (snapshot) => withPlanned(snapshot, { refused: "no" }),
  "what this host can run": (snapshot) => ({ ...snapshot, capabilities: { runtimes: [], secrets: ["env:X"] } }),
  "what this clone lacks": (snapshot) => ({ ...snapshot, unfit: "partial", unpublished: ["toy"] }),
  "other missions' files": (snapshot) => ({
    ...snapshot,
    missions: snapshot.missions.map((mission) =>
      mission.id === "later" ? mission : { ...mission, files: { ...mission.files, features: [] } },
    ),
  }),
};

test.each(Object.entries(CHANGES))("%s changes nothing of it, and nothing is decided of it", (_, change) => {
  const snapshot = twoMissions();
  const changed = change(snapshot);
  expect(planned(changed)).toEqual(planned(snapshot));
  for (const each of [snapshot, changed]) {
    const state = deriveState(each);
    expect(deriveResting(each, state.missions).map(({ id }) => id)).toEqual(["later"]);
    const about = decide(state).filter((decision) => "mission" in decision && decision.mission === "later");
    expect(about).toEqual([]);
  }
});

test("left out, it changes nothing of what is decided of the others", () => {
  const snapshot = twoMissions();
  const resting = deriveResting(snapshot, deriveState(snapshot).missions);
  const missions = snapshot.missions.filter(({ id }) => id !== "later");
  expect(decide(deriveState({ ...snapshot, missions, resting }))).toEqual(decide(deriveState(snapshot)));
});

test("one that waits for a feature of another mission does not rest", () => {
  const snapshot = twoMissions();
  const { files } = snapshot.missions.find(({ id }) => id === "later") ?? {};
  if (!files) throw new Error("no mission");
  const features = files.features.map((feature) => ({ ...feature, dependsOn: ["toy/a"] }));
  const waiting = withPlanned(snapshot, { files: { ...files, features } });
  expect(deriveResting(waiting, deriveState(waiting).missions)).toEqual([]);
});
