/** What is remembered between looks may be lost, damaged or another program's: what is seen stays the same. */

import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Doors } from "../../src/doors/doors.ts";
import { systemFiles } from "../../src/doors/files-system.ts";
import type { Snapshot } from "../../src/model/snapshot.ts";
import { observe } from "../../src/observe/observe.ts";
import type { Machine } from "../journeys/kit/machine.ts";
import { featureFile, featurePath } from "../journeys/kit/mission-files.ts";
import { pulseUntilIdle } from "../journeys/kit/pulses.ts";
import { aWorld } from "../journeys/kit/world.ts";

const LIMIT = 60_000;

/** Two missions; the first has begun, and its ledger has records. */
async function settledWorld(): Promise<Machine> {
  const held = { a: { status: "hold" }, b: { status: "hold", depends_on: ["a"] } };
  const { machine } = aWorld({
    mission: [
      { id: "toy", milestones: { first: held } },
      { id: "other", status: "planning", milestones: { first: { c: { size: "XXL" }, d: {} } } },
    ],
  });
  await pulseUntilIdle(machine);
  await machine.must("comment", "toy/a", "a word");
  await pulseUntilIdle(machine);
  return machine;
}

function see(machine: Machine, change: (doors: Doors) => Partial<Doors> = () => ({})): Promise<Snapshot> {
  return machine.withDoors(async (doors) => {
    const changed = Object.entries(change(doors)).map(([name, value]) => [name, { value }]);
    const snapshot = await observe(Object.create(doors, Object.fromEntries(changed)));
    return { ...snapshot, now: 0 };
  });
}

function cacheFiles(machine: Machine): string[] {
  const names = readdirSync(machine.state.cache, { recursive: true, encoding: "utf8" });
  return names.map((name) => join(machine.state.cache, name)).filter((path) => statSync(path).isFile());
}

test(
  "deleting or damaging any remembered file changes nothing that is seen",
  async () => {
    const machine = await settledWorld();
    const seen = await see(machine);
    const damages: readonly ((path: string) => void)[] = [
      (path) => rmSync(path),
      (path) => writeFileSync(path, ""),
      (path) => writeFileSync(path, readFileSync(path).subarray(0, statSync(path).size / 2)),
      // A title, a status or an id in other letters: still JSON.
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace(/(?<=[a-z])a(?=[a-z])/g, "o")),
      (path) => writeFileSync(path, readFileSync(path, "utf8").replace(/\btodo\b|\bhold\b/, "done")),
      (path) => writeFileSync(path, "null"),
    ];
    for (const damage of damages) {
      for (const path of cacheFiles(machine)) {
        damage(path);
        expect(await see(machine), `${damage} ${path}`).toEqual(seen);
      }
      for (const path of cacheFiles(machine)) damage(path);
      expect(await see(machine), `${damage} everything`).toEqual(seen);
    }
    machine.forget();
    expect((await see(machine)).missions).toEqual(seen.missions);
  },
  LIMIT,
);

test(
  "two builds of the program side by side do not read one another's memory",
  async () => {
    const machine = await settledWorld();
    const seen = await see(machine);
    const asBuild = (build: string) => see(machine, ({ program }) => ({ program: { ...program, build } }));
    await asBuild("one");
    for (const path of cacheFiles(machine).filter((file) => file.includes("build-one"))) {
      const text = systemFiles.readSealed(path) ?? "";
      systemFiles.writeSealed(path, text.replaceAll("hold", "done").replaceAll("a word", "another"));
    }
    expect(await asBuild("one")).not.toEqual(seen);
    expect(await asBuild("two")).toEqual(seen);
    expect(await see(machine)).toEqual(seen);
  },
  LIMIT,
);

test(
  "what other builds and missions that are gone have left does not pile up",
  async () => {
    const machine = await settledWorld();
    for (let build = 0; build < 10; build += 1) {
      await see(machine, ({ program }) => ({ program: { ...program, build: String(build) } }));
    }
    expect(readdirSync(machine.state.cache).filter((name) => name.startsWith("build-")).length).toBeLessThanOrEqual(3);
    machine.remove("missions/other");
    machine.edit(featurePath("a"), "hold", "cancelled");
    machine.commit("one mission less");
    await see(machine);
    const build = await machine.withDoors(async ({ program }) => program.build);
    expect(cacheFiles(machine).filter((path) => path.includes(`build-${build}/`) && path.includes("-other"))).toEqual(
      [],
    );
  },
  LIMIT,
);

test(
  "of a mission in which one feature has changed no other file is read, and what is seen is what a fresh look sees",
  async () => {
    const machine = await settledWorld();
    await see(machine);
    machine.write({ [featurePath("a")]: featureFile("a", { status: "hold", title: "Another title" }) });
    machine.write({ [featurePath("e")]: featureFile("e", { title: "A new one" }) });
    machine.commit("change one, add one");
    const blobs: string[] = [];
    const seen = await see(machine, ({ git }) => ({
      git: Object.create(git, {
        readObject: {
          value: async (oid: string) => {
            const object = await git.readObject(oid);
            if (object?.type === "blob") blobs.push(String(object.bytes));
            return object;
          },
        },
      }),
    }));
    expect(blobs.filter((text) => text.includes("Feature b"))).toEqual([]);
    expect(blobs.filter((text) => text.includes("Another title"))).toHaveLength(1);
    expect(blobs.filter((text) => text.includes("A new one"))).toHaveLength(1);
    machine.forget();
    expect((await see(machine)).missions).toEqual(seen.missions);
  },
  LIMIT,
);

test(
  "the long text of a feature is not remembered, and is there all the same where it is asked for, also after an edit",
  async () => {
    const machine = await settledWorld();
    const body = `\r\n# Long\r\n\r\n${"What is wanted, and für wen. ".repeat(40)}\r\n\r\n`;
    machine.write({ [featurePath("a")]: featureFile("a", { status: "hold", body }) });
    machine.commit("a long text");
    const bodyOfA = ({ missions }: Snapshot) =>
      missions.flatMap(({ files }) => files.features).find(({ id }) => id === "a")?.body;
    const fresh = bodyOfA(await see(machine));
    expect(fresh).toBe(body.replaceAll("\r\n", "\n").trim());
    const remembered = await see(machine);
    expect(cacheFiles(machine).filter((path) => readFileSync(path, "utf8").includes("What is wanted"))).toEqual([]);
    expect(bodyOfA(remembered)).toBe(fresh);
    machine.edit(featurePath("b"), "hold", "todo");
    machine.commit("an edit beside it");
    expect(bodyOfA(await see(machine))).toBe(fresh);
    expect(bodyOfA(await see(machine))).toBe(fresh);
    machine.forget();
    expect(bodyOfA(await see(machine))).toBe(fresh);
  },
  LIMIT,
);

test(
  "a few new records are remembered beside the others, many together with them, and what is seen is what a fresh look sees",
  async () => {
    const machine = await settledWorld();
    const kept = () =>
      cacheFiles(machine)
        .filter((path) => /ledger-toy/.test(path))
        .map((path) => readFileSync(path, "utf8"));
    machine.forget();
    await see(machine);
    const before = kept();
    for (const word of ["one", "two"]) {
      await machine.must("comment", "toy/a", word);
      await see(machine);
      expect(kept()).toEqual(before);
    }
    for (let number = 0; number < 20; number += 1) await machine.must("comment", "toy/a", `word ${number}`);
    const seen = await see(machine);
    expect(kept()).not.toEqual(before);
    expect((await see(machine)).missions).toEqual(seen.missions);
    machine.forget();
    expect((await see(machine)).missions).toEqual(seen.missions);
  },
  LIMIT,
);
