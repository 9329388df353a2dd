/** Workers that fail, ask, break rules, stop talking: what becomes of a feature, and what the next attempt is told. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects, trailer } from "./kit/ledgers.ts";
import { featurePath, type MissionWords } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns } from "./kit/pulses.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;

/** One feature to look at; another on hold keeps the mission open. */
function one(words: MissionWords = {}, feature: Record<string, unknown> = {}): MissionWords {
  return { milestones: { first: { a: feature, z: { status: "hold" } } }, ...words };
}

const WORDS = ["red", "green", "blue"];

test(
  "three different failures, 10 and 20 seconds apart, block a feature, and a retry goes on from the kept work",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    for (const [index, word] of WORDS.entries()) {
      worker.does(`a.${index + 1}`, `echo ${word} > ${word}.txt; commit; echo "no way to ${word}"; exit 1`);
    }
    const pauses: number[] = [];
    for (const attempt of [1, 2]) {
      await pulseUntil(machine, `attempt ${attempt}`, (sight) => sight.feature("a").attempt === attempt);
      await waitForRuns(machine);
      const { sight } = await pulseOnce(machine);
      expect(sight.of("a")).toBe("ready (backoff)");
      const until = Date.parse(sight.feature("a").condition.until ?? "");
      pauses.push(until - Date.parse(endOf(machine, attempt)));
      machine.ahead += until - Date.parse(sight.json.at) - 1000;
      expect((await pulseOnce(machine)).sight.of("a")).toBe("ready (backoff)");
      machine.ahead += 1001;
    }
    expect(pauses).toEqual([10_000, 20_000]);
    const blocked = await untilStatus(machine, { a: "blocked (attempts)" });
    expect(blocked.feature("a").condition.message).toContain("exit code 1");
    expect(worker.prompt("a", 2)).toContain("no way to red");
    expect(subjects(machine, "claim: a")).toHaveLength(3);

    worker.does("a", 'cat red.txt green.txt blue.txt > a.txt; commit; echo "DONE: all of it"');
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("red\ngreen\nblue\n");
    await endWell(machine);
  },
  LIMIT,
);

function endOf(machine: Parameters<typeof subjects>[0], attempt: number): string {
  const [line = ""] = machine
    .git("log", "--format=%cI %s", "refs/mission/ledger/toy")
    .split("\n")
    .filter((each) => each.includes(` run-ended: a-${attempt}-`));
  return line.split(" ")[0] ?? "";
}

test(
  "the same failure twice is a loop",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a", 'date > $MISSION_ATTEMPT.txt; commit; echo "error 17 at $(date): no such table"; exit 1');
    await untilStatus(machine, { a: "blocked (loop)" });
    expect(subjects(machine, "claim: a")).toHaveLength(2);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "BLOCKED is a failed attempt with its words",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a.1", 'echo "BLOCKED: no access to the printer"');
    await untilDone(machine, "a");
    expect(trailer(machine, "run-ended", "Outcome")).toBe("delivered");
    expect(subjects(machine, "run-ended: a-1-")[0]).toContain("failed");
    expect(worker.prompt("a", 2)).toContain("no access to the printer");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a setup that fails twice blocks and names its command",
  async () => {
    const { machine } = aWorld({ mission: one({ setup: ["echo no network; exit 7"] }) });
    const sight = await untilStatus(machine, { a: "blocked (setup)" });
    expect(sight.feature("a").condition.message).toContain("echo no network; exit 7");
    machine.edit("missions/toy/mission.md", "exit 7", "exit 0");
    machine.commit("mend the setup");
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a question waits for its answer, which the next run is told, with the work so far",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a.1", 'echo half > half.txt; commit; echo "QUESTION: red or blue?"');
    worker.does("a.2", 'cat half.txt > a.txt; commit; echo "DONE: as you said"');
    const sight = await untilStatus(machine, { a: "needs_input (question)" });
    expect(sight.asks).toMatchObject([{ id: "toy/q1", about: "toy/a", text: "red or blue?" }]);
    await pulseUntilIdle(machine);
    expect(subjects(machine, "claim: ")).toHaveLength(1);
    await machine.must("answer", "q1", "blue, and", "no other");
    const told = await untilDone(machine, "a");
    expect(told.asks).toEqual([]);
    expect(worker.prompt("a", 2)).toContain("blue, and no other");
    expect(machine.read("a.txt")).toBe("half\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "the same question twice is a loop",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a", 'echo "QUESTION: red or blue?"');
    await untilStatus(machine, { a: "needs_input (question)" });
    await machine.must("answer", "q1", "blue");
    await untilStatus(machine, { a: "blocked (loop)" });
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that edits mission files is quarantined, and after a retry the next one begins without them",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a.1", 'echo x >> missions/toy/mission.md; echo a > a.txt; commit; echo "DONE: mine now"');
    const sight = await untilStatus(machine, { a: "blocked (quarantined)" });
    expect(sight.feature("a").condition.message).toContain("no run may change");
    expect(machine.git("log", "--format=%s", "main")).toBe("first");
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    expect(machine.read("missions/toy/mission.md")).not.toContain("x\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what a worker writes to its mission's research lands",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does(
      "a",
      'mkdir -p missions/toy/research; echo n > missions/toy/research/n.md; echo a > a.txt; commit; echo "DONE: n"',
    );
    await untilDone(machine, "a");
    expect(machine.read("missions/toy/research/n.md")).toBe("n\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a protected path asks a person; approved it lands",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a", 'mkdir -p .github; echo ci > .github/ci.yml; echo a > a.txt; commit; echo "DONE: with ci"');
    const sight = await untilStatus(machine, { a: "needs_input (approval)" });
    expect(sight.asks[0]?.text).toContain(".github/ci.yml");
    expect(machine.has(".github/ci.yml")).toBe(false);
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    expect(machine.read(".github/ci.yml")).toBe("ci\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "denied work is sent back with the words, and asks again for the new head",
  async () => {
    const { machine, worker } = aWorld({ mission: one() });
    worker.does("a.1", 'mkdir -p .github; echo ci > .github/ci.yml; echo a > a.txt; commit; echo "DONE: with ci"');
    worker.does("a.2", 'git rm -q .github/ci.yml; commit; echo "DONE: without"');
    await untilStatus(machine, { a: "needs_input (approval)" });
    await machine.must("deny", "toy/a", "leave the CI alone");
    const sight = await pulseUntil(machine, "a second attempt", (seen) => seen.feature("a").attempt === 2);
    expect(sight.feature("a").round).toBe(1);
    await untilDone(machine, "a");
    expect(worker.prompt("a", 2)).toContain("leave the CI alone");
    expect(machine.has(".github")).toBe(false);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "work outside of its scope asks; a scope that names a protected path does not",
  async () => {
    const { machine, worker } = aWorld({
      mission: one({}, { scope: ["a.txt"] }),
    });
    worker.does("a.1", 'echo a > a.txt; echo more > outside.txt; commit; echo "DONE: both"');
    await untilStatus(machine, { a: "needs_input (approval)" });
    machine.edit(featurePath("a"), 'scope: ["a.txt"]', 'scope: ["*.txt", ".github/**"]');
    machine.commit("a wider scope");
    worker.does("a.2", 'mkdir .github; echo ci > .github/ci.yml; commit; echo "DONE: all"');
    await untilDone(machine, "a");
    expect(machine.read("outside.txt")).toBe("more\n");
    expect(machine.read(".github/ci.yml")).toBe("ci\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that runs out of time, or stays silent, is ended with everything it started",
  async () => {
    const { machine, worker } = aWorld({
      mission: {
        milestones: { first: { slow: { budget: { minutes: 0.02 } }, mute: {}, z: { status: "hold" } } },
      },
      config: { limits: { idle_minutes: 0.02 } },
    });
    worker.does(
      "slow",
      "echo begun > slow.txt; (while :; do echo tick; sleep 0.05; done) & while :; do echo tock; sleep 0.05; done",
    );
    worker.does("mute", "sleep 600 & setsid sleep 600");
    await pulseOnce(machine);
    await waitForRuns(machine);
    const { sight } = await pulseOnce(machine);
    expect([sight.of("slow"), sight.of("mute")]).toEqual(["ready (backoff)", "ready (backoff)"]);
    expect(subjects(machine, "run-ended: slow")[0]).toContain("timeout");
    expect(subjects(machine, "run-ended: mute")[0]).toContain("idle");
    worker.does("slow", "cat slow.txt; commit; echo DONE: had it");
    worker.does("mute", "echo m > mute.txt; echo DONE: uncommitted");
    await untilDone(machine, "slow", "mute");
    // What was not committed when its time was over is not lost.
    expect(machine.read("slow.txt")).toBe("begun\n");
    expect(machine.read("mute.txt")).toBe("m\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a claim of success without a change is nothing to do, and a gate that disagrees sends it back",
  async () => {
    const { machine, worker } = aWorld({ mission: one(), files: { "have.txt": "it\n" } });
    worker.does("a.1", 'echo "DONE: it is all there"');
    await untilDone(machine, "a");
    expect(subjects(machine, "run-ended: a-1-")[0]).toContain("nothing-to-do");
    expect(worker.prompt("a", 2)).toContain("test -f a.txt");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a claim of success without a change lands where the gate agrees",
  async () => {
    const { machine, worker } = aWorld({
      mission: one({}, { verify: [{ run: "test -f have.txt" }] }),
      files: { "have.txt": "it\n" },
    });
    worker.does("a.1", 'echo "DONE: it is all there"');
    await untilDone(machine, "a");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);
