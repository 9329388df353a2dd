/** `status --json` may say again what it said, and never anything else than a look would say. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { programBuild } from "../../src/doors/package.ts";
import { recallStatus } from "../../src/doors/quick-status.ts";
import type { Machine } from "../journeys/kit/machine.ts";
import { featurePath } from "../journeys/kit/mission-files.ts";
import { pulseUntilIdle } from "../journeys/kit/pulses.ts";
import { aWorld } from "../journeys/kit/world.ts";

const LIMIT = 120_000;
const HELD = { milestones: { first: { a: { status: "hold" }, b: { status: "hold" } } } };

function recall(machine: Machine, env = machine.env): string | null {
  const text = recallStatus({ cwd: machine.folder, env, build: programBuild(), now: Date.now() });
  return text === null ? null : String(text);
}

/** A look as a person has it who has never looked before. */
async function lookAfresh(machine: Machine): Promise<string> {
  return timeless(`${await machine.must("status", "--json")}\n`);
}

function timeless(text: string): string {
  const { at, ...rest } = JSON.parse(text);
  expect(Date.now() - Date.parse(at)).toBeLessThan(LIMIT);
  return JSON.stringify(rest);
}

test(
  "what status said is said again, with the time of now, until anything changes",
  async () => {
    const { machine } = aWorld({ mission: HELD });
    expect(recall(machine)).toBeNull();
    await machine.must("status", "--json");
    // A pulse would begin the mission: what is due is looked at.
    expect(recall(machine)).toBeNull();
    await pulseUntilIdle(machine);

    const changes: Record<string, () => unknown> = {
      "an edit that is not saved": () => machine.edit(featurePath("a"), "Make a", "Build a"),
      "the same edit, committed": () => machine.commit("build a"),
      "a record in the ledger": () => machine.must("comment", "toy/a", "a word"),
      "a new file": () => machine.write({ [featurePath("c")]: "---\ntitle: C\nstatus: hold\n---\nC.\n" }),
      "that file, gone again": () => machine.remove(featurePath("c")),
      "a mission in the other folder": () => machine.write({ "todo/missions/toy/mission.md": "---\ntitle: T\n---\n" }),
      "another branch": () => {
        machine.remove("todo");
        machine.git("checkout", "-q", "-b", "side");
      },
      "an edit there": () => {
        machine.edit(featurePath("a"), "Build a", "Do a");
        machine.commit("do a");
      },
      "back again": () => machine.git("checkout", "-q", "main"),
      "everything stopped": () => machine.state.setStopped(true),
      "and on again": () => machine.state.setStopped(false),
      "a setting": () => machine.git("config", "mission.default", "side"),
    };
    for (const [what, change] of Object.entries(changes)) {
      await pulseUntilIdle(machine);
      const before = await lookAfresh(machine);
      const recalled = recall(machine);
      if (recalled !== null) expect(timeless(recalled), `before ${what}`).toBe(before);
      await change();
      const quick = recall(machine);
      const fresh = await lookAfresh(machine);
      if (quick !== null) expect(timeless(quick), what).toBe(fresh);
    }
  },
  LIMIT,
);

test(
  "a quiet mission is not looked at twice, and an edit is seen at once",
  async () => {
    const { machine } = aWorld({ mission: HELD });
    await pulseUntilIdle(machine);
    const said = await lookAfresh(machine);
    expect(timeless(recall(machine) ?? "{}")).toBe(said);
    expect(timeless(machine.mission("status", "--json").out)).toBe(said);
    machine.edit(featurePath("a"), "Make a", "Build a");
    expect(recall(machine)).toBeNull();
    expect(JSON.parse(machine.mission("status", "--json").out).unsaved).toEqual([featurePath("a")]);
  },
  LIMIT,
);

test(
  "a damaged memory, another build and another environment are not believed",
  async () => {
    const { machine } = aWorld({ mission: HELD });
    await pulseUntilIdle(machine);
    await machine.must("status", "--json");
    expect(recall(machine)).not.toBeNull();
    expect(recall(machine, { ...machine.env, PATH: "/nowhere:/usr/bin:/bin" })).toBeNull();
    const look = { cwd: machine.folder, env: machine.env, now: Date.now() };
    expect(recallStatus({ ...look, build: "another" })).toBeNull();
    const file = join(machine.state.cache, "last-status");
    const whole = readFileSync(file);
    for (const damaged of [
      whole.subarray(0, whole.length - 10),
      Buffer.from(String(whole).replace("Feature a", "Feature x")),
      Buffer.from(""),
      Buffer.from("x\n{}\n{}"),
    ]) {
      writeFileSync(file, damaged);
      expect(recall(machine)).toBeNull();
    }
  },
  LIMIT,
);
