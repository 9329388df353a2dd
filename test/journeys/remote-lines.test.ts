/** Lines to a remote that hang, drip or break: everything is bounded, and nothing is lost or done twice. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { type Fault, Line } from "./kit/line.ts";
import type { Machine } from "./kit/machine.ts";
import type { MissionWords } from "./kit/mission-files.ts";
import { look, pulseOnce, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld, type RemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };

function aFarWorld(seconds: number, mission: MissionWords = ONE): { world: RemoteWorld; anna: Machine; line: Line } {
  const world = aRemoteWorld({ mission });
  const anna = world.clone("Anna");
  const line = new Line();
  line.connect(anna, seconds);
  return { world, anna, line };
}

async function expectNothingHeld(machine: Machine, line: Line): Promise<void> {
  await waitUntil("nothing is left of the line", () => line.open.length === 0, 5_000);
  const lock = await machine.state.lock("host", 0);
  expect(lock).not.toBeNull();
  lock?.release();
}

const runClaims = (machine: Machine) => subjects(machine, "claim: a attempt");

test(
  "a remote that never answers ends a pulse in time, and is gone on with when it answers",
  async () => {
    const { world, anna, line } = aFarWorld(0.7);
    const pulseWhile = async (fault: Fault) => {
      line.be(fault);
      const before = line.calls;
      const { code } = anna.mission("pulse");
      await expectNothingHeld(anna, line);
      return { code, calls: line.calls - before };
    };

    expect(await pulseWhile("deaf")).toEqual({ code: 4, calls: 1 });
    // It looks, fetches, tries one push, and looks whether that arrived.
    expect(await pulseWhile("deaf-push")).toEqual({ code: 4, calls: expect.toBeOneOf([3, 4]) });
    // What is pushed arrives, and is found to have arrived.
    expect(await pulseWhile("stuck-push")).toMatchObject({ code: 0 });
    line.be("none");
    await untilDone(anna, "a");
    expect(runClaims(anna)).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a glance at a remote that hangs leaves no process behind",
  async () => {
    const { anna, line } = aFarWorld(0.7, { milestones: { first: { a: { status: "hold" } } } });
    anna.mission("pulse");
    const before = line.calls;
    expect(anna.mission("pulse")).toMatchObject({ code: 0, out: "" });
    // The second of them was a glance.
    expect(line.calls).toBe(before + 1);
    line.be("deaf");

    expect(anna.mission("pulse").code).toBe(4);

    await expectNothingHeld(anna, line);
  },
  LIMIT,
);

test(
  "a line that breaks after so many bytes, or lets a few through at a time: nothing is lost and nothing happens twice",
  async () => {
    const { world, anna, line } = aFarWorld(30);
    for (const bytes of [60, 900]) {
      line.be("cut", bytes);
      // Where enough comes through it works on.
      expect(anna.mission("pulse").code).toBeOneOf(bytes === 60 ? [4] : [0, 4]);
      await expectNothingHeld(anna, line);
    }
    line.be("drip", 200);
    await untilDone(anna, "a");
    line.be("none");
    expect(runClaims(anna)).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a stop while the remote hangs ends what runs here at once, and what it had made goes on later",
  async () => {
    const { world, anna, line } = aFarWorld(0.7);
    world.worker.does("a.1", "echo half > half.txt\ncommit half\nhold");
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    line.be("deaf");

    const begun = Date.now();
    const stopping = anna.say("stop", "--all");
    await waitUntil("nothing of the run is left", () => findProcesses(anna).length === 0);
    expect(Date.now() - begun).toBeLessThan(11_000);
    expect((await stopping).err).toContain("this host is stopped, but others could not be told");

    line.be("none");
    world.worker.release("a");
    await anna.must("resume", "--all");
    await untilDone(anna, "a");
    expect(world.git("show", "main:half.txt")).toBe("half");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a claim that the remote takes after everybody stopped waiting is recovered, also by the process that made it",
  async () => {
    const { world, anna } = aFarWorld(0.7);
    await pulseOnce(anna, { maxDispatches: 0 });
    const slow = temporaryFolder("slow");
    // Longer than a push may take, and nobody is there any more when it goes on.
    world.hook(
      "pre-receive",
      `mv '${slow}/once' '${slow}/begun' 2>/dev/null && sleep 4 && touch '${slow}/over'; exit 0`,
    );
    writeFileSync(join(slow, "once"), "");

    const { result } = await pulseOnce(anna, { full: true });
    expect(result.applied.at(-1)?.applied.kind).toBe("unreachable");
    await waitUntil("the claim is in the ledger after all", () =>
      world.git("log", "--format=%s", "refs/mission/ledger/toy").includes("claim: a attempt 1"),
    );

    await untilDone(anna, "a");
    expect(runClaims(anna)).toHaveLength(2);
    expect(subjects(anna, "run-ended: a-1")[0]).toContain("lost");
    expect((await look(anna)).feature("a").round).toBe(0);
    await waitForRuns(anna);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);
