/** Git's debris, made by hand on real repositories: the pulse goes on or names the step, doctor finds it and mends it. */

import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Checkup } from "../../src/view/checkup.ts";
import { bareRemote, temporaryFolder } from "../helpers/repositories.ts";
import type { Repository } from "../repo/save-world.ts";
import { makeActive } from "./active-mission.ts";
import { type, typeJson } from "./mission-command.ts";

/** Doctor starts some fifteen processes each time. */
vi.setConfig({ testTimeout: 120_000 });

const HOUR_MS = 60 * 60_000;

interface Kind {
  name: string;
  code: string;
  /** Breaks it and answers what a mended repository may lack: a ref that has no value any more. */
  make(repository: Repository, gitDir: string): void;
  /** What the pulse comes to beside it: it does its work, or it says which step helps. */
  pulse: "works" | "names the step";
}

function age(path: string, ms = HOUR_MS): void {
  const then = new Date(Date.now() - ms);
  utimesSync(path, then, then);
}

function leave(path: string, text = ""): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  age(path);
}

const lock = (file: string, pulse: Kind["pulse"] = "works"): Kind => ({
  name: `a stale ${file}`,
  code: "lock-stale",
  pulse,
  make: (_, gitDir) => leave(join(gitDir, file), file === "gc.pid" ? "999999999 elsewhere\n" : ""),
});

const KINDS: readonly Kind[] = [
  lock("index.lock"),
  lock("HEAD.lock"),
  lock("config.lock"),
  lock("refs/heads/main.lock"),
  lock("packed-refs.lock"),
  lock("shallow.lock"),
  lock("gc.pid"),
  {
    name: "an empty ref file",
    code: "ref-empty",
    pulse: "works",
    make: (_, gitDir) => writeFileSync(join(gitDir, "refs/heads/topic"), ""),
  },
  {
    name: "a ref file full of garbage",
    code: "ref-garbage",
    pulse: "works",
    make: (_, gitDir) => writeFileSync(join(gitDir, "refs/heads/topic"), `${"\0".repeat(17)}\x01garbage\n`),
  },
  {
    name: "an index that is cut off",
    code: "index-corrupt",
    pulse: "works",
    make: (_, gitDir) => writeFileSync(join(gitDir, "index"), readFileSync(join(gitDir, "index")).subarray(0, 40)),
  },
  {
    name: "an empty HEAD",
    code: "head-empty",
    pulse: "names the step",
    make: (_, gitDir) => writeFileSync(join(gitDir, "HEAD"), ""),
  },
  {
    name: "a HEAD that is gone",
    code: "head-missing",
    pulse: "names the step",
    make: (_, gitDir) => rmSync(join(gitDir, "HEAD")),
  },
  {
    name: "a linked checkout whose folder is gone",
    code: "worktree-dangling",
    pulse: "works",
    make(repository) {
      const folder = join(temporaryFolder("linked"), "checkout");
      repository.git("worktree", "add", "-q", folder, "topic");
      rmSync(folder, { recursive: true });
    },
  },
  {
    name: "quarantine and half-written packs",
    code: "objects-temporary",
    pulse: "works",
    make(_, gitDir) {
      leave(join(gitDir, "objects/tmp_objdir-incoming-x1/pack/tmp_pack_1"), "PACK");
      leave(join(gitDir, "objects/pack/tmp_pack_abc"), "PACK");
      age(join(gitDir, "objects/tmp_objdir-incoming-x1"));
    },
  },
  {
    name: "a pack that lost its index",
    code: "pack-half",
    pulse: "names the step",
    make(repository, gitDir) {
      repository.git("repack", "-q", "-a", "-d");
      const packs = join(gitDir, "objects/pack");
      for (const name of readdirSync(packs))
        if (/[.](?:idx|rev|bitmap)$/.test(name)) rmSync(join(packs, name), { force: true });
    },
  },
];

/** A mission that is under way, a branch with a log, and a commit that only a stash holds. */
function aRepository(): { repository: Repository; gitDir: string } {
  const repository = makeActive();
  repository.git("branch", "-q", "topic");
  repository.git("checkout", "-q", "-b", "side");
  repository.write("side.txt", "side\n");
  repository.commit("side");
  repository.git("checkout", "-q", "main");
  repository.git("reset", "-q", "--soft", "HEAD");
  return { repository, gitDir: join(repository.folder, ".git") };
}

/** The same with a remote that has everything. */
function withRemote(): { repository: Repository; gitDir: string; remote: string } {
  const { repository, gitDir } = aRepository();
  const remote = bareRemote();
  repository.git("remote", "add", "origin", remote);
  repository.git("push", "-q", "origin", "main", "refs/mission/*:refs/mission/*", "mission/crm/home");
  repository.git("fetch", "-q", "origin");
  return { repository, gitDir, remote };
}

/** Every ref with its value, and every object that a ref or a log leads to. */
function readAll(repository: Repository): { refs: string[]; objects: string[] } {
  const refs = repository.git("for-each-ref", "--format=%(refname) %(objectname)").split("\n");
  const objects = repository.git("rev-list", "--objects", "--all", "--reflog").split("\n");
  return { refs, objects: objects.map((line) => line.split(" ")[0] ?? "").sort() };
}

const found = async (repository: Repository, ...words: string[]): Promise<Checkup[]> =>
  (await typeJson(repository, ["doctor", ...words])).checks;

describe("git's debris", () => {
  it.each(KINDS)("$name: the pulse $pulse, doctor finds it, --fix mends it, nothing is lost", async (kind) => {
    const { repository, gitDir } = aRepository();
    const before = readAll(repository);
    kind.make(repository, gitDir);

    const pulsed = await type(repository, ["pulse"]);
    if (kind.pulse === "works") expect(pulsed).toMatchObject({ code: 0, err: "" });
    else expect(`${pulsed.out}${pulsed.err}`).toMatch(/mission doctor|git fsck/);

    const told = (await found(repository)).filter(({ code }) => code === kind.code);
    expect(told.length).toBeGreaterThan(0);
    for (const { next, fix, level } of told) {
      expect(next).not.toBeNull();
      expect(fix).not.toBeNull();
      expect(level).not.toBe("ok");
    }

    const mended = (await found(repository, "--fix")).filter(({ code }) => code === kind.code);
    expect(mended.map(({ level }) => level)).toEqual(told.map(() => "mended"));
    expect((await found(repository)).filter(({ code }) => code === kind.code)).toEqual([]);

    const after = readAll(repository);
    expect(after.refs).toEqual(expect.arrayContaining(before.refs));
    expect(after.objects).toEqual(expect.arrayContaining(before.objects));
    repository.write("README.md", "a person goes on\n");
    repository.git("commit", "-q", "-am", "goes on");
    expect((await type(repository, ["pulse"])).err).toBe("");
  });

  it("a server that began to refuse records is named in its own words, and doctor tries it out again", async () => {
    const { repository, remote } = withRemote();
    const hook = join(remote, "hooks/pre-receive");
    const lines = ["#!/bin/sh", "grep -q ' refs/mission/' || exit 0", "echo 'no mission refs here' >&2", "exit 1", ""];
    mkdirSync(dirname(hook), { recursive: true });
    writeFileSync(hook, lines.join("\n"), { mode: 0o755 });
    const said = await type(repository, ["comment", "crm", "hello"]);
    expect(said).toMatchObject({ code: 4, out: "" });
    expect(said.err).toMatch(/was refused: [\s\S]*no mission refs here[\s\S]*\nnext: mission doctor$/);
    const told = (await found(repository)).find(({ code }) => code === "remote-refuses");
    expect(told).toMatchObject({ level: "bad", text: expect.stringContaining("no mission refs here") });
    expect(told?.next).toContain("allow pushes to refs/mission/* on the server");
  });

  it("a lock on a ledger here is named as such, not as a remote that is away", async () => {
    const { repository, gitDir } = withRemote();
    const before = repository.git("rev-parse", "refs/mission/ledger/crm");
    expect((await type(repository, ["comment", "crm", "hello"])).code).toBe(0);
    repository.git("update-ref", "refs/mission/ledger/crm", before);
    const lockFile = join(gitDir, "refs/mission/ledger/crm.lock");
    writeFileSync(lockFile, "");
    for (const words of [["comment", "crm", "again"], ["pulse"]]) {
      const said = await type(repository, words);
      expect(said.code).toBe(4);
      expect(said.err).toContain(`what origin has can't be taken in here: ${lockFile} is held by another git`);
      expect(said.err).toMatch(/2 minutes.*\nnext: mission doctor/);
    }
  });

  it("of a remote that is away git's words are told once, with the next step", async () => {
    const { repository, remote } = withRemote();
    renameSync(remote, `${remote}.away`);
    for (const words of [["pulse"], ["stop", "--all"]]) {
      const { code, err } = await type(repository, words);
      expect(code).toBe(4);
      expect(err.match(/does not appear to be a git repository/g)).toHaveLength(1);
      expect(err).toMatch(/\nnext: mission doctor/);
    }
  });

  it("behind a HEAD that was gone everything else is looked at, and mended, at once", async () => {
    const { repository, gitDir } = aRepository();
    rmSync(join(gitDir, "HEAD"));
    leave(join(gitDir, "index.lock"));
    const checks = await found(repository, "--fix");
    expect(checks.filter(({ level }) => level === "mended").map(({ code }) => code)).toEqual([
      "head-missing",
      "lock-stale",
    ]);
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(["remote", "default branch"]));
  });

  it("what git says of an empty HEAD is told once", async () => {
    const { repository, gitDir } = aRepository();
    writeFileSync(join(gitDir, "HEAD"), "");
    const texts = (await found(repository)).map(({ text }) => text);
    expect(texts).toEqual([...new Set(texts)]);
    expect(texts.length).toBeGreaterThan(1);
  });

  it("an object that is missing comes from the remote, or is named with the step", async () => {
    const { repository, gitDir } = aRepository();
    const remote = bareRemote();
    repository.git("remote", "add", "origin", remote);
    repository.git("push", "-q", "origin", "main", "refs/mission/*:refs/mission/*", "mission/crm/home");
    const oid = repository.git("rev-parse", "main:README.md");
    rmSync(join(gitDir, "objects", oid.slice(0, 2), oid.slice(2)), { force: true });

    const told = (await found(repository)).find(({ code }) => code === "object-missing");
    expect(told).toMatchObject({ level: "bad", next: "git fetch --refetch origin" });
    const mended = (await found(repository, "--fix")).find(({ code }) => code === "object-missing");
    expect(mended?.level).toBe("mended");
    expect(repository.git("cat-file", "-p", oid)).toBe("hello");
  });

  it("an empty object file, as a power cut leaves it, is fetched again", async () => {
    const { repository, gitDir } = aRepository();
    const remote = bareRemote();
    repository.git("remote", "add", "origin", remote);
    repository.git("push", "-q", "origin", "main", "refs/mission/*:refs/mission/*", "mission/crm/home");
    const oid = repository.git("rev-parse", "main:README.md");
    const file = join(gitDir, "objects", oid.slice(0, 2), oid.slice(2));
    rmSync(file, { force: true });
    writeFileSync(file, "");

    expect((await found(repository)).map(({ code }) => code)).toContain("object-missing");
    await found(repository, "--fix");
    expect((await found(repository)).map(({ code }) => code)).not.toContain("object-missing");
    expect(repository.git("cat-file", "-p", oid)).toBe("hello");
  });

  it("without a remote a missing object is named, nothing is touched, and the step brings it", async () => {
    const { repository, gitDir } = aRepository();
    const other = temporaryFolder("another-clone");
    repository.git("clone", "-q", "--mirror", "--no-local", gitDir, other);
    const oid = repository.git("rev-parse", "side:side.txt");
    renameSync(join(gitDir, "objects", oid.slice(0, 2), oid.slice(2)), join(gitDir, "away"));
    const told = (await found(repository, "--fix")).find(({ code }) => code === "object-missing");
    expect(told).toMatchObject({ level: "bad", next: "git fetch --refetch <another clone of this repository>" });
    expect(told?.text).toContain(oid.slice(0, 10));
    const step = told?.next?.replace(/^git | <.*>$/g, "").split(" ") ?? [];
    repository.git(...step, "-q", other, "refs/heads/side");
    expect((await found(repository)).map(({ code }) => code)).not.toContain("object-missing");
  });

  it("a lock of this moment, and one beside a git at work, is left alone", async () => {
    const { repository, gitDir } = aRepository();
    writeFileSync(join(gitDir, "index.lock"), "");
    expect((await found(repository, "--fix")).map(({ code }) => code)).not.toContain("lock-stale");
    age(join(gitDir, "index.lock"));
    const script = join(temporaryFolder("bin"), "git-wait");
    writeFileSync(script, "#!/bin/sh\necho ready\nread line\n", { mode: 0o755 });
    const { spawn } = await import("node:child_process");
    const child = spawn("git", ["wait"], {
      cwd: repository.folder,
      env: { ...process.env, PATH: `${dirname(script)}:${process.env.PATH}` },
      stdio: ["pipe", "pipe", "ignore"],
    });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    try {
      expect((await found(repository, "--fix")).filter(({ name }) => name === "git locks")).toMatchObject([
        { code: "lock-held", level: "note" },
      ]);
      expect(existsSync(join(gitDir, "index.lock"))).toBe(true);
    } finally {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    }
  });

  it("a checkout that is gone with a commit which nothing else holds is named, not taken away", async () => {
    const { repository } = aRepository();
    const folder = join(temporaryFolder("linked"), "checkout");
    repository.git("worktree", "add", "-q", "--detach", folder);
    const run = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" }).trim();
    run("commit", "-q", "--allow-empty", "-m", "only here");
    const commit = run("rev-parse", "HEAD");
    rmSync(folder, { recursive: true });
    const told = (await found(repository, "--fix")).find(({ code }) => code === "worktree-dangling");
    expect(told).toMatchObject({ level: "note", fix: null });
    expect(told?.next).toContain(`git branch rescued-${commit.slice(0, 7)} ${commit}`);
  });

  it("a config that git can't read does not hide the rest", async () => {
    const { repository, gitDir } = aRepository();
    writeFileSync(join(gitDir, "config"), "[core\n");
    const checks = await found(repository);
    expect(checks.find(({ code }) => code === "git-fails")?.next).toContain("git config --edit");
    expect(checks.map(({ name }) => name)).toContain("node");
  });
});
