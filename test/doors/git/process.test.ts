import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitEnvironment, hideCredentials } from "../../../src/doors/git/process/environment.ts";
import { makeRunner } from "../../../src/doors/git/process/spawn.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { commitFiles, git, temporaryFolder, temporaryRepository, writeScript } from "../../helpers/repositories.ts";
import { waitFor } from "../../helpers/wait.ts";
import { commitOf, newCommit } from "../git-contract.ts";

const processes = makeProcesses();

test("variables that point git elsewhere are dropped, those that reach a server are kept", () => {
  const env = gitEnvironment({
    PATH: "/bin",
    GIT_DIR: "/elsewhere",
    GIT_INDEX_FILE: "/elsewhere/index",
    GIT_WORK_TREE: "/elsewhere",
    GIT_OBJECT_DIRECTORY: "/elsewhere",
    GIT_CONFIG_PARAMETERS: "'core.bare=true'",
    GIT_EXTERNAL_DIFF: "evil",
    GIT_SSH_COMMAND: "ssh -i key",
    GIT_ASKPASS: "ask",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "a.b",
    GIT_CONFIG_VALUE_0: "c",
    LC_ALL: "de_DE.UTF-8",
    LANGUAGE: "de",
    HOME: undefined,
  });
  expect(env).toEqual({
    PATH: "/bin",
    GIT_SSH_COMMAND: "ssh -i key",
    GIT_ASKPASS: "ask",
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "a.b",
    GIT_CONFIG_VALUE_0: "c",
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
  });
});

test("names and passwords in addresses are not told on", () => {
  expect(hideCredentials("fatal: https://me:token@host/x.git and ssh://git@host/y")).toBe(
    "fatal: https://host/x.git and ssh://host/y",
  );
});

test("a git that hangs is ended with all that it started", async () => {
  const folder = temporaryRepository({ a: "a" });
  const pids = join(folder, "pids");
  const script = writeScript(folder, "hang", `echo $$ >> ${pids}\nsleep 60 &\necho $! >> ${pids}\nwait`);
  const runner = makeRunner(join(folder, ".git"), { ...process.env, GIT_SSH_COMMAND: script });
  const output = await runner.run(["ls-remote", "ssh://nowhere/x"], { timeoutMs: 300 });
  expect(output).toMatchObject({ timedOut: true, exitCode: null });
  const started = readFileSync(pids, "utf8").trim().split("\n").map(Number);
  expect(started).toHaveLength(2);
  await waitFor("the end of both", () => started.every((pid) => processes.identify(pid) === null));
});

test("a helper that holds the pipes open does not hold us up", async () => {
  const folder = temporaryRepository({ a: "a" });
  const pid = join(folder, "pid");
  const script = writeScript(folder, "linger", `setsid sleep 60 < /dev/null > /dev/null &\necho $! > ${pid}\nexit 1`);
  const runner = makeRunner(join(folder, ".git"), { ...process.env, GIT_SSH_COMMAND: script });
  expect(await runner.run(["ls-remote", "ssh://nowhere/x"])).toMatchObject({ exitCode: 128, timedOut: false });
  const helper = Number(readFileSync(pid, "utf8"));
  expect(processes.identify(helper)).not.toBeNull();
  process.kill(helper);
});

test("more output than is allowed is an error, or is cut", async () => {
  const folder = temporaryRepository({ a: "a\n".repeat(100_000) });
  const runner = makeRunner(join(folder, ".git"), process.env);
  await expect(runner.run(["cat-file", "blob", "HEAD:a"], { maxBytes: 1_000 })).rejects.toThrow("more than 1000 bytes");
  const cut = await runner.run(["cat-file", "blob", "HEAD:a"], { maxBytes: 1_001, cut: true });
  expect([cut.stdout.length, cut.exitCode]).toEqual([1_001, 0]);
});

test("a git that is not installed is told by name", async () => {
  const runner = makeRunner(temporaryFolder(), { PATH: "/nowhere" });
  await expect(runner.run(["version"])).rejects.toThrow("git can't be started");
});

test("neither hooks nor the person's settings change what is written", async () => {
  const folder = temporaryRepository({ a: "a" });
  const canary = join(temporaryFolder(), "canary");
  for (const hook of ["reference-transaction", "post-commit", "pre-push", "post-index-change"]) {
    writeScript(join(folder, ".git", "hooks"), hook, `echo ${hook} >> ${canary}; exit 1`);
  }
  git(folder, "config", "commit.gpgSign", "true");
  git(folder, "config", "gpg.program", writeScript(folder, "gpg", `echo gpg >> ${canary}; exit 1`));
  git(folder, "config", "core.fsmonitor", writeScript(folder, "watch", `echo watch >> ${canary}; exit 1`));
  git(folder, "config", "i18n.commitEncoding", "latin1");
  const door = openGit({ cwd: folder, env: process.env });
  const oid = await commitOf(door, { ä: "ä" }, [], "ümlaut");
  expect(await door.updateRefs([{ name: "refs/heads/x", new: oid, old: null }])).toEqual({ kind: "won" });
  expect(git(folder, "cat-file", "commit", oid)).not.toMatch(/gpgsig|encoding/);
  expect(existsSync(canary)).toBe(false);
});

test("a replacement does not change what an id stands for", async () => {
  const folder = temporaryRepository({ a: "true" });
  const first = git(folder, "rev-parse", "HEAD");
  const second = commitFiles(folder, { a: "false" }, "second");
  git(folder, "replace", first, second);
  const door = openGit({ cwd: folder, env: process.env });
  expect((await door.readObject(`${first}:a`))?.bytes.toString()).toBe("true");
});

test("appending a record is one process, and leaves a repository without complaints", async () => {
  const folder = temporaryRepository({ a: "a" });
  const door = openGit({ cwd: folder, env: process.env });
  const tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const oid = await door.writeCommit(newCommit({ tree, message: "record" }));
  await door.updateRefs([{ name: "refs/mission/ledger/x", new: oid, old: null }]);
  expect(door.processCount).toBe(1);
  expect(git(folder, "fsck")).toBe("");
  git(folder, "gc", "-q", "--prune=now");
  expect(git(folder, "fsck")).toBe("");
});

test("reads share one process, and one that died is replaced", async () => {
  const folder = temporaryRepository({ a: "a", "b/c": "c" });
  const door = openGit({ cwd: folder, env: process.env });
  await Promise.all([door.readTree("HEAD"), door.readCommit("HEAD"), door.readObject("HEAD:a"), door.resolve("main")]);
  expect(door.processCount).toBe(1);
  for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGKILL");
  expect((await door.readObject("HEAD:b/c"))?.bytes.toString()).toBe("c");
  expect(door.processCount).toBe(2);
  door.close();
  expect((await door.readObject("HEAD:a"))?.bytes.toString()).toBe("a");
  door.close();
});

test("a broken object fails its own read only", async () => {
  const folder = temporaryRepository({ a: "a", b: "b" });
  const oid = git(folder, "rev-parse", "HEAD:a");
  const file = join(folder, ".git", "objects", oid.slice(0, 2), oid.slice(2));
  git(folder, "update-ref", "refs/heads/keep", "HEAD");
  chmodSync(file, 0o644);
  writeFileSync(file, "garbage");
  const door = openGit({ cwd: folder, env: process.env });
  const answers = await Promise.allSettled([door.readObject("HEAD:b"), door.readObject(oid)]);
  expect(answers[1]).not.toMatchObject({ status: "fulfilled", value: { type: "blob" } });
  expect((await door.readObject("HEAD:b"))?.bytes.toString()).toBe("b");
  door.close();
});

function childrenOf(pid: number): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
      const isReader = readFileSync(`/proc/${name}/cmdline`, "utf8").includes("cat-file");
      return Number(parent) === pid && isReader ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
