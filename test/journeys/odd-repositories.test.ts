/** Repositories that are not what one expects: a clear answer with one next step, and nothing of the person's is lost. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder, temporaryRepository, writeScript } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { Machine } from "./kit/machine.ts";
import { configFile, missionFiles } from "./kit/mission-files.ts";
import { look, pulseOnce, waitForRuns } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { Worker } from "./kit/workers.ts";
import { aRemoteWorld, aWorld } from "./kit/world.ts";

const LIMIT = 60_000;
const ONE = { milestones: { first: { a: {} } } };

/** Files of a mission, in a folder that is no repository or one without a commit. */
function withFiles(machine: Machine): Machine {
  const worker = new Worker(temporaryFolder("worker"));
  machine.write({
    ...missionFiles(ONE),
    "missions/config.md": configFile(worker.script, { cost: "none", header: {} }),
  });
  return machine;
}

describe("outside of a repository", () => {
  const COMMANDS = ["", "pulse", "status", "run", "save", "check", "inbox", "start toy", "add toy x"];
  test.each(COMMANDS)("mission %s says where one is, with 2", async (words) => {
    const machine = withFiles(new Machine(temporaryFolder("plain")));
    const { code, out, err } = await machine.say(...words.split(" ").filter(Boolean));
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toBe(`mission: ${machine.folder} is not in a git repository\nnext: git init, or cd to a repository`);
  });

  test("doctor says the same among what it finds", async () => {
    const machine = new Machine(temporaryFolder("plain"));
    expect(await machine.must("doctor")).toContain("is not in a git repository");
    expect((await machine.say("doctor", "--exit-code")).code).toBe(1);
  });
});

test(
  "a repository without a commit shows what is not saved, and begins with the first save",
  async () => {
    const machine = new Machine(temporaryFolder("empty"));
    machine.git("init", "-q", "-b", "main");
    expect(await machine.must("status")).toContain("There is no mission here yet");
    expect(await machine.say("pulse")).toEqual({ code: 0, out: "", err: "" });
    expect(await machine.must("doctor")).toContain("main has no commit");

    withFiles(machine);
    expect(await machine.must("status")).toContain("edits not in effect");
    expect(await machine.must("save")).toMatch(/^Saved on main: /);
    expect(machine.git("log", "--format=%an", "main")).toBe("Anna");
    await complete(machine);
    expect(machine.read("a.txt")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a shallow clone starts nothing, since older work would look like a conflict, and goes on when it is whole",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const bert = world.clone("Bert");
    await pulseOnce(bert);
    await waitForRuns(bert);
    bert.write({ "later.txt": "later\n" });
    bert.commit("later");
    bert.git("push", "-q", "origin", "main");
    const anna = new Machine(temporaryFolder("shallow"));
    anna.git("clone", "-q", "--depth", "1", `file://${world.remote}`, ".");

    expect((await pulseOnce(anna)).result.decisions).toEqual([]);
    expect(await anna.must("status")).toContain("This host starts nothing: this is a shallow clone");
    expect(await anna.must("doctor")).toContain("next: git fetch --unshallow origin");
    expect(await anna.must("run")).toMatch(
      /^\s*This host starts nothing: this is a shallow clone.*next: mission doctor$/s,
    );

    anna.git("fetch", "-q", "--unshallow", "origin");
    const sight = await untilDone(anna, "a");
    expect(sight.feature("a")).toMatchObject({ attempt: 1, round: 0 });
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a partial clone starts nothing, and goes on after what it says to type",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    world.git("config", "uploadpack.allowFilter", "true");
    const anna = new Machine(temporaryFolder("partial"));
    anna.git("clone", "-q", "--filter=blob:none", `file://${world.remote}`, ".");

    expect((await pulseOnce(anna)).result.decisions).toEqual([]);
    expect(await anna.must("status")).toContain("This host starts nothing: this is a partial clone");
    const [, next = ""] = /this is a partial clone.*\n\s+next: (.*)/.exec(await anna.must("doctor")) ?? [];
    expect(next).toMatch(/^git fetch --refetch /);

    execFileSync("sh", ["-c", next], { cwd: anna.folder, env: anna.env, stdio: "ignore" });
    await untilDone(anna, "a");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "where git does not know who the person is, the program works on and what is the person's is refused",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const nobody = new Machine(machine.folder, null);
    await untilDone(nobody, "a");
    nobody.edit("missions/toy/mission.md", "Toys.", "Toys and dolls.");
    const edited = nobody.read("missions/toy/mission.md");

    for (const argv of [["save"], ["approve", "toy"], ["pause", "toy"], ["comment", "toy", "a word"]]) {
      const { code, err } = await nobody.say(...argv);
      expect([argv, code]).toEqual([argv, 2]);
      expect(err).toMatch(/^mission: git does not know who you are, .*\nnext: git config --global user\.name/);
    }
    expect(nobody.read("missions/toy/mission.md")).toBe(edited);
    expect(await nobody.must("doctor")).toContain("git does not know who you are");
    nobody.configure("[user]\n\tname = Anna\n\temail = anna@example.com\n");
    await nobody.must("save");
    expect(nobody.show("missions/toy/mission.md", "main")).toBe(edited);
    await complete(nobody);
    await endWell(nobody);
  },
  LIMIT,
);

test(
  "a sha256 repository in a folder with spaces, quotes and letters of all kinds comes to its end",
  async () => {
    const folder = join(temporaryFolder("odd"), "Ünï cödé & 'quotes' \"$HOME\" 目标");
    mkdirSync(folder);
    const machine = new Machine(folder);
    machine.git("init", "-q", "-b", "main", "--object-format=sha256");
    withFiles(machine).commit("first");

    machine.edit("missions/toy/mission.md", "Toys.", "Toys and dolls.");
    expect(await machine.must("save")).toBe("Saved on main: toy");
    expect((await complete(machine)).mission().status).toBe("completed");

    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.git("rev-parse", "main")).toHaveLength(64);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "submodules stay where they are in the checkout and on home",
  async () => {
    const library = temporaryRepository({ "lib.txt": "of another repository\n" });
    const { machine } = aWorld({ mission: ONE });
    machine.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library, "lib");
    machine.commit("a library");
    const pinned = machine.git("rev-parse", "main:lib");
    machine.write({ "lib/lib.txt": "edited in the submodule\n" });

    await complete(machine);

    expect(machine.git("rev-parse", "main:lib")).toBe(pinned);
    expect(machine.read("lib/lib.txt")).toBe("edited in the submodule\n");
    expect(machine.git("submodule", "status")).toContain(pinned);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "hooks and signing of the person have no say in what the program pushes, and a save is signed or refused",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const anna = world.clone("Anna");
    const hooks = temporaryFolder("hooks");
    for (const name of ["pre-commit", "commit-msg", "pre-push", "post-checkout", "post-merge", "reference-transaction"])
      writeScript(hooks, name, `echo ${name} >> ${hooks}/ran; exit 1`);
    // Not in the global settings, which the remote's side of a push here would have as well.
    anna.git("config", "core.hooksPath", hooks);
    anna.configure("[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = /bin/false\n");
    anna.configure("[push]\n\tgpgSign = if-asked\n[merge]\n\tverifySignatures = true\n");

    await untilDone(anna, "a");

    expect(world.git("show", "main:a.txt")).toBe("hello a");
    const edited = anna.read("missions/toy/mission.md").replace("Toys.", "Toys and dolls.");
    anna.write({ "missions/toy/mission.md": edited });
    const refused = await anna.say("save");
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("git could not sign the commit, as commit.gpgsign asks");
    expect(anna.read("missions/toy/mission.md")).toBe(edited);
    anna.git("config", "commit.gpgsign", "false");
    await anna.must("save");
    expect(world.git("show", "main:missions/toy/mission.md")).toBe(edited.trimEnd());
    await endWell(anna, { folder: world.remote });
    expect(existsSync(join(hooks, "ran"))).toBe(false);
  },
  LIMIT,
);

describe("folders of missions", () => {
  test("a mission folder that is a link is named, and its neighbour goes on", async () => {
    const { machine } = aWorld({ mission: [ONE, { id: "linked", milestones: { first: { z: {} } } }] });
    mkdirSync(join(machine.folder, "elsewhere"));
    renameSync(join(machine.folder, "missions/linked"), join(machine.folder, "elsewhere/linked"));
    symlinkSync("../elsewhere/linked", join(machine.folder, "missions/linked"));
    machine.commit("link");

    const checked = await machine.say("check");
    expect(checked.code).toBe(1);
    expect(checked.out).toContain("missions/linked:1:1  error  This is a symbolic link");
    await untilDone(machine, "a");
    const { json } = await look(machine);
    expect(json.missions.map(({ id }) => id)).toEqual(["toy"]);
    expect(json.findings.map(({ file, code }) => ({ file, code }))).toEqual([
      { file: "missions/linked", code: "link" },
    ]);
    await endWell(machine);
  });

  test("a missions folder that is a link hides every mission, and is named", async () => {
    const { machine } = aWorld({ mission: ONE });
    renameSync(join(machine.folder, "missions"), join(machine.folder, "plans"));
    symlinkSync("plans", join(machine.folder, "missions"));
    machine.commit("link");

    expect((await machine.say("check")).out).toContain("missions:1:1  error  This is a symbolic link");
    expect((await pulseOnce(machine)).result.decisions).toEqual([]);
    expect((await look(machine)).json.findings.map(({ file, code }) => ({ file, code }))).toEqual([
      { file: "missions", code: "link" },
    ]);
  });

  test("one name in both folders: neither is worked on until there is one", async () => {
    const { machine } = aWorld({ mission: ONE });
    const twin = Object.entries(missionFiles({ milestones: { first: { other: {} } } }));
    machine.write(Object.fromEntries(twin.map(([path, text]) => [`todo/${path}`, text])));
    machine.commit("a twin");

    expect((await pulseOnce(machine)).result.decisions).toEqual([]);
    const { condition, status } = (await look(machine)).mission();
    expect(`${status} (${condition.code}) ${condition.message}`).toMatch(
      /^blocked \(invalid\) .*There is another mission of this name: todo\/missions\/toy/,
    );
    const checked = await machine.say("check");
    expect(checked.code).toBe(1);
    expect(checked.out).toContain("todo/missions/toy/mission.md");

    machine.remove("todo");
    machine.commit("one of them");
    await untilDone(machine, "a");
    await endWell(machine);
  });

  test("missions in both folders, of different names, are all worked on", async () => {
    const { machine } = aWorld({ mission: ONE });
    const other = Object.entries(missionFiles({ id: "other", milestones: { first: { b: {} } } }));
    machine.write(Object.fromEntries(other.map(([path, text]) => [`todo/${path}`, text])));
    machine.commit("another");
    await pulseOnce(machine);
    await waitForRuns(machine);

    await untilDone(machine, "toy/a", "other/b");

    expect(machine.read("todo/missions/other/milestones/01-first/b.md")).toContain("\nstatus: done\n");
    expect(subjects(machine, "landed", "other")).toHaveLength(1);
    await endWell(machine);
  });
});

test(
  "a detached HEAD is told by save, which goes to the default branch; a bare repository has nothing to save",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    machine.git("checkout", "-q", "--detach");
    machine.edit("missions/toy/mission.md", "Toys.", "Toys and dolls.");
    const head = machine.oid("HEAD");

    expect(await machine.must("save")).toBe("Saved on main: toy");
    expect(machine.oid("HEAD")).toBe(head);
    expect(machine.show("missions/toy/mission.md", "main")).toContain("Toys and dolls.");

    const bare = new Machine(aRemoteWorld({ mission: ONE }).remote);
    expect(await bare.say("save")).toEqual({
      code: 2,
      out: "",
      err: "mission: this repository is bare: there are no files to save here\nnext: mission edit THING",
    });
    await untilDone(bare, "a");
    expect(bare.git("show", "main:a.txt")).toBe("hello a");
    await endWell(bare);
  },
  LIMIT,
);
