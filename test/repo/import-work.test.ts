import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/doors/clock.ts";
import { GitError } from "../../src/doors/git.ts";
import { openRunFolder } from "../../src/doors/runtimes/run-folder/run-folder.ts";
import { makeWorkspaces } from "../../src/doors/workspace-clone.ts";
import type { Order } from "../../src/model/run.ts";
import { gatherWork, harvestWork, heldRefs, holdStart, releaseHeld } from "../../src/repo/import-work.ts";
import { excludeLeftovers, makeWorkspace } from "../../src/repo/workspace.ts";
import { anOrder } from "../runner/orders.ts";
import { type Clone, makeAlone, makeRemote, runGit } from "./clones.ts";

const SECRETS = [{ name: "API_KEY", value: "sk-of-the-person" }];

async function aWorkspace(repository: Clone = makeAlone()) {
  writeFileSync(join(repository.folder, "a.txt"), "a\n");
  repository.run("add", "-A");
  repository.run("commit", "-q", "-m", "base");
  const start = repository.run("rev-parse", "HEAD");
  const order: Order = anOrder({ base: start, start, gitDir: repository.git.gitDir });
  const folder = join(repository.folder, "..", `run-${Math.random().toString(36).slice(2)}`);
  mkdirSync(folder);
  const runFiles = openRunFolder(folder, { logBytes: 1000 });
  const workspaces = makeWorkspaces({ env: process.env, identity: order.identity });
  const doors = {
    git: repository.git,
    authority: repository.authority,
    clock: systemClock,
    runFiles,
    workspaces,
    secrets: SECRETS,
  };
  await repository.git.updateRefs([holdStart(order)]);
  await makeWorkspace(doors, order);
  // As it is when its worker starts.
  runFiles.setPreparing(false);
  return {
    repository,
    order,
    doors,
    start,
    path: runFiles.workspace,
    write: (name: string, text: string) => writeFileSync(join(runFiles.workspace, name), text),
    commit(message: string) {
      runGit(runFiles.workspace, "add", "-A");
      runGit(runFiles.workspace, "commit", "-q", "-m", message);
      return runGit(runFiles.workspace, "rev-parse", "HEAD");
    },
    work: (...args: string[]) => runGit(runFiles.workspace, ...args),
    files: (commit: string) => repository.run("ls-tree", "-r", "--name-only", commit).split("\n"),
  };
}

test("nothing is harvested before the worker starts, whatever lies there", async () => {
  const { doors, order, start, write, repository } = await aWorkspace();
  doors.runFiles.setPreparing(true);
  write(".env", "KEY=sk-of-the-person\n");
  expect(await harvestWork(doors, order)).toEqual({
    ...{ head: start, salvaged: null, leak: null, problems: [] },
    swap: { kind: "won" },
  });
  expect(repository.run("for-each-ref", "refs/mission/in", "refs/mission/salvage")).toBe("");
});

test("without work the head is the start", async () => {
  const { doors, order, start } = await aWorkspace();
  expect(await gatherWork(doors, order)).toEqual({ head: start, own: start, gone: false, leak: null, problems: [] });
});

test("commits come over as they are, what was not committed as one commit more", async () => {
  const { doors, order, write, commit, files, repository } = await aWorkspace();
  write("b.txt", "b\n");
  const head = commit("add b");
  expect((await gatherWork(doors, order)).head).toBe(head);
  write("c.txt", "c\n");
  const { head: whole } = await gatherWork(doors, order);
  expect(repository.run("log", "-1", "--format=%P %an <%ae>", whole)).toBe(`${head} Coder <coder@example.com>`);
  expect(repository.run("log", "-1", "--format=%(trailers:key=Mission,valueonly)", whole).trim()).toBe("crm/contacts");
  expect(files(whole)).toEqual(["a.txt", "b.txt", "c.txt"]);
});

test("what setup left untracked is not work; a changed tracked file is", async () => {
  const { doors, order, write, files } = await aWorkspace();
  write("setup *[1] out\nput", "x\n");
  write("#weird ", "x\n");
  await excludeLeftovers(doors, order);
  write("a.txt", "changed\n");
  write("new.txt", "x\n");
  expect(files((await gatherWork(doors, order)).head)).toEqual(["a.txt", "new.txt"]);
});

test.each([
  ["rewinds", (work: (...args: string[]) => string) => work("reset", "-q", "--hard", "HEAD~1"), ["a.txt"]],
  [
    "amends",
    (work: (...args: string[]) => string) => work("commit", "-q", "--amend", "-m", "other words"),
    ["a.txt", "b.txt"],
  ],
])("a worker that %s what was harvested: the harvested commit stays reachable", async (_title, rewrite, expected) => {
  const { doors, order, write, commit, work, repository, files } = await aWorkspace();
  write("b.txt", "b\n");
  const first = commit("add b");
  await harvestWork(doors, order);
  rewrite(work);
  const { head } = await gatherWork(doors, order);
  repository.run("merge-base", "--is-ancestor", first, head);
  expect(files(head)).toEqual(expected);
});

test("a history that does not come from the start is put on top of it", async () => {
  const { doors, order, start, write, work, repository, files } = await aWorkspace();
  work("checkout", "-q", "--orphan", "fresh");
  write("b.txt", "b\n");
  work("add", "-A");
  work("commit", "-q", "-m", "orphan");
  const { head } = await gatherWork(doors, order);
  repository.run("merge-base", "--is-ancestor", start, head);
  expect(files(head)).toEqual(["a.txt", "b.txt"]);
});

test("a harvest pushes commits and uncommitted files, and nothing when nothing is new", async () => {
  const remote = makeRemote();
  const { doors, order, write, commit } = await aWorkspace(remote.clone());
  const [inRef, salvageRef] = [doors.authority.inRef(order.run), doors.authority.salvageRef(order.run, 1)];
  await harvestWork(doors, order);
  expect(remote.value(inRef)).toBe(order.start);
  write("b.txt", "b\n");
  const head = commit("add b");
  write("c.txt", "c\n");
  const first = await harvestWork(doors, order);
  expect(first.swap.kind).toBe("won");
  expect([remote.value(inRef), remote.value(salvageRef)]).toEqual([head, first.salvaged]);
  expect(remote.run("ls-tree", "--name-only", salvageRef).split("\n")).toEqual(["a.txt", "b.txt", "c.txt"]);
  expect((await harvestWork(doors, order)).salvaged).toBe(first.salvaged);
  write("c.txt", "more\n");
  const second = await harvestWork(doors, order);
  expect(remote.run("rev-list", "--parents", "-1", salvageRef)).toBe(`${second.salvaged} ${head} ${first.salvaged}`);
});

test("without the remote the work is taken in here, and pushed with the next harvest", async () => {
  const remote = makeRemote();
  const { doors, order, write, commit, repository } = await aWorkspace(remote.clone());
  write("b.txt", "b\n");
  const head = commit("add b");
  renameSync(remote.folder, `${remote.folder}.away`);
  expect((await harvestWork(doors, order)).swap.kind).toBe("unreachable");
  expect(repository.run("cat-file", "-t", head)).toBe("commit");
  renameSync(`${remote.folder}.away`, remote.folder);
  expect((await harvestWork(doors, order)).swap.kind).toBe("won");
  expect(remote.value(doors.authority.inRef(order.run))).toBe(head);
});

test("a workspace without its .git still gives its files", async () => {
  const { doors, order, write, path, files, commit } = await aWorkspace();
  write("b.txt", "b\n");
  commit("add b");
  await harvestWork(doors, order);
  rmSync(join(path, ".git"), { recursive: true });
  write("c.txt", "c\n");
  expect(files((await gatherWork(doors, order)).head)).toEqual(["a.txt", "b.txt", "c.txt"]);
});

test("of a workspace that is gone, what was harvested is left", async () => {
  const { doors, order, write, path, commit } = await aWorkspace();
  write("b.txt", "b\n");
  const head = commit("add b");
  await harvestWork(doors, order);
  rmSync(path, { recursive: true });
  expect(await gatherWork(doors, order)).toMatchObject({ head, gone: true });
});

test("a workspace that leads elsewhere is not followed", async () => {
  const { doors, order, start, path, repository } = await aWorkspace();
  writeFileSync(join(repository.folder, "private.txt"), "private\n");
  repository.run("add", "-A");
  repository.run("commit", "-q", "-m", "a person's own");
  rmSync(join(path, ".git"), { recursive: true });
  writeFileSync(join(path, ".git"), `gitdir: ${repository.git.gitDir}\n`);
  expect((await gatherWork(doors, order)).head).toBe(start);
  rmSync(path, { recursive: true });
  symlinkSync(repository.folder, path);
  expect(await gatherWork(doors, order)).toMatchObject({ head: start, gone: true });
});

test("nothing that a worker sets up in its clone is run", async () => {
  const { doors, order, write, path, commit } = await aWorkspace();
  const canary = join(path, "..", "canary");
  const script = join(path, "..", "canary.sh");
  writeFileSync(script, `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  write("b.txt", "b\n");
  write(".gitattributes", "*.txt filter=evil diff=evil merge=evil\n");
  const head = commit("add b");
  const sections = `[core]\n\tfsmonitor = ${script}\n\thooksPath = ${join(path, "..")}\n\tsshCommand = ${script}\n\tpager = ${script}\n\teditor = ${script}\n\talternateRefsCommand = ${script}\n`;
  appendFileSync(join(path, ".git", "config"), sections);
  appendFileSync(
    join(path, ".git", "config"),
    `[filter "evil"]\n\tclean = ${script}\n\tsmudge = ${script}\n\tprocess = ${script}\n`,
  );
  appendFileSync(
    join(path, ".git", "config"),
    `[uploadpack]\n\tpackObjectsHook = ${script}\n[diff "evil"]\n\tcommand = ${script}\n\ttextconv = ${script}\n`,
  );
  mkdirSync(join(path, ".git", "hooks"), { recursive: true });
  for (const hook of ["post-checkout", "pre-commit", "reference-transaction", "post-index-change", "pre-auto-gc"]) {
    writeFileSync(join(path, ".git", "hooks", hook), `#!/bin/sh\ntouch ${canary}\n`, { mode: 0o755 });
  }
  write("c.txt", "c\n");
  await harvestWork(doors, order);
  const gathered = await gatherWork(doors, order);
  expect(gathered.problems).toEqual([]);
  expect(await doors.git.isAncestor(head, gathered.head)).toBe(true);
  expect(existsSync(canary)).toBe(false);
  // The same length, so that git has to read it, which it does through the filter.
  write("b.txt", "B\n");
  expect(() => runGit(path, "status")).toThrow();
  expect(existsSync(canary)).toBe(true);
});

test("commits that git's own check refuses are left behind, the files are not", async () => {
  const { doors, order, write, path, work, files } = await aWorkspace();
  const blob = runGit(path, "hash-object", "-w", "a.txt");
  const inner = execTree(path, `100644 blob ${blob}\tconfig`);
  const evil = execTree(path, `040000 tree ${inner}\t.git`);
  const commit = work("commit-tree", evil, "-p", "HEAD", "-m", "evil");
  work("update-ref", "HEAD", commit);
  write("b.txt", "b\n");
  const gathered = await gatherWork(doors, order);
  expect(gathered.problems[0]).toContain("refused");
  expect(files(gathered.head)).toEqual(["a.txt", "b.txt"]);
});

test.each(["importRef", "snapshotFolder"] as const)(
  "a machine that fails %s refuses no work: it is taken in once the machine does its part again",
  async (step) => {
    const { doors, order, write, commit, files } = await aWorkspace();
    write("b.txt", "b\n");
    commit("add b");
    write("c.txt", "c\n");
    const full = async () => {
      throw new GitError([step], 128, "fatal: unable to write loose object file: No space left on device");
    };
    const failing = { ...doors, git: Object.assign(Object.create(doors.git), { [step]: full }) };
    await expect(gatherWork(failing, order)).rejects.toThrow("No space left");
    await expect(harvestWork(failing, order)).rejects.toThrow("No space left");
    expect(files((await gatherWork(doors, order)).head)).toEqual(["a.txt", "b.txt", "c.txt"]);
  },
);

test("what is held while a run goes on is let go of afterwards", async () => {
  const { doors, order, write, commit, repository } = await aWorkspace();
  write("b.txt", "b\n");
  commit("add b");
  await gatherWork(doors, order);
  const held = Object.values(heldRefs(order.run));
  expect(repository.run("for-each-ref", "--format=%(refname)", "refs/mission/held").split("\n").sort()).toEqual(
    held.sort(),
  );
  await releaseHeld(repository.git, order.run);
  expect(repository.run("for-each-ref", "refs/mission/held")).toBe("");
  await releaseHeld(repository.git, order.run);
});

function execTree(path: string, line: string): string {
  return runGitWithInput(path, ["mktree"], `${line}\n`);
}

function runGitWithInput(path: string, args: string[], input: string): string {
  const file = join(path, "..", "input");
  writeFileSync(file, input);
  return runGit(path, "-c", `alias.fed=!git ${args.join(" ")} < '${file}'`, "fed");
}

test("work that holds a secret is not pushed, as long as it does and whoever asks", async () => {
  const remote = makeRemote();
  const { doors, order, start, write, commit } = await aWorkspace(remote.clone());
  const there = () => remote.run("for-each-ref", "--format=%(refname) %(objectname)", "refs/mission");
  write("b.txt", "b\n");
  const first = commit("add b");
  expect(await harvestWork(doors, order)).toMatchObject({ head: first, leak: null });
  const before = there();
  write("leak.txt", "KEY=sk-of-the-person\n");
  const leak = "the value of API_KEY: leak.txt";
  expect(await harvestWork(doors, order)).toMatchObject({ head: first, salvaged: null, leak });
  commit("all of it");
  // Who comes later does not know of the key.
  expect(await harvestWork({ ...doors, secrets: [] }, order)).toMatchObject({ head: first, leak });
  expect(await gatherWork(doors, order)).toMatchObject({ leak });
  expect(there()).toBe(before);
  expect(start).not.toBe(first);
});
