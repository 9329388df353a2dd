/** A host that stands still at the worst moment, is taken for dead, and goes on as if nothing had been. */

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld, type RemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };
const TTL_MS = 6 * 60_000;
const COUNTED = `echo "$MISSION_FEATURE" >> "$W/ran"
echo "hello $MISSION_FEATURE" > "$MISSION_FEATURE.txt"; commit; echo "DONE: wrote it"`;

/** Everything on the remote that others go by. Beats are a host's own. */
const shared = (world: RemoteWorld) =>
  world
    .git("for-each-ref", "--format=%(objectname) %(refname)")
    .split("\n")
    .filter((line) => !line.includes("refs/mission/host/"));

function isStopped(pid: number): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** A worker's own short commands come and go. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has gone.
  }
}

/** Starts a pulse that the remote freezes as soon as it has taken a record with this subject from it. */
async function freezePulse(world: RemoteWorld, machine: Machine, subject: string): Promise<ChildProcess> {
  const file = join(world.remote, "freeze");
  // Whoever pushes first may do so before the test knows its number.
  world.hook(
    "post-receive",
    `[ -e freeze ] || exit 0
     git log -1 --format=%s refs/mission/ledger/toy | grep -q '^${subject}' || exit 0
     while [ ! -s freeze ]; do sleep 0.01; done; kill -STOP "$(cat freeze)"; exit 0`,
  );
  writeFileSync(file, "");
  const pulse = machine.start("pulse");
  writeFileSync(file, String(pulse.pid));
  await waitUntil("it stands still, or is over", () => isStopped(pulse.pid ?? 0) || pulse.exitCode !== null);
  expect(pulse.exitCode).toBeNull();
  rmSync(file);
  return pulse;
}

test.each(["claim: a attempt", "claim: a gate"])(
  "a pulse that stands still between `%s` and the start of its run changes nothing shared when it goes on",
  async (subject) => {
    const world = aRemoteWorld({ mission: ONE });
    world.worker.does("default", COUNTED);
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    if (subject.endsWith("gate")) await pulseOnce(anna);
    await waitForRuns(anna);
    const pulse = await freezePulse(world, anna, subject);
    await look(bert);
    bert.ahead += TTL_MS + 60_000;

    await untilDone(bert, "a");
    await waitForRuns(bert);
    const before = shared(world);
    pulse.kill("SIGCONT");
    await once(pulse, "exit");
    await waitUntil("nothing of it is left", () => findProcesses(anna).length === 0);

    expect(shared(world)).toEqual(before);
    expect(readFileSync(join(world.worker.folder, "ran"), "utf8")).toBe("a\n");
    expect(subjects(bert, "landed: a")).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a laptop that sleeps for hours while nobody takes over goes on where it was",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    world.worker.does("a", `hold\n${COUNTED}`);
    world.worker.hold("a");
    const anna = world.clone("Anna");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    const pids = findProcesses(anna).map((line) => Number(line.split(" ")[0]));
    for (const pid of pids) signal(pid, "SIGSTOP");

    anna.ahead += 8 * 3_600_000;
    expect((await pulseOnce(anna, { full: true })).result.decisions).toEqual([]);
    for (const pid of pids) signal(pid, "SIGCONT");
    world.worker.release("a");

    const sight = await pulseUntil(anna, "a is done", (seen) => seen.of("a") === "done");
    expect(sight.feature("a").attempt).toBe(1);
    expect(readFileSync(join(world.worker.folder, "ran"), "utf8")).toBe("a\n");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);
