/** Many pulses, clones and copies at once: each thing happens once. */

import { once } from "node:events";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RefUpdate } from "../../src/doors/git.ts";
import { pulse } from "../../src/pulse.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { look, pulseOnce, pulseTogether, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const COUNTED = `echo "$MISSION_FEATURE" >> "$W/ran"
echo "hello $MISSION_FEATURE" > "$MISSION_FEATURE.txt"; commit; echo "DONE: wrote it"`;

test(
  "eight pulses of four clones at once give a feature to one run",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    world.worker.does("default", COUNTED);
    const [anna, ...others] = [world.clone("Anna"), ...["Bert", "Carl", "Dora"].map(world.clone)];
    const clones = [anna, ...others];

    const pulses = clones.flatMap((machine) => [1, 2].map(() => once(machine.start("pulse"), "exit")));
    expect((await Promise.all(pulses)).map(([code]) => code)).toEqual(Array(8).fill(0));
    for (const machine of clones) await waitForRuns(machine);
    await untilDone(anna, "a");

    expect(readFileSync(join(world.worker.folder, "ran"), "utf8")).toBe("a\n");
    expect(subjects(anna, "created")).toHaveLength(1);
    expect(subjects(anna, "claim: a attempt")).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "pulses that come between a claim and the start of its run, of the same host and of another, leave it alone",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    world.worker.does("default", COUNTED);
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    const between: string[] = [];
    await anna.withDoors(async (doors) => {
      async function push(remote: string, updates: readonly RefUpdate[]) {
        const answer = await doors.git.push(remote, updates);
        if (!world.git("log", "-1", "--format=%s", "refs/mission/ledger/toy").startsWith("claim: a")) return answer;
        // As if the lock of the host had failed.
        const lock = async () => ({ release: () => {} });
        const state = Object.create(doors.state, { lock: { value: lock } });
        const second = await pulse(Object.create(doors, { state: { value: state } }));
        const { result } = await pulseOnce(bert, { full: true });
        between.push(...[...second.applied, ...result.applied].map(({ decision }) => decision.kind));
        return answer;
      }
      const git = Object.create(doors.git, { push: { value: push } });
      await pulse(Object.create(doors, { git: { value: git } }));
    });

    expect(between).toEqual([]);
    await untilDone(anna, "a");
    expect(readFileSync(join(world.worker.folder, "ran"), "utf8")).toBe("a\n");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a copy of a host's folder is a host of its own: neither takes the other's runs for over",
  async () => {
    const world = aRemoteWorld();
    const [anna, bert, carl] = [world.clone("Anna"), world.clone("Bert"), world.clone("Carl")];
    for (const feature of ["a", "b"]) {
      world.worker.does(feature, `hold\n${COUNTED}`);
      world.worker.hold(feature);
    }
    await pulseOnce(anna, { maxDispatches: 0 });
    cpSync(anna.state.path, bert.state.path, { recursive: true });
    await pulseOnce(anna, { maxDispatches: 1 });
    await pulseOnce(bert);
    await waitUntil("both are under way", () => ["a", "b"].every((feature) => world.worker.isWaiting(feature)));

    expect(bert.state.host).not.toBe(anna.state.host);
    expect((await pulseOnce(carl)).result.decisions).toEqual([]);
    carl.ahead += 5 * MINUTE_MS;
    expect((await pulseOnce(carl, { full: true })).result.decisions).toEqual([]);
    for (const feature of ["a", "b"]) world.worker.release(feature);
    await pulseTogether([anna, bert], "both are done", (sight) => sight.of("a") === "done" && sight.of("b") === "done");
    expect(readFileSync(join(world.worker.folder, "ran"), "utf8").split("\n").toSorted()).toEqual(["", "a", "b"]);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a folder that is copied with a run in it: the copy leaves the run to its host",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    world.worker.does("a", `hold\n${COUNTED}`);
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    cpSync(anna.state.path, bert.state.path, { recursive: true });

    expect((await pulseOnce(bert, { full: true })).result.decisions).toEqual([]);
    const [run] = anna.state.listRuns();
    expect(await bert.must("doctor")).toContain(`${run?.run} belongs to ${anna.state.host}`);
    world.worker.release("a");
    await untilDone(anna, "a");
    const work = world.git("rev-parse", `refs/mission/in/${run?.run}`);
    expect((await pulseOnce(bert, { full: true })).result.decisions).toEqual([]);
    expect(world.git("rev-parse", `refs/mission/in/${run?.run}`)).toBe(work);
    expect(readFileSync(join(world.worker.folder, "ran"), "utf8")).toBe("a\n");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "where each pulse is a new host, a run that was killed with its machine is taken up when its time is over",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const job = world.clone("Job");
    const pulseAnew = async () => {
      job.forget();
      const { result } = await pulseOnce(job);
      await waitForRuns(job);
      return result.applied.map(({ decision }) => decision.kind);
    };
    world.worker.does("a.1", "echo half > half.txt; commit; hold");
    world.worker.hold("a");
    await pulseOnce(job);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    process.kill(job.state.listRuns()[0]?.order.owner.pid ?? 0, "SIGKILL");
    world.worker.release("a");

    expect(await pulseAnew()).toEqual([]);
    job.ahead += 2 * HOUR_MS;
    expect(await pulseAnew()).toEqual([]);
    job.ahead += 10 * MINUTE_MS;
    expect(await pulseAnew()).toEqual(["recover", "dispatch"]);
    for (let round = 0; round < 5 && (await look(job)).of("a") !== "done"; round += 1) await pulseAnew();

    expect((await look(job)).of("a")).toBe("done");
    expect(subjects(job, "run-ended: a-1")[0]).toContain("lost");
    await endWell(job, { folder: world.remote });
  },
  LIMIT,
);
