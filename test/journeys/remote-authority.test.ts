/** A remote that comes late, goes away, takes no custom refs, or no longer says what it said. */

import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { expect, test } from "vitest";
import { bareRemote, git, temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { Machine } from "./kit/machine.ts";
import { missionFiles } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aRemoteWorld, aWorld } from "./kit/world.ts";

const LIMIT = 60_000;
const LEDGER = "refs/mission/ledger/toy";
const ONE = { milestones: { first: { a: {} } } };
const CANT_GO_ON = ["Nothing can go on from here.", "next: mission doctor"];
const TWO_IN_A_ROW = { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } };

function cloneOf(remote: string, name: string): Machine {
  const machine = new Machine(temporaryFolder("clone"), name);
  machine.git("clone", "-q", remote, ".");
  return machine;
}

async function decided(machine: Machine): Promise<readonly string[]> {
  return (await pulseOnce(machine)).result.applied.map(({ decision }) => decision.kind);
}

test.each(["default", "branch"])(
  "a repository that gets a remote, home: %s: it starts nothing until its ledger is there, and says how to bring it there",
  async (home) => {
    const { machine } = aWorld({ mission: { ...TWO_IN_A_ROW, home } });
    await untilDone(machine, "a");
    await waitForRuns(machine);
    const remote = bareRemote();
    machine.git("remote", "add", "origin", remote);
    machine.git("push", "-q", "origin", "main");

    expect(await decided(machine)).toEqual([]);
    expect(await machine.must("status")).toContain("This host starts nothing: ledgers of toy are not on the remote");
    expect(git(remote, "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
    expect(await machine.must("run")).toContain("This host starts nothing: ledgers of toy are not on the remote");
    const [, next = ""] =
      /that of toy is here and not on the remote\n\s+next: (.*)/.exec(await machine.must("doctor")) ?? [];
    expect(next).toMatch(/^git push origin /);

    execFileSync("sh", ["-c", next], { cwd: machine.folder, env: machine.env, stdio: "ignore" });
    const other = cloneOf(remote, "Bert");
    await untilDone(other, "b");
    expect((await complete(machine)).mission().status).toBe("completed");
    expect(git(remote, "show", "main:b.txt")).toBe("hello b");
    await endWell(machine, { folder: remote });
  },
  LIMIT,
);

test(
  "work that was not published with its ledger is neither a conflict nor sent back: whoever lacks it says where it is",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    await pulseOnce(machine);
    await waitForRuns(machine);
    const remote = bareRemote();
    machine.git("remote", "add", "origin", remote);
    machine.git("push", "-q", "origin", "main", `${LEDGER}:${LEDGER}`);
    const carl = cloneOf(remote, "Carl");

    const { result, sight } = await pulseOnce(carl);

    const [run] = machine.state.listRuns();
    expect(result.applied.map(({ applied }) => applied)).toEqual([
      {
        kind: "failed",
        reason: expect.stringMatching(new RegExp(`^toy/a: its work .* push refs/mission/in/${run?.run} there from `)),
      },
    ]);
    expect(sight.feature("a")).toMatchObject({ status: "review", attempt: 1, round: 0 });
    machine.git("push", "-q", "origin", "refs/mission/in/*:refs/mission/in/*");
    await untilDone(carl, "a");
    await endWell(carl, { folder: remote });
  },
  LIMIT,
);

test("a remote that is named and not there", async () => {
  const { machine } = aWorld({ mission: ONE });
  machine.git("config", "mission.remote", "upstream");

  const pulsed = machine.mission("pulse");

  expect(pulsed).toMatchObject({ code: 4, out: "" });
  expect(pulsed.err).toMatch(/^mission: can't coordinate: upstream can't be reached: /);
  expect(await machine.must("status")).toContain("This host starts nothing: upstream can't be reached");
  expect(await machine.must("doctor")).toMatch(
    /upstream is no remote of this repository.*\n\s+next: git config mission.remote none/,
  );
  machine.git("config", "mission.remote", "none");
  await untilDone(machine, "a");
  await endWell(machine);
});

test(
  "a remote out of reach: status shows, a pulse exits 4, live runs go on and their reports arrive when it is back",
  async () => {
    const world = aRemoteWorld();
    const anna = world.clone("Anna");
    // Both have read their claims at the remote: a run that can't do that begins nothing.
    for (const id of ["a", "b"]) {
      world.worker.does(id, `hold\necho x > ${id}.txt\ncommit\necho "DONE: ok"`);
      world.worker.hold(id);
    }
    await pulseOnce(anna);
    await waitUntil("both are under way", () => ["a", "b"].every((id) => world.worker.isWaiting(id)));
    const away = `${world.remote}.away`;
    renameSync(world.remote, away);

    expect(anna.mission("pulse").code).toBe(4);
    const status = await anna.must("status");
    expect(status).toContain("in_progress   toy/a");
    expect(status).toContain("This host starts nothing: origin can't be reached");
    const dryRun = await anna.say("pulse", "--dry-run");
    expect(dryRun).toMatchObject({ code: 4, out: "" });
    for (const id of ["a", "b"]) world.worker.release(id);
    const hasReport = () => anna.state.listRuns().every(({ waiting }) => waiting > 0);
    await waitUntil("both runs have left a report", hasReport);
    expect(await anna.say("pulse")).toMatchObject({ code: 4, out: "" });
    expect(subjects(anna, "run-ended")).toEqual([]);

    renameSync(away, world.remote);
    await waitForRuns(anna);
    expect(anna.state.listRuns().map(({ closed, waiting }) => ({ closed, waiting }))).toEqual([
      { closed: true, waiting: 0 },
      { closed: true, waiting: 0 },
    ]);
    const sight = await untilDone(anna, "a", "b");
    expect([sight.feature("a").attempt, sight.feature("b").attempt]).toEqual([1, 1]);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a run whose process dies while the remote is away: its report waits in its folder, and a pulse brings it",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const anna = world.clone("Anna");
    world.worker.hold("a");
    world.worker.does("a", 'hold\necho x > a.txt\ncommit\necho "DONE: ok"');
    await pulseOnce(anna);
    await waitUntil("a is under way", () => world.worker.isWaiting("a"));
    const away = `${world.remote}.away`;
    renameSync(world.remote, away);
    world.worker.release("a");
    const [run] = anna.state.listRuns();
    const left = () => anna.state.listRuns().every(({ waiting }) => waiting > 0);
    await waitUntil("the report lies in the folder", left);
    process.kill(run?.order.owner.pid ?? 0, "SIGKILL");

    expect((await anna.say("pulse")).code).toBe(4);
    renameSync(away, world.remote);
    const { result } = await pulseOnce(anna);

    expect(result.applied[0]).toMatchObject({ decision: { kind: "settle" }, applied: { kind: "done" } });
    const sight = await untilDone(anna, "a");
    expect(sight.feature("a").attempt).toBe(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a server that takes branches only says so, and the fallback refs bring a mission to its end",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const anna = world.clone("Anna");
    world.hook("update", 'case "$1" in refs/mission/*) echo "custom refs are not allowed here" >&2; exit 1;; esac');

    const refused = await anna.say("pulse");
    expect(refused.out).toContain("custom refs are not allowed here");
    expect(subjectsOrNone(anna)).toEqual([]);
    expect(await anna.must("status")).toMatch(/its ledger has not begun: .*custom refs are not allowed here/);
    // It does not wait for what only a person can change.
    expect((await anna.must("run")).split("\n").slice(-2)).toEqual(CANT_GO_ON);
    const doctor = await anna.must("doctor");
    expect(doctor).toContain("origin refuses refs/mission: ");
    expect(doctor).toContain("next: git config mission.refs refs/heads/mission-state");

    anna.git("config", "mission.refs", "refs/heads/mission-state");
    const sight = await complete(anna);

    expect(sight.mission().status).toBe("completed");
    const refs = world.git("for-each-ref", "--format=%(refname)").split("\n");
    expect(refs.filter((ref) => !ref.startsWith("refs/heads/"))).toEqual([]);
    expect(refs).toContain("refs/heads/mission-state/ledger/toy");
    const commits = world.git("log", "--format=%s", "refs/heads/mission-state/ledger/toy").split("\n");
    // Else each record would start a build.
    expect(commits.filter((subject) => !subject.includes("[skip ci]"))).toEqual([]);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

function subjectsOrNone(machine: Machine): string[] {
  return machine.oid(LEDGER) === null ? [] : subjects(machine);
}

test(
  "a ledger that was rewound on the remote stops its mission on each host that knows better, until it is put back",
  async () => {
    const world = aRemoteWorld({ mission: TWO_IN_A_ROW });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    world.worker.hold("b");
    world.worker.does("b", 'hold\necho hello b > b.txt\ncommit\necho "DONE: ok"');
    await untilDone(anna, "a");
    await pulseUntil(anna, "b is under way", (sight) => sight.of("b") === "in_progress (running)");
    await look(bert);
    await waitUntil("b is under way", () => world.worker.isWaiting("b"));
    const tip = world.git("rev-parse", LEDGER);
    world.git("update-ref", LEDGER, `${tip}~3`);

    for (const machine of [anna, bert]) {
      expect(await decided(machine)).toEqual([]);
      expect(await machine.must("status")).toContain("its ledger was rewound on the authority\nnext: mission doctor");
      expect(await machine.must("doctor")).toContain(`git push origin ${LEDGER}:${LEDGER}`);
    }
    // A run that ends meanwhile keeps its report: on top of the rewound ledger it would make a second line.
    world.worker.release("b");
    const hasReport = () => anna.state.listRuns().some(({ waiting }) => waiting > 0);
    await waitUntil("the report of b waits", hasReport);
    await waitForRuns(anna);
    await pulseOnce(anna);
    expect(world.git("rev-parse", LEDGER)).toBe(`${world.git("rev-parse", `${tip}~3`)}`);

    bert.git("push", "-q", "origin", `${LEDGER}:${LEDGER}`);
    const sight = await untilDone(anna, "b");
    expect(sight.feature("b").attempt).toBe(1);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a ledger that was deleted on the remote does not begin anew where it is known",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    await untilDone(anna, "a");
    await waitForRuns(anna);
    await look(bert);
    world.git("update-ref", "-d", LEDGER);

    for (const machine of [anna, bert]) {
      expect(await decided(machine)).toEqual([]);
      const sight = await look(machine);
      expect(sight.mission()).toMatchObject({
        status: "blocked",
        condition: { code: "ledger", next: "mission doctor" },
      });
      expect(await machine.must("doctor")).toContain("the ledger of toy is missing on the remote");
    }
    expect(world.git("for-each-ref", LEDGER)).toBe("");

    // One that has never seen it can't know; the others then say that it is not the one they know.
    const carl = world.clone("Carl");
    await pulseOnce(carl);
    expect((await look(anna)).mission().condition.message).toBe("its ledger was rewound on the authority");
    world.git("update-ref", LEDGER, anna.oid(LEDGER) ?? "");
    await complete(anna);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a default branch that is renamed on the server: a mission at home there waits for it, one on a branch goes on",
  async () => {
    const world = aRemoteWorld({
      mission: [
        { id: "here", milestones: { first: { a: {} } } },
        { id: "apart", home: "branch", milestones: { first: { b: {} } } },
      ],
    });
    const anna = world.clone("Anna");
    await pulseOnce(anna);
    await waitForRuns(anna);
    world.git("branch", "-m", "main", "trunk");
    world.git("symbolic-ref", "HEAD", "refs/heads/trunk");

    await pulseUntil(anna, "b is done", (sight) => sight.of("apart/b") === "done");
    const sight = await look(anna);
    expect(sight.mission("here")).toMatchObject({
      status: "blocked",
      condition: { code: "home", next: `git push origin ${world.git("rev-parse", "trunk")}:refs/heads/main` },
    });
    expect(await anna.must("doctor")).toContain("default branch   trunk");
    await complete(anna, "apart");
    expect(world.git("show", "trunk:b.txt")).toBe("hello b");

    // The home of the other one is where it was, for whoever brings it back; what others push there is seen.
    world.git("branch", "main", "trunk^");
    const bert = world.clone("Bert");
    bert.git("checkout", "-q", "main");
    bert.write({ "bert.txt": "by Bert\n" });
    bert.commit("by hand");
    bert.git("push", "-q", "origin", "main");
    await pulseUntil(anna, "a is done", (seen) => seen.of("here/a") === "done");
    expect(world.git("show", "main:bert.txt")).toBe("by Bert");
    expect(world.git("show", "main:a.txt")).toBe("hello a");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "the home branch of a completed mission may be deleted",
  async () => {
    const world = aRemoteWorld({ mission: { ...ONE, home: "branch" } });
    const anna = world.clone("Anna");
    await complete(anna);
    await pulseOnce(anna);
    expect(world.git("show", "main:a.txt")).toBe("hello a");
    world.git("branch", "-q", "-D", "mission/toy/home");

    expect((await look(anna)).mission().status).toBe("completed");
    expect((await look(world.clone("Bert"))).mission().status).toBe("completed");
    await endWell(anna, { folder: world.remote, gone: ["toy"] });
  },
  LIMIT,
);

test(
  "a default branch that becomes another one on the server is seen by a pulse that had nothing to do",
  async () => {
    const world = aRemoteWorld({ mission: false });
    const author = world.clone("Ada");
    author.git("switch", "-q", "-c", "trunk");
    author.write(missionFiles(ONE));
    author.commit("a mission");
    author.git("push", "-q", "origin", "trunk");
    const anna = world.clone("Anna");
    expect([anna.mission("pulse"), anna.mission("pulse")].map(({ out }) => out)).toEqual(["", ""]);

    world.git("symbolic-ref", "HEAD", "refs/heads/trunk");

    expect(anna.mission("pulse").out).toContain("toy begins on trunk");
    await untilDone(anna, "a");
    expect(world.git("show", "trunk:a.txt")).toBe("hello a");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a bare mirror of the remote works like any clone",
  async () => {
    const world = aRemoteWorld({ mission: { ...ONE, home: "branch" } });
    const anna = new Machine(temporaryFolder("mirror"));
    anna.git("clone", "-q", "--mirror", world.remote, ".");

    await complete(anna);
    await pulseOnce(anna);

    expect(world.git("show", "main:a.txt")).toBe("hello a");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test("a remote that is pushed to another repository than it is read from is told by doctor", async () => {
  const world = aRemoteWorld({ mission: ONE });
  const anna = world.clone("Anna");
  anna.git("remote", "set-url", "--push", "origin", bareRemote());

  const doctor = await anna.must("doctor");
  expect(doctor).toContain("it is pushed to another repository than it is read from");
  expect(doctor).toContain("next: git remote -v, then git config mission.remote NAME");
  // Nothing is worked on: what was pushed is nowhere to be seen.
  await pulseOnce(anna);
  expect((await pulseOnce(anna)).result.decisions).toEqual([]);
  expect((await look(anna)).mission()).toMatchObject({ status: "blocked", condition: { next: "mission doctor" } });
  expect(anna.state.listRuns()).toEqual([]);
});
