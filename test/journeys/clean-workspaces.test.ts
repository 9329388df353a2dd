import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Leftover } from "../../src/view/leftovers.ts";
import { commitFiles, git, temporaryFolder, writeFiles } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { pulseOnce, pulseUntilIdle, waitForRuns } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aRemoteWorld, aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const HOUR_MS = 3_600_000;

/** The work run of a feature: its name and its workspace. */
function runOf(machine: Machine, feature: string): { run: string; workspace: string; folder: string } {
  const found = machine.state
    .listRuns()
    .find(({ order }) => order.runKind === "work" && order.about.kind === "feature" && order.about.feature === feature);
  if (!found) throw new Error(`no run of ${feature}`);
  return { run: found.run, workspace: join(found.folder, "workspace"), folder: found.folder };
}

async function clean(machine: Machine, ...words: string[]): Promise<readonly Leftover[]> {
  return JSON.parse(await machine.must("clean", "--json", ...words)).leftovers;
}

test(
  "workspaces go when the remote has all that is in them, and else stay with the reason",
  async () => {
    const features = ["plain", "dirty", "branch", "stash", "link", "nogit", "torn", "shell"];
    const world = aRemoteWorld({
      mission: { milestones: { first: Object.fromEntries(features.map((id) => [id, {}])) } },
      config: { parallel: 4 },
    });
    const anna = world.clone("Anna");
    await untilDone(anna, ...features);
    await pulseUntilIdle(anna);
    await waitForRuns(anna);
    const runs = Object.fromEntries(features.map((id) => [id, runOf(anna, id)])) as Record<
      string,
      ReturnType<typeof runOf>
    >;
    const of = (id: string) => runs[id] as ReturnType<typeof runOf>;
    writeFileSync(join(of("dirty").workspace, "late.txt"), "made after the end\n");
    git(of("branch").workspace, "checkout", "-q", "-b", "other");
    writeFileSync(join(of("branch").workspace, "other.txt"), "on a branch of its own\n");
    git(of("branch").workspace, "add", "-A");
    git(of("branch").workspace, "commit", "-q", "-m", "other");
    git(of("branch").workspace, "checkout", "-q", "-");
    for (const text of ["first", "second"]) {
      writeFileSync(join(of("stash").workspace, "stash.txt"), `${text} thought\n`);
      git(of("stash").workspace, "stash", "-q");
    }
    const linked = join(temporaryFolder("linked"), "worktree");
    git(of("stash").workspace, "worktree", "add", "-q", "--detach", linked);
    commitFiles(linked, { "linked.txt": "on no branch\n" }, "linked");
    const precious = temporaryFolder("precious");
    writeFileSync(join(precious, "mine.txt"), "mine\n");
    rmSync(of("link").workspace, { recursive: true });
    symlinkSync(precious, of("link").workspace);
    rmSync(join(of("nogit").workspace, ".git"), { recursive: true });
    writeFileSync(join(of("nogit").workspace, "late.txt"), "made after the end\n");
    writeFileSync(join(of("torn").workspace, ".git", "HEAD"), "\0\0\0\n");
    mkdirSync(join(anna.state.path, "runs", "notes"));
    writeFileSync(join(anna.state.path, "runs", "notes", "mine.txt"), "mine\n");
    const shell = spawn("sh", ["-c", "echo ready; read line"], { cwd: of("shell").workspace });
    await once(shell.stdout, "data");

    const dry = await clean(anna, "--dry-run");
    expect(dry.filter(({ fate }) => fate === "deleted")).toEqual([]);
    expect(features.filter((id) => existsSync(of(id).workspace))).toEqual(features);
    const told = await clean(anna);
    shell.stdin.end();
    await once(shell, "exit");

    const fates = Object.fromEntries(features.map((id) => [id, told.find(({ name }) => name === of(id).run)?.fate]));
    expect(fates).toEqual({
      plain: "deleted",
      dirty: "deleted",
      branch: "deleted",
      stash: "deleted",
      link: "deleted",
      nogit: "deleted",
      torn: "keep",
      shell: "keep",
    });
    expect(features.filter((id) => existsSync(of(id).workspace))).toEqual(["torn", "shell"]);
    expect(told.find(({ name }) => name === of("torn").run)?.because).toContain("its HEAD can't be read");
    expect(readFileSync(join(precious, "mine.txt"), "utf8")).toBe("mine\n");
    expect(existsSync(join(anna.state.path, "runs", "notes", "mine.txt"))).toBe(true);
    // Read on the remote, where a lost disk of this machine would not take it along.
    const salvage = (id: string, number = 1) => `refs/mission/salvage/${of(id).run}/${number}`;
    expect(world.git("show", `${salvage("dirty")}:late.txt`)).toBe("made after the end");
    expect(world.git("show", `${salvage("nogit")}:late.txt`)).toBe("made after the end");
    expect(world.git("show", `${salvage("branch", 2)}:other.txt`)).toBe("on a branch of its own");
    const stashed = [2, 3, 4].map((number) => salvage("stash", number));
    expect(stashed.map((ref) => world.git("show", `${ref}:stash.txt`)).toSorted()).toEqual([
      "first thought",
      "hello stash",
      "second thought",
    ]);
    expect(stashed.filter((ref) => world.git("ls-tree", "--name-only", ref).includes("linked.txt"))).toHaveLength(1);
    for (const id of features) expect(world.git("show", `refs/mission/in/${of(id).run}:${id}.txt`)).toBe(`hello ${id}`);
    // Output and events stay.
    expect(existsSync(join(of("plain").folder, "events.jsonl"))).toBe(true);
    expect((await clean(anna)).find(({ name }) => name === of("shell").run)?.fate).toBe("deleted");
    rmSync(join(anna.state.path, "runs", "notes"), { recursive: true });
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "nothing is deleted for what only this clone has, for a repository inside a workspace, or for files that its own rules hide",
  async () => {
    const features = ["local", "lost", "nested", "inner", "hidden", "built", "usual", "broken"];
    const world = aRemoteWorld({
      mission: { milestones: { first: Object.fromEntries(features.map((id) => [id, {}])) } },
      config: { parallel: 4 },
      files: { ".gitignore": "*.log\ncache/\n" },
    });
    // What its work makes git ignore has landed with it: home ignores it now.
    world.worker.does(
      "built",
      'echo out/ >> .gitignore; echo "hello built" > built.txt; commit; mkdir out; touch out/big; echo "DONE: built"',
    );
    const anna = world.clone("Anna");
    await untilDone(anna, ...features);
    await pulseUntilIdle(anna);
    await waitForRuns(anna);
    const of = (id: string) => runOf(anna, id);
    const at = (id: string) => of(id).workspace;

    git(at("local"), "checkout", "-q", "-b", "other");
    const other = commitFiles(at("local"), { "other.txt": "on a branch of its own\n" }, "other");
    git(at("local"), "checkout", "-q", "-");
    anna.git("fetch", "-q", at("local"), "other");
    anna.git("update-ref", `refs/mission/salvage/${of("local").run}/2`, other);

    // What was not committed is in a salvage of this clone only.
    const late = commitFiles(at("lost"), { "late.txt": "made after the end\n" }, "late");
    anna.git("fetch", "-q", at("lost"), "HEAD");
    anna.git("update-ref", `refs/mission/salvage/${of("lost").run}/1`, late);
    git(at("lost"), "reset", "-q", "--soft", "HEAD~1");

    mkdirSync(join(at("nested"), "sub"));
    git(join(at("nested"), "sub"), "init", "-q");
    commitFiles(join(at("nested"), "sub"), { "deep.txt": "deep\n" }, "deep");
    // Git takes it for a plain folder, since the work itself has files there.
    commitFiles(at("inner"), { "tool/index.js": "1\n" }, "tool");
    git(join(at("inner"), "tool"), "init", "-q");
    commitFiles(join(at("inner"), "tool"), { "index.js": "2\n" }, "inner");
    commitFiles(at("hidden"), { ".gitignore": "secret/\n" }, "hide");
    writeFiles(at("hidden"), { "secret/a.txt": "a\n", "secret/b.txt": "b\n", "secret/c.log": "c\n" });
    writeFiles(at("usual"), { "debug.log": "x\n", "src/debug.log": "x\n", "cache/a": "a\n", "new.txt": "new\n" });
    mkdirSync(join(at("usual"), "cache", "repository"));
    git(join(at("usual"), "cache", "repository"), "init", "-q");
    writeFileSync(join(at("broken"), ".git", "HEAD"), "garbage\n");

    const fatesOf = (told: readonly Leftover[]) =>
      Object.fromEntries(features.map((id) => [id, told.find(({ name }) => name === of(id).run)?.fate]));
    expect(fatesOf(await clean(anna, "--dry-run"))).toMatchObject({
      local: "free",
      nested: "keep",
      inner: "keep",
      hidden: "keep",
      built: "free",
      usual: "free",
      broken: "keep",
    });
    expect(world.git("for-each-ref", "refs/mission/salvage")).toBe("");

    const told = await clean(anna);
    expect(fatesOf(told)).toEqual({
      local: "deleted",
      lost: "deleted",
      nested: "keep",
      inner: "keep",
      hidden: "keep",
      built: "deleted",
      usual: "deleted",
      broken: "keep",
    });
    for (const id of ["nested", "inner", "hidden", "broken"]) expect(existsSync(at(id))).toBe(true);
    const onRemote = (id: string) =>
      world.git("for-each-ref", "--format=%(objectname)", `refs/mission/salvage/${of(id).run}`).split("\n");
    expect(onRemote("local")).toContain(other);
    expect(onRemote("lost")).toEqual([late]);
    const wordsOf = (id: string) => told.find(({ name }) => name === of(id).run);
    expect(wordsOf("nested")?.because).toBe("it holds git repositories of its own, which are saved nowhere: sub");
    expect(wordsOf("inner")?.because).toContain(": tool");
    expect(wordsOf("hidden")?.because).toBe(
      "it has files that are saved nowhere, since the run itself made git ignore them: 2 files, such as secret/a.txt",
    );
    expect(wordsOf("broken")?.because).toContain("its HEAD can't be read");
    for (const id of ["nested", "inner", "hidden", "broken"]) expect(wordsOf(id)?.next).toContain("delete it");
    expect(world.git("show", `refs/mission/salvage/${of("usual").run}/1:new.txt`)).toBe("new");

    // The step that was told sets it free: what is left is output and events.
    rmSync(at("nested"), { recursive: true });
    rmSync(at("broken"), { recursive: true });
    const after = await clean(anna);
    for (const id of ["nested", "broken"])
      expect(after.find(({ name }) => name === of(id).run)?.because).toContain("its output and events stay");
    expect(fatesOf(after)).toMatchObject({ inner: "keep", hidden: "keep" });
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "work that the remote lost is not deleted here, whatever the mirror says",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: { a: {}, b: { status: "hold" } } } } });
    const anna = world.clone("Anna");
    await untilDone(anna, "a");
    await waitForRuns(anna);
    const { run, workspace } = runOf(anna, "a");
    world.git("update-ref", "-d", `refs/mission/in/${run}`);
    expect(anna.oid(`refs/mission/in/${run}`)).not.toBeNull();

    const told = (await clean(anna)).find(({ name }) => name === run);
    expect(told).toMatchObject({ fate: "keep", because: expect.stringContaining("its work is not on the remote") });
    expect(existsSync(workspace)).toBe(true);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "the pulse cleans an hour after the end, once, and is idle before and after",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: { status: "hold" } } } } });
    await untilDone(machine, "a");
    await pulseUntilIdle(machine);
    const { workspace, folder, run } = runOf(machine, "a");
    writeFileSync(join(workspace, "late.txt"), "late\n");
    expect((await pulseOnce(machine, { full: true })).result.decisions).toEqual([]);

    machine.ahead += 2 * HOUR_MS;
    const { result } = await pulseOnce(machine);
    expect(result.applied).toMatchObject([{ decision: { kind: "clean", run }, applied: { kind: "done" } }]);
    expect(existsSync(workspace)).toBe(false);
    expect(existsSync(join(folder, "run.json"))).toBe(true);
    expect(machine.show("late.txt", `refs/mission/salvage/${run}/1`)).toBe("late\n");
    expect((await pulseOnce(machine, { full: true })).result.decisions).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what can't be proven free is told once and tried again hours later",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: { status: "hold" } } } } });
    await untilDone(machine, "a");
    await pulseUntilIdle(machine);
    const { workspace } = runOf(machine, "a");
    writeFileSync(join(workspace, ".git", "HEAD"), "garbage\n");

    machine.ahead += 2 * HOUR_MS;
    const { result } = await pulseOnce(machine);
    expect(result.applied).toMatchObject([{ decision: { kind: "clean" }, applied: { kind: "waits" } }]);
    expect((await pulseOnce(machine, { full: true })).result.decisions).toEqual([]);
    writeFileSync(join(workspace, ".git", "HEAD"), `${machine.oid(`refs/mission/in/${runOf(machine, "a").run}`)}\n`);
    machine.ahead += 7 * HOUR_MS;
    expect((await pulseOnce(machine)).result.applied).toMatchObject([{ applied: { kind: "done" } }]);
    expect(existsSync(workspace)).toBe(false);
  },
  LIMIT,
);

test(
  "refs of landed work go when their mission is completed and a person asks; work that never landed keeps its refs",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: { a: {} } } } });
    world.worker.does("a.1", "echo half > half.txt\ncommit half\nexit 1");
    const anna = world.clone("Anna");
    await complete(anna);
    await waitForRuns(anna);
    const refs = () => world.git("for-each-ref", "--format=%(refname)", "refs/mission/in").split("\n");
    const work = anna.state.listRuns().filter(({ order }) => order.runKind === "work");
    const [first, second] = work.sort((x, y) => x.order.attempt - y.order.attempt).map(({ run }) => run);
    await clean(anna);
    expect(refs()).toContain(`refs/mission/in/${second}`);

    const told = await clean(anna, "--refs");
    expect(told.filter(({ name }) => name === "ref").map(({ folder, fate }) => [folder, fate])).toEqual([
      [`refs/mission/in/${second}`, "deleted"],
    ]);
    expect(refs()).toContain(`refs/mission/in/${first}`);
    expect(refs()).not.toContain(`refs/mission/in/${second}`);
    expect(anna.oid(`refs/mission/in/${second}`)).toBeNull();
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "refs that another host dropped are not put back by a clean, and the workspace stays until a person decides",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: { a: {} } } } });
    const anna = world.clone("Anna");
    await complete(anna);
    await waitForRuns(anna);
    const { run, workspace } = runOf(anna, "a");
    const onRemote = () => world.git("for-each-ref", "--format=%(refname)", `refs/mission/in/${run}`);
    const bob = world.clone("Bob");
    await pulseOnce(bob, { full: true });
    await clean(bob, "--refs");
    expect(onRemote()).toBe("");

    const told = (await clean(anna)).find(({ name }) => name === run);
    expect(told).toMatchObject({ fate: "keep", next: expect.stringContaining("git push the ref that is named") });
    expect(told?.because).toContain(`refs/mission/in/${run} is not there`);
    expect(onRemote()).toBe("");
    expect(existsSync(workspace)).toBe(true);
    anna.git("push", "-q", "origin", `refs/mission/in/${run}`);
    expect((await clean(anna)).find(({ name }) => name === run)?.fate).toBe("deleted");
    await clean(anna, "--refs");
    expect(onRemote()).toBe("");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a deletion that was cut off is finished by the next one",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    await untilDone(machine, "a");
    await waitForRuns(machine);
    const runs = join(machine.state.path, "runs");
    mkdirSync(join(runs, "old-1-abc.trash-1-1", "workspace"), { recursive: true });
    expect(await machine.must("doctor")).toContain("about to be deleted when that was cut off");
    await machine.must("clean");
    expect(readdirSync(runs).filter((name) => name.includes(".trash-"))).toEqual([]);
  },
  LIMIT,
);
