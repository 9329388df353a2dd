import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { temporaryFolder, temporaryRepository, writeFiles, writeScript } from "../helpers/repositories.ts";
import { waitFor } from "../helpers/wait.ts";
import { endWell } from "./kit/end-well.ts";
import { Machine } from "./kit/machine.ts";
import { findProcesses } from "./kit/rest.ts";
import { Sight } from "./kit/sight.ts";

const LIMIT = 240_000;
const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** A folder inside another repository, of a person whom git does not know, with settings that could stand in the way. */
function anOddMachine(): Machine {
  const outer = temporaryRepository({ "README.md": "outer\n" });
  const folder = join(outer, "my demo");
  mkdirSync(folder);
  const machine = new Machine(folder, null);
  const hooks = temporaryFolder("hooks");
  for (const hook of [
    "pre-commit",
    "prepare-commit-msg",
    "post-commit",
    "post-checkout",
    "post-merge",
    "reference-transaction",
  ]) {
    writeScript(hooks, hook, `touch ${hooks}/ran\nexit 1`);
  }
  writeFiles(hooks, { ignored: "*.md\n" });
  machine.configure(`[user]\n\tuseConfigOnly = true
[commit]\n\tgpgSign = true\n\ttemplate = /nowhere
[init]\n\tdefaultBranch = trunk\n\ttemplateDir = /nowhere
[core]\n\thooksPath = ${hooks}\n\tautocrlf = true\n\texcludesFile = ${hooks}/ignored\n`);
  Object.assign(machine.env, { GIT_DIR: join(outer, ".git"), GIT_AUTHOR_NAME: "Somebody Else", LC_ALL: "tr_TR.UTF-8" });
  return machine;
}

test(
  "the demo goes through a retry and a fix to a signed mission whose code passes its own tests",
  async () => {
    const machine = anOddMachine();
    const hooks = machine.git("config", "core.hooksPath");

    const { code, out, err } = await machine.say("demo", "--keep", machine.folder);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("mission approve tempo/q1\ntempo/q1 approved.");
    expect(out).toMatch(/tempo is completed after \d+ s\. 7 features landed: 1 at its second attempt, 1 as the fix/);
    expect(out).toContain("A fresh clone passes its own 16 tests.");
    expect(out).toContain(`cd '${machine.folder}'`);
    delete machine.env.GIT_DIR;
    const sight = new Sight(await machine.status());
    expect(sight.mission()).toMatchObject({ id: "tempo", status: "completed", progress: { done: 7, total: 7 } });
    expect(sight.asks).toEqual([]);

    // Two at once, one after another, one that failed, one that mends.
    const records = machine.git("log", "--reverse", "--format=%s", "refs/mission/ledger/tempo").split("\n");
    const at = (subject: string) => records.findIndex((line) => line.startsWith(subject));
    expect(records.filter((line) => /^run-ended: \S+ failed$/.test(line))).toEqual([
      expect.stringMatching(/^run-ended: read-distance-1-/),
    ]);
    expect(sight.feature("read-distance").attempt).toBe(2);
    expect(at("claim: pace")).toBeGreaterThan(at("landed: read-time"));
    const bothBegan = Math.max(at("claim: pace"), at("claim: print-time"));
    expect(bothBegan).toBeLessThan(Math.min(at("run-ended: pace-1"), at("run-ended: print-time-1")));
    expect(records.filter((line) => line.startsWith("verdict: race validate failed"))).toHaveLength(1);
    expect(records.filter((line) => line.startsWith("verdict: race validate passed"))).toHaveLength(1);
    expect(records.filter((line) => line.startsWith("verdict: final validate passed"))).toHaveLength(1);

    const subjects = machine.git("log", "--format=%an: %s", "main").split("\n");
    expect(subjects[0]).toBe("git-mission: Complete A pace library for runners");
    expect(subjects[1]).toBe("git-mission: Fix VAL-SPLIT-001");
    expect(subjects[2]).toMatch(/^git-mission: Add fix-val-split-001-[0-9a-f]{4}$/);
    expect(subjects.slice(3).sort()).toEqual([
      "Demo Person: Begin tempo",
      "git-mission: Even splits",
      "git-mission: Pace per kilometre",
      "git-mission: Predict a race of another length",
      "git-mission: Print times",
      "git-mission: Read distances and the names of races",
      "git-mission: Read times",
    ]);
    expect(machine.git("log", "--format=%an", "--grep=^answered", "refs/mission/ledger/tempo")).toBe("Demo Person");
    expect(machine.git("status", "--porcelain")).toBe("");
    expect(readdirSync(hooks)).not.toContain("ran");
    expect(machine.git("-C", "..", "for-each-ref", "--format=%(refname)")).toBe("refs/heads/main");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an interrupt ends the demo and all that it runs, and says so to programs",
  async () => {
    const machine = new Machine(temporaryFolder("demo"), null);
    const args = [MAIN, "demo", "--json", "--keep", machine.folder];
    const child = spawn(process.execPath, args, { env: machine.env, stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const out = text(child.stdout);
    await waitFor("a worker", () => machine.has(".git/recordings") && findProcesses(machine).length > 0, 60_000);

    child.kill("SIGINT");

    expect(await ended).toBe(1);
    expect(JSON.parse(await out)).toMatchObject({ schema: 1, folder: machine.folder, completed: false, tests: null });
    expect(findProcesses(machine)).toEqual([]);
    expect(await machine.must("status")).toContain("stopped");
    await endWell(machine);
  },
  LIMIT,
);

test("a folder that holds anything is left alone, and a run can't sign", async () => {
  const machine = new Machine(temporaryRepository({ "a.txt": "mine\n" }));
  const { code, err } = await machine.say("demo", "--keep", ".");
  expect(code).toBe(2);
  expect(err).toContain(". is there already, and no empty folder");
  expect(machine.git("status", "--porcelain")).toBe("");
  machine.env.MISSION_RUN = "a-1-x7k3m1";
  expect((await machine.say("demo", "--keep", "new")).code).toBe(2);
  expect(machine.has("new")).toBe(false);
});
