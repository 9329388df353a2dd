/** Two hosts of one mission, of which one dies, falls asleep or works on the same lines. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects, trailer } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aRemoteWorld } from "./kit/world.ts";

const LIMIT = 60_000;
const TTL_MS = 6 * 60_000;
const ONE = { milestones: { first: { a: {} } } };

/** The only run of a machine: its name and its process. */
function onlyRun(machine: Machine): { run: string; pid: number } {
  const [found, ...others] = machine.state.listRuns();
  if (!found || others.length > 0) throw new Error(`${others.length + 1} runs`);
  return { run: found.run, pid: found.order.owner.pid };
}

test(
  "a host that is killed with its run: the other takes over after the ttl, and what the first had made is kept",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    world.worker.does("a.1", "echo half > half.txt\ncommit half\necho loose > loose.txt\nhold");
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    const { run, pid } = onlyRun(anna);
    const pulsing = anna.start("pulse", "--watch", "--every", "1s");
    await look(bert);
    process.kill(pid, "SIGKILL");
    pulsing.kill("SIGKILL");

    bert.ahead += TTL_MS - 60_000;
    expect((await pulseOnce(bert)).result.applied).toEqual([]);
    bert.ahead += 120_000;
    const { result } = await pulseOnce(bert);

    expect(result.applied.map(({ decision }) => decision.kind)).toEqual(["recover", "dispatch"]);
    expect(trailer(bert, "run-ended", "Outcome")).toBe("lost");
    await untilDone(bert, "a");
    expect(world.git("show", "main:a.txt")).toBe("hello a");

    // The first host comes back: nothing of its run lands, nothing of it is lost.
    await pulseOnce(anna);
    expect(findProcesses(anna)).toEqual([]);
    expect(world.git("show", `refs/mission/in/${run}:half.txt`)).toBe("half");
    expect(world.git("show", `refs/mission/salvage/${run}/1:loose.txt`)).toBe("loose");
    expect(await anna.must("doctor")).not.toContain("ended without a word");
    world.worker.release("a");
    expect(subjects(bert, "landed: a")).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a host that wakes up after the ttl: its late report corrects the cost of its run, and changes nothing else",
  async () => {
    const world = aRemoteWorld({ mission: ONE, paid: true });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    world.worker.does("a.1", `hold\necho late > a.txt\ncommit\necho 'USAGE: {"usd":0.5}'\necho "DONE: late"`);
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    const { run, pid } = onlyRun(anna);
    await look(bert);
    process.kill(pid, "SIGSTOP");
    bert.ahead += TTL_MS + 60_000;

    await untilDone(bert, "a");
    const before = await look(bert);
    const home = world.git("rev-parse", "main");
    process.kill(pid, "SIGCONT");
    world.worker.release("a");
    await waitUntil("the late run is over", () => findProcesses(anna).length === 0);
    await pulseOnce(bert);
    const after = await look(bert);

    expect(subjects(bert, `run-ended: ${run}`)).toEqual([`run-ended: ${run} lost`, `run-ended: ${run} delivered`]);
    expect(world.git("rev-parse", "main")).toBe(home);
    expect(world.git("show", "main:a.txt")).toBe("hello a");
    expect(after.feature("a")).toMatchObject({ status: "done", attempt: 2 });
    expect(before.feature("a").cost.usd - after.feature("a").cost.usd).toBeCloseTo(4.5);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "two hosts whose work meets in the same lines: the first lands, the second is sent back for the conflict alone",
  async () => {
    const world = aRemoteWorld({ files: { "list.txt": "start\n" }, config: { parallel: 1 } });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    for (const name of ["a", "b"])
      world.worker.does(
        `${name}.1`,
        `echo ${name} >> list.txt; echo ${name} > ${name}.txt; commit; echo "DONE: added"`,
      );
    world.worker.does(
      "default",
      'git merge home || { printf "start\\na\\nb\\n" > list.txt; git add -A; git commit -qm both; }; echo "DONE: both"',
    );
    await pulseOnce(anna);
    await pulseOnce(bert);
    await waitForRuns(anna);
    await waitForRuns(bert);

    const sight = await untilDone(anna, "a", "b");

    const rounds = [sight.feature("a").round, sight.feature("b").round];
    const runs = subjects(anna, "claim: ").filter((subject) => subject.includes("attempt"));
    expect(runs).toHaveLength(3);
    expect(subjects(anna, "verdict: ").filter((subject) => subject.includes("failed"))).toEqual([]);
    expect(rounds.toSorted()).toEqual([0, 1]);
    expect(world.git("show", "main:list.txt")).toBe("start\na\nb");
    await complete(bert);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "everything is stopped from one host: the run of the other is gone within ten seconds, and goes on when it is resumed",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    world.worker.does("a.1", "echo half > half.txt\ncommit half\nhold");
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));

    await bert.must("stop", "--all");
    const stoppedAt = Date.now();
    // The other host sees it at its next pulse, or when it beats.
    await pulseOnce(anna);
    await waitUntil("nothing of the run is left", () => findProcesses(anna).length === 0);
    expect(Date.now() - stoppedAt).toBeLessThan(10_000);
    expect((await pulseOnce(bert)).result.decisions).toEqual([]);
    expect(await anna.must("status")).toContain("everything is stopped");

    await bert.must("resume", "--all");
    world.worker.release("a");
    const sight = await pulseUntil(anna, "a is done", (seen) => seen.of("a") === "done");
    expect(sight.feature("a").round).toBe(0);
    expect(world.git("show", "main:half.txt")).toBe("half");
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);
