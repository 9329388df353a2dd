/** What people do to a remote: mirror over it, rewrite it, put another repository in its place. */

import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { bareRemote, cloneOf, commitFiles, git } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aRemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };
const TWO_IN_A_ROW = { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } };

async function decided(machine: Machine): Promise<readonly string[]> {
  return (await pulseOnce(machine)).result.applied.map(({ decision }) => decision.kind);
}

test(
  "a person's mirror push that takes ledger, work and home along: what the host is told to type brings all of it back",
  async () => {
    const world = aRemoteWorld({ mission: { ...TWO_IN_A_ROW, home: "branch" } });
    const [anna, bert, pete] = [world.clone("Anna"), world.clone("Bert"), world.clone("Pete")];
    await untilDone(anna, "a");
    await pulseUntil(anna, "b is under way", (sight) => sight.feature("b").attempt === 1);
    await waitForRuns(anna);
    await look(bert);
    const before = world.git(
      "for-each-ref",
      "--format=%(refname) %(objectname)",
      "refs/mission/ledger",
      "refs/mission/in",
    );
    pete.git("push", "-q", "--mirror", "origin");
    expect(world.git("for-each-ref", "refs/mission", "refs/heads/mission")).toBe("");

    for (const machine of [anna, bert]) {
      expect(await decided(machine)).toEqual([]);
      expect((await look(machine)).mission()).toMatchObject({ status: "blocked", condition: { code: "ledger" } });
    }
    for (let step = 0; step < 4; step += 1) {
      const text = `${await anna.must("doctor")}\n${(await look(anna)).mission().condition.next}`;
      const [next] = /git push .*$/m.exec(text) ?? [];
      if (next === undefined) break;
      execFileSync("sh", ["-c", next], { cwd: anna.folder, env: anna.env, stdio: "ignore" });
    }

    const now = world.git(
      "for-each-ref",
      "--format=%(refname) %(objectname)",
      "refs/mission/ledger",
      "refs/mission/in",
    );
    expect(now).toBe(before);
    await complete(bert);
    expect(world.git("show", "main:b.txt")).toBe("hello b");
    expect(subjects(bert, "claim: b attempt")).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "home that a person rewrites on the remote while work is under way: the work lands on what is there now",
  async () => {
    const world = aRemoteWorld({ mission: TWO_IN_A_ROW });
    const [anna, pete] = [world.clone("Anna"), world.clone("Pete")];
    world.worker.does("b", 'hold; echo "hello b" > b.txt; commit; echo "DONE: wrote it"');
    world.worker.hold("b");
    await untilDone(anna, "a");
    await pulseOnce(anna);
    await waitUntil("b is under way", () => world.worker.isWaiting("b"));
    pete.git("pull", "-q");
    pete.write({ "petes.txt": "by Pete\n" });
    pete.git("add", "petes.txt");
    pete.git("commit", "-q", "--amend", "-m", "A landing as Pete wants it");
    pete.git("push", "-q", "--force", "origin", "main");
    world.worker.release("b");

    const sight = await untilDone(anna, "b");

    expect(sight.of("a")).toBe("done");
    expect(world.git("log", "--format=%s", "main").split("\n")).toEqual([
      "Feature b",
      "A landing as Pete wants it",
      "first",
    ]);
    expect(world.git("show", "main:petes.txt")).toBe("by Pete");
    await endWell(anna, { folder: world.remote, rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "another repository in the place of the remote: nothing is written there, and the run's report waits for the right one",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const anna = world.clone("Anna");
    world.worker.does("a", 'hold; echo "hello a" > a.txt; commit; echo "DONE: wrote it"');
    world.worker.hold("a");
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    const other = bareRemote();
    const clone = cloneOf(other);
    commitFiles(clone, { "README.md": "something else\n" }, "unrelated");
    git(clone, "push", "-q", "origin", "main");
    const before = git(other, "for-each-ref");
    const url = anna.git("remote", "get-url", "origin");
    anna.git("remote", "set-url", "origin", other);

    expect(await decided(anna)).toEqual([]);
    expect((await look(anna)).mission()).toMatchObject({ status: "blocked", condition: { code: "ledger" } });
    world.worker.release("a");
    await waitUntil("its report waits", () => anna.state.listRuns().some(({ waiting }) => waiting > 0));
    await waitForRuns(anna);
    await pulseOnce(anna);
    // A beat says that this host lives, wherever it is.
    expect(
      git(other, "for-each-ref")
        .replace(/^.*refs\/mission\/host\/.*\n?/gm, "")
        .trim(),
    ).toBe(before);

    anna.git("remote", "set-url", "origin", url);
    const sight = await untilDone(anna, "a");
    expect(sight.feature("a").attempt).toBe(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);
