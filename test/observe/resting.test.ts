/** Planned missions are left out of a look while nothing of them changes: what is decided and said stays the same. */

import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deriveState } from "../../src/derive/state.ts";
import { programBuild } from "../../src/doors/package.ts";
import { recallTexts } from "../../src/doors/quick-status.ts";
import { observe } from "../../src/observe/observe.ts";
import { recallResting } from "../../src/observe/resting.ts";
import type { Machine } from "../journeys/kit/machine.ts";
import { configFile, featureFile, featurePath } from "../journeys/kit/mission-files.ts";
import { pulseUntilIdle } from "../journeys/kit/pulses.ts";
import { aWorld } from "../journeys/kit/world.ts";

const LIMIT = 120_000;
const PLANNED = ["later", "next"];

/** One mission that has begun, two that are planned; of one of these the files say something that is found. */
async function plannedWorld(): Promise<{ machine: Machine; script: string }> {
  const held = { a: { status: "hold" }, b: { status: "hold" } };
  const { machine, worker } = aWorld({
    mission: [
      { id: "toy", milestones: { first: held } },
      { id: "next", status: "planning", milestones: { first: { c: { size: "XXL" }, d: {} } } },
      { id: "later", status: "planning", milestones: { first: { e: {}, f: { depends_on: ["e"] } } } },
    ],
  });
  await pulseUntilIdle(machine);
  return { machine, script: worker.script };
}

/** What a pulse would do, and what status says, letter by letter but for the moment. */
async function say(machine: Machine): Promise<unknown> {
  const decisions = JSON.parse(await machine.must("pulse", "--dry-run", "--json"));
  const status = await machine.must("status", "--json");
  return { decisions, status: status.replace(/(?<=^ {2}"at": ")[^"]+/m, "") };
}

/** Missions that a look leaves out. */
function listResting(machine: Machine): Promise<readonly string[]> {
  return machine.withDoors(async (doors) => {
    const { resting, missions } = await observe(doors, { resting: recallResting(doors) });
    expect([...resting, ...missions].map(({ id }) => id).sort()).toEqual([...new Set([...PLANNED, "toy"])].sort());
    return resting.map(({ id }) => id);
  });
}

/** Missions of which status remembers what it said. */
function listKept({ env, gitDir }: Machine): readonly string[] {
  const kept = recallTexts(gitDir, env, programBuild());
  return kept.map(({ mission, text }) => {
    expect(JSON.parse(String(text)).id).toBe(mission.id);
    return mission.id;
  });
}

function cacheFiles(machine: Machine): string[] {
  const names = readdirSync(machine.state.cache, { recursive: true, encoding: "utf8" });
  return names.map((name) => join(machine.state.cache, name)).filter((path) => statSync(path).isFile());
}

test(
  "a planned mission rests until something changes that it follows from",
  async () => {
    const { machine, script } = await plannedWorld();
    await say(machine);
    expect(await listResting(machine)).toEqual(PLANNED);
    expect(listKept(machine)).toEqual(PLANNED);

    machine.write({ [featurePath("a")]: featureFile("a", { status: "hold", title: "Another title" }) });
    machine.commit("another mission");
    expect(await listResting(machine)).toEqual(PLANNED);

    machine.write({ [featurePath("e", { id: "later" })]: featureFile("e", { title: "Another title" }) });
    machine.commit("one of its features");
    expect(await listResting(machine)).toEqual(["next"]);
    await say(machine);
    expect(await listResting(machine)).toEqual(PLANNED);

    machine.write({ [featurePath("a")]: featureFile("a", { status: "hold", depends_on: ["later/e"] }) });
    machine.commit("somebody waits for it");
    expect(await listResting(machine)).toEqual(["next"]);

    machine.write({ "missions/config.md": configFile(script, { cost: "none", header: { parallel: 7 } }) });
    machine.commit("settings");
    expect(await listResting(machine)).toEqual([]);
  },
  LIMIT,
);

test(
  "what is decided and said with missions at rest is what a look says that remembers nothing",
  async () => {
    const { machine, script } = await plannedWorld();
    const planned = (id: string, header: string) => ({
      [`missions/${id}/mission.md`]: `---\ntitle: ${id}\n${header}\n---\n# ${id}\n`,
    });
    const changes: Record<string, () => unknown> = {
      nothing: () => {},
      "a feature of one at rest": () =>
        machine.write({ [featurePath("e", { id: "later" })]: featureFile("e", { title: "Another title" }) }),
      "a feature that waits for one at rest": () =>
        machine.write({ [featurePath("a")]: featureFile("a", { depends_on: ["later/e", "nowhere/x"] }) }),
      "one at rest waits for another": () =>
        machine.write({ [featurePath("c", { id: "next" })]: featureFile("c", { depends_on: ["later/e", "toy/b"] }) }),
      "a mission of the same name in capitals": () => machine.write(planned("LATER", "status: planning")),
      "the same name in the other folder": () =>
        machine.write({ "todo/missions/next/mission.md": "---\ntitle: T\nstatus: planning\n---\n" }),
      "its end there": () => machine.remove("todo"),
      "other settings": () =>
        machine.write({ "missions/config.md": configFile(script, { cost: "none", header: { parallel: 7 } }) }),
      "settings that can't be read": () => machine.write({ "missions/config.md": "---\nparallel: x\n---\n" }),
      "everything stopped": () => machine.state.setStopped(true),
      "and on again": () => machine.state.setStopped(false),
      "one that goes": () => machine.remove("missions/LATER"),
      "one that starts": () => machine.must("start", "later"),
    };
    for (const [what, change] of Object.entries(changes)) {
      await say(machine);
      await change();
      if (machine.git("status", "--porcelain") !== "") machine.commit(what);
      const said = await say(machine);
      rmSync(machine.state.cache, { recursive: true });
      expect(said, what).toEqual(await say(machine));
    }
  },
  LIMIT,
);

test(
  "a damaged memory of missions at rest is not believed",
  async () => {
    const { machine } = await plannedWorld();
    const said = await say(machine);
    const damages: readonly ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
      (path) => writeFileSync(path, "null"),
      (path) => writeFileSync(path, "[]"),
    ];
    for (const damage of damages) {
      for (const path of cacheFiles(machine)) {
        damage(path);
        expect(await say(machine), `${damage} ${path}`).toEqual(said);
      }
    }
  },
  LIMIT,
);

test(
  "secrets of a mission at rest are known to whoever appends, and its findings are told",
  async () => {
    const { machine } = await plannedWorld();
    machine.write({
      "missions/next/mission.md":
        "---\ntitle: N\nstatus: planning\nresources:\n  - { name: db, secret: env:DB_PASSWORD }\n---\n",
    });
    machine.commit("a resource");
    await say(machine);
    await machine.withDoors(async (doors) => {
      const left = await observe(doors, { resting: recallResting(doors) });
      expect(left.resting.flatMap(({ secrets }) => secrets)).toEqual(["env:DB_PASSWORD"]);
      expect(deriveState(left).findings).toEqual(deriveState(await observe(doors)).findings);
      expect(deriveState(left).findings.length).toBeGreaterThan(0);
    });
  },
  LIMIT,
);
