/** Repositories and persons that are not as one expects: places, names, settings, clocks, deleted branches. */

import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { Machine } from "./kit/machine.ts";
import { featureFile, featurePath } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {}, z: { status: "hold" } } } };
const FILE = featurePath("a");
const HOME = "mission/toy/home";

test(
  "an ignored file of the person is not written over",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE, files: { ".gitignore": ".env\n" } });
    worker.does(
      "a",
      'echo "" > .gitignore; echo KEY=worker > .env; echo a > a.txt; git add -A -f; commit; echo "DONE: with settings"',
    );
    machine.write({ ".env": "KEY=the person's secret\n" });
    await pulseUntil(machine, "its gate has passed", () => subjects(machine, "verdict: a gate passed").length > 0);
    await pulseUntilIdle(machine);
    expect(machine.read(".env")).toBe("KEY=the person's secret\n");
    expect((await look(machine)).feature("a").condition.message).toContain(".env");
    machine.remove(".env");
    await untilDone(machine, "a");
    expect(machine.read(".env")).toBe("KEY=worker\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "settings for merges of the branch have no say in how a landing moves it",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    for (const [key, value] of Object.entries({
      "branch.main.mergeOptions": "--squash --no-ff",
      "merge.ff": "false",
      "merge.autoStash": "true",
      "diff.external": "false",
      "core.autocrlf": "true",
      "commit.template": "/nowhere",
    })) {
      machine.git("config", key, value);
    }
    await untilDone(machine, "a");
    expect(machine.git("log", "--format=%s", "main").split("\n")).toEqual(["Feature a", "first"]);
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a repository whose git directory lies apart moves its checkout along",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const apart = join(temporaryFolder("apart"), "git");
    machine.git("init", "-q", "--separate-git-dir", apart);
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a checkout in a folder with a strange name is like any other",
  async () => {
    const { machine: plain, worker } = aWorld({ mission: ONE });
    const folder = join(temporaryFolder("strange"), `it's "a" $(strange) näme; --help`);
    mkdirSync(folder);
    const machine = new Machine(folder);
    machine.git("clone", "-q", plain.folder, ".");
    machine.git("remote", "remove", "origin");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(worker.prompt("a")).toContain("Make a.txt");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a pulse from a linked worktree is a pulse of its repository",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const linked = join(temporaryFolder("linked"), "side");
    machine.git("worktree", "add", "-q", "-b", "side", linked);
    const side = new Machine(linked);
    await untilDone(side, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(side.has("a.txt")).toBe(false);
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(side);
  },
  LIMIT,
);

test(
  "a default branch of any name, with tags of the same names",
  async () => {
    const { machine } = aWorld({ mission: { ...ONE, home: "branch" } });
    machine.git("branch", "-m", "main", "trunk");
    for (const name of ["trunk", "main", HOME]) machine.git("tag", name);
    await untilDone(machine, "a");
    expect(machine.git("show", `refs/heads/${HOME}:a.txt`)).toBe("hello a");
    expect(machine.git("rev-parse", "refs/heads/trunk")).toBe(machine.git("rev-parse", "refs/tags/trunk"));
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home that is checked out moves with its files, the default branch stays",
  async () => {
    const { machine } = aWorld({ mission: { ...ONE, home: "branch" } });
    await pulseOnce(machine);
    machine.git("checkout", "-q", HOME);
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a home branch that is deleted blocks the mission until it is back",
  async () => {
    const { machine } = aWorld({ mission: { ...ONE, home: "branch" } });
    await pulseOnce(machine);
    await waitForRuns(machine);
    const tip = machine.oid(HOME) ?? "";
    machine.git("branch", "-D", HOME);
    const sight = await pulseUntilIdle(machine);
    expect(sight.mission()).toMatchObject({ status: "blocked", condition: { code: "home" } });
    machine.git("branch", HOME, tip);
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a branch called mission in the way of a home branch is named",
  async () => {
    const { machine } = aWorld({ mission: { ...ONE, home: "branch" } });
    machine.git("branch", "mission");
    const { result } = await pulseOnce(machine);
    const said = result.applied.map(({ applied }) => ("reason" in applied ? applied.reason : ""));
    expect(said.join()).toContain("refs/heads/mission");
    const { sight } = await pulseOnce(machine);
    expect(sight.json.runs).toEqual([]);
    machine.git("branch", "-m", "mission", "my-mission");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a feature without a status line, with line ends of its own and a file mode, keeps every other byte",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const text = featureFile("a", { status: undefined }).replaceAll("\n", "\r\n");
    machine.write({ [FILE]: `\ufeff${text}` });
    machine.makeExecutable(FILE);
    machine.commit("strange line ends");
    await untilDone(machine, "a");
    expect(machine.read(FILE)).toBe(`\ufeff${text.replace("---\r\n", "---\r\nstatus: done\r\n")}`);
    expect(machine.git("ls-files", "-s", FILE)).toMatch(/^100755/);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "missions under todo/missions are missions",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    mkdirSync(join(machine.folder, "todo"));
    machine.git("mv", "missions", "todo/missions");
    machine.commit("move them");
    const sight = await untilDone(machine, "a");
    expect(sight.mission().path).toBe("todo/missions/toy");
    expect(machine.read(FILE.replace("missions", "todo/missions"))).toContain("status: done");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a mission that is moved to the other folder goes on",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a", 'echo "hello a" > a.txt; commit; hold; echo "DONE: wrote it"');
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker holds", () => worker.isWaiting("a"));
    mkdirSync(join(machine.folder, "todo"));
    machine.git("mv", "missions", "todo/missions");
    machine.commit("move it");
    worker.release("a");
    await untilDone(machine, "a");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a garbage collection that prunes everything takes nothing that a run needs",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a", 'echo "hello a" > a.txt; commit; hold; git log -p > /dev/null && echo "DONE: wrote it"');
    worker.hold("a");
    machine.write({ "README.md": "second\n" });
    machine.commit("second");
    await pulseOnce(machine);
    await waitUntil("the worker holds", () => worker.isWaiting("a"));
    machine.write({ "more.md": "amended\n" });
    machine.git("add", "more.md");
    machine.git("commit", "-q", "--amend", "-m", "second, amended");
    machine.git("reflog", "expire", "--expire=now", "--all");
    machine.git("gc", "-q", "--prune=now");
    worker.release("a");
    await untilDone(machine, "a");
    machine.git("gc", "-q", "--prune=now");
    expect(machine.git("fsck", "--connectivity-only")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a revert that is reverted is done again, without a second landing",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    await untilDone(machine, "a");
    machine.git("revert", "--no-edit", "HEAD");
    await untilStatus(machine, { a: "blocked (reverted)" });
    machine.git("revert", "--no-edit", "HEAD");
    await untilDone(machine, "a");
    await pulseUntilIdle(machine);
    expect(subjects(machine, "landed: ")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a retry of what is done is refused, and does nothing again",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    await untilDone(machine, "a");
    const said = await machine.say("retry", "toy/a");
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/toy\/a is done: .*\nnext: .*git revert [0-9a-f]{10} on main, then mission retry toy\/a/);
    const sight = await pulseUntilIdle(machine);
    expect(sight.of("a")).toBe("done");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    expect(subjects(machine, "landed: ")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a clock that is set back by a day costs time and nothing else",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a.1", 'echo "cannot"; exit 1');
    await pulseOnce(machine);
    await waitForRuns(machine);
    machine.ahead = -86_400_000;
    const { sight } = await pulseOnce(machine);
    expect(sight.of("a")).toBe("ready (backoff)");
    machine.ahead = 60_000;
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "work that somebody has deleted harms its own feature only, and a retry begins it anew",
  async () => {
    const { machine } = aWorld({
      mission: [
        { id: "one", ...ONE },
        { id: "two", milestones: { first: { b: {}, y: { status: "hold" } } } },
      ],
    });
    await pulseOnce(machine);
    await waitForRuns(machine);
    const ref = machine
      .git("for-each-ref", "--format=%(refname)", "refs/mission/in")
      .split("\n")
      .find((name) => name.includes("/a-1-"));
    machine.git("update-ref", "-d", ref ?? "");
    machine.git("reflog", "expire", "--expire=now", "--all");
    machine.git("gc", "-q", "--prune=now");
    await pulseUntil(machine, "the other mission goes on", (sight) => sight.of("two/b") === "done");
    expect((await pulseUntilIdle(machine)).feature("one/a").status).toBe("review");
    await machine.must("retry", "one/a", "its work is gone");
    await pulseUntil(machine, "it is done", (sight) => sight.of("one/a") === "done");
    await endWell(machine, { spoilt: ["work"] });
  },
  LIMIT,
);

test(
  "a ledger that git can't read harms its own mission only, until git can read it again",
  async () => {
    const { machine } = aWorld({
      mission: [
        { id: "one", ...ONE },
        { id: "two", milestones: { first: { b: {}, y: { status: "hold" } } } },
      ],
    });
    await pulseOnce(machine);
    await waitForRuns(machine);
    const oid = machine.git("rev-parse", "refs/mission/ledger/two~1");
    const object = join(machine.gitDir, "objects", oid.slice(0, 2), oid.slice(2));
    renameSync(object, `${object}.away`);
    rmSync(machine.state.cache, { recursive: true });
    const sight = await pulseUntil(machine, "the other mission goes on", (seen) => seen.of("one/a") === "done");
    expect(sight.mission("two")).toMatchObject({ status: "blocked", condition: { code: "ledger", next: "git fsck" } });
    expect(sight.json.findings.map(({ code }) => code)).toContain("damaged-repository");
    expect((await machine.say("pause", "two")).code).toBe(4);
    expect((await machine.say("doctor")).out).toContain("git can't read the mission two");
    renameSync(`${object}.away`, object);
    machine.ahead += 60_000;
    await pulseUntil(machine, "it goes on", (seen) => seen.of("two/b") === "done");
    await endWell(machine);
  },
  LIMIT,
);
