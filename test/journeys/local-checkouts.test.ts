/** Home is checked out and a person is in the middle of something: landings wait, say for what, and nothing is lost. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, writeScript } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { featurePath } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };

/** Pulses until the landing of `a` has nothing to wait for but a checkout; answers what `status` says of it. */
async function untilLandingWaits(machine: Machine): Promise<string> {
  const isGated = () => machine.git("log", "--format=%s", "refs/mission/ledger/toy").includes("verdict: a gate passed");
  await pulseUntil(machine, "a has passed its gate", isGated);
  await waitForRuns(machine);
  await pulseOnce(machine);
  const home = machine.oid("main");
  for (let count = 0; count < 3; count += 1) {
    machine.ahead += 20_000;
    await pulseOnce(machine);
  }
  expect(machine.oid("main")).toBe(home);
  // Long after the last try a person still reads what it waits for.
  machine.ahead += 3_600_000;
  const { status, condition } = (await look(machine)).feature("a");
  return `${status}: ${condition.message}`;
}

test(
  "a dirty file in the way makes a landing wait, and it lands when the file is out of the way",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    machine.write({ "a.txt": "the person's own, in no commit\n" });

    expect(await untilLandingWaits(machine)).toMatch(/^review: .*a\.txt/s);

    expect(machine.read("a.txt")).toBe("the person's own, in no commit\n");
    expect(await machine.must("status")).toContain("a.txt");
    machine.remove("a.txt");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an edited file that a landing would change stays as the person has it",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a", 'echo "from the worker" >> README.md; echo a > a.txt; commit; echo "DONE: both"');
    machine.write({ "README.md": "hello\nfrom the person\n" });

    expect(await untilLandingWaits(machine)).toMatch(/^review: .*README\.md/s);

    expect(machine.read("README.md")).toBe("hello\nfrom the person\n");
    machine.git("stash");
    await untilDone(machine, "a");
    expect(machine.read("README.md")).toBe("hello\nfrom the worker\n");
    expect(machine.git("stash", "list")).toContain("stash@{0}");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a person who edits the very file that a landing marks done saves first, and both are in it",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    machine.edit(featurePath("a"), "title: Feature a", "title: Feature a   # the first\npriority: 2");
    expect(await untilLandingWaits(machine)).toMatch(/^review: .*a\.md/s);
    await machine.must("save", "-m", "a priority");
    await untilDone(machine, "a");
    expect(machine.read(featurePath("a"))).toContain("title: Feature a   # the first\npriority: 2\nstatus: done\n");
    expect(machine.git("status", "--porcelain")).toBe("");
    expect(subjects(machine, "claim: a gate")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home checked out in a linked worktree moves there, with its files",
  async () => {
    const { machine } = aWorld();
    const linked = join(temporaryFolder("linked"), "home");
    machine.git("checkout", "-q", "-b", "elsewhere");
    machine.git("worktree", "add", "-q", linked, "main");
    await untilDone(machine, "a", "b");
    expect(machine.git("-C", linked, "status", "--porcelain")).toBe("");
    expect(machine.git("-C", linked, "ls-files", "a.txt", "b.txt")).toBe("a.txt\nb.txt");
    expect(machine.has("a.txt")).toBe(false);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a linked worktree whose folder was deleted keeps nothing from landing",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const linked = join(temporaryFolder("linked"), "home");
    machine.git("checkout", "-q", "-b", "elsewhere");
    machine.git("worktree", "add", "-q", linked, "main");
    rmSync(linked, { recursive: true });
    await untilDone(machine, "a");
    expect(machine.show("a.txt", "main")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a locked worktree on a disk that is away is waited for",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const linked = join(temporaryFolder("linked"), "home");
    machine.git("checkout", "-q", "-b", "elsewhere");
    machine.git("worktree", "add", "-q", "--lock", linked, "main");
    renameSync(linked, `${linked}-away`);
    expect(await untilLandingWaits(machine)).toContain("its folder is not there");
    renameSync(`${linked}-away`, linked);
    await untilDone(machine, "a");
    expect(machine.git("-C", linked, "status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home that is checked out twice waits until it is once",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const second = join(temporaryFolder("linked"), "second");
    machine.git("worktree", "add", "-q", "--force", second, "main");
    expect(await untilLandingWaits(machine)).toContain(`main is checked out in ${machine.folder} and ${second}`);
    machine.git("worktree", "remove", second);
    await untilDone(machine, "a");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home that is being rebased waits until the rebase is through, which loses nothing",
  async () => {
    const { machine } = aWorld({ mission: ONE, files: { "code.txt": "one\n" } });
    await pulseOnce(machine);
    machine.git("branch", "base");
    machine.write({ "code.txt": "two\n" });
    machine.commit("person: two");
    machine.git("checkout", "-q", "-b", "onto", "base");
    machine.write({ "code.txt": "three\n" });
    machine.commit("person: three");
    machine.git("checkout", "-q", "main");
    expect(machine.tryGit("rebase", "onto").code).toBe(1);

    expect(await untilLandingWaits(machine)).toContain("rebase");

    machine.write({ "code.txt": "both\n" });
    machine.git("add", "code.txt");
    machine.git("-c", "core.editor=true", "rebase", "--continue");
    await untilDone(machine, "a");
    expect(machine.git("log", "--format=%s", "main")).toContain("person: two");
    expect(machine.read("code.txt")).toBe("both\n");
    expect(machine.read("a.txt")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home that is being bisected waits until the bisect is over",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    machine.commit("second");
    machine.commit("third");
    machine.git("bisect", "start", "HEAD", "HEAD~2");

    expect(await untilLandingWaits(machine)).toContain("bisect");

    machine.git("bisect", "reset");
    await untilDone(machine, "a");
    expect(machine.git("rev-parse", "--abbrev-ref", "HEAD")).toBe("main");
    expect(machine.read("a.txt")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a merge in progress on home is the person's to end",
  async () => {
    const { machine } = aWorld({ mission: ONE, files: { "code.txt": "one\n" } });
    await pulseOnce(machine);
    machine.git("checkout", "-q", "-b", "side");
    machine.write({ "code.txt": "side\n" });
    machine.commit("side");
    machine.git("checkout", "-q", "main");
    machine.write({ "code.txt": "main\n" });
    machine.commit("main");
    expect(machine.tryGit("merge", "side").code).toBe(1);

    expect(await untilLandingWaits(machine)).toContain("merge");

    machine.write({ "code.txt": "merged\n" });
    machine.commit("merged by the person");
    await untilDone(machine, "a");
    expect(machine.read("code.txt")).toBe("merged\n");
    expect(machine.git("log", "--format=%s", "-1", "main^")).toContain("merged by the person");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "while the editor of a commit is open nothing lands, and the person's commit succeeds",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    const tools = temporaryFolder("editor");
    const editor = writeScript(
      tools,
      "editor",
      `touch ${tools}/open; while [ ! -e ${tools}/write ]; do sleep 0.02; done; echo "by hand" > "$1"`,
    );
    machine.write({ "person.txt": "person\n" });
    machine.git("add", "person.txt");
    const commit = startGit(machine, { GIT_EDITOR: editor }, "commit");
    await waitUntil("the editor is open", () => existsSync(join(tools, "open")));

    expect(await untilLandingWaits(machine)).toContain("commit");

    const ended = once(commit, "exit");
    writeFileSync(join(tools, "write"), "");
    expect(await ended).toEqual([0, null]);
    expect(machine.git("log", "-1", "--format=%s")).toBe("by hand");
    await untilDone(machine, "a");
    expect(machine.git("log", "--format=%s", "main")).toContain("by hand");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a sparse checkout stays sparse",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE, files: { "deep/inside.txt": "in\n" } });
    worker.does("a", 'echo more >> deep/inside.txt; echo a > a.txt; commit; echo "DONE: both"');
    machine.git("sparse-checkout", "set", "missions");
    await untilDone(machine, "a");
    expect(machine.has("deep/inside.txt")).toBe(false);
    expect(machine.show("deep/inside.txt", "main")).toBe("in\nmore\n");
    expect(machine.git("status", "--porcelain")).toBe("");
    await endWell(machine);
  },
  LIMIT,
);

function startGit(machine: Machine, env: Record<string, string>, ...args: string[]): ChildProcess {
  return spawn("git", args, { cwd: machine.folder, env: { ...machine.env, ...env }, stdio: "ignore" });
}
