import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import {
  commitFiles,
  git,
  makePipe,
  temporaryFolder,
  temporaryRepository,
  writeScript,
} from "../../helpers/repositories.ts";

const IN = "refs/mission/in/r1";

/** A person's repository and a worker's clone of it that borrows its objects. */
function makeWorker(): { door: Git; own: string; worker: string } {
  const own = temporaryRepository({ a: "1\n", "src/b": "b\n" });
  const worker = temporaryFolder("worker");
  git(worker, "clone", "-q", "--shared", own, ".");
  return { door: openGit({ cwd: own, env: process.env }), own, worker };
}

/** Writes a raw object and answers its id. */
function writeRaw(folder: string, type: string, bytes: Buffer): string {
  const args = ["-C", folder, "hash-object", "-w", "--literally", "-t", type, "--stdin"];
  return execFileSync("git", args, { input: bytes, encoding: "utf8" }).trim();
}

test("a worker's commits come in under the ref that is asked for, and again after a rewrite", async () => {
  const { door, own, worker } = makeWorker();
  commitFiles(worker, { "src/c": "c" }, "one");
  const two = commitFiles(worker, { "src/d": "d" }, "two");
  expect(await door.importRef(worker, "HEAD", IN)).toBe(two);
  expect(git(own, "rev-parse", IN)).toBe(two);
  git(worker, "reset", "-q", "--hard", "HEAD~1");
  const three = commitFiles(worker, { "src/e": "e" }, "three");
  expect(await door.importRef(worker, "refs/heads/main", IN)).toBe(three);
  rmSync(worker, { recursive: true });
  expect(git(own, "log", "--format=%s", IN).split("\n")).toEqual(["three", "one", "first"]);
  expect(git(own, "fsck", "--no-dangling")).toBe("");
});

test("packed and detached heads are found, a missing ref is null", async () => {
  const { door, worker } = makeWorker();
  const one = commitFiles(worker, { c: "c" }, "one");
  git(worker, "pack-refs", "--all");
  expect(await door.importRef(worker, "refs/heads/main", IN)).toBe(one);
  git(worker, "checkout", "-q", "--detach");
  const two = commitFiles(worker, { c: "d" }, "two");
  expect(await door.importRef(worker, "HEAD", IN)).toBe(two);
  expect(await door.importRef(worker, "refs/heads/nowhere", IN)).toBeNull();
  expect(await door.importRef(join(worker, "nowhere"), "HEAD", IN)).toBeNull();
});

test("nothing that a worker wrote into its repository is run", async () => {
  const { door, own, worker } = makeWorker();
  const canary = join(temporaryFolder(), "canary");
  const evil = writeScript(temporaryFolder(), "evil", `echo "$0 $@" >> ${canary}; exit 1`);
  const tip = commitFiles(worker, { ".gitattributes": "* filter=x diff=x\n", c: "c" }, "one");
  const keys = [
    "core.fsmonitor",
    "core.sshCommand",
    "core.alternateRefsCommand",
    "core.gitProxy",
    "core.pager",
    "core.editor",
  ];
  keys.push(
    "uploadpack.packObjectsHook",
    "diff.external",
    "filter.x.clean",
    "filter.x.smudge",
    "gpg.program",
    "credential.helper",
  );
  for (const key of keys) git(worker, "config", key, evil);
  git(worker, "config", "remote.origin.promisor", "true");
  git(worker, "config", "remote.origin.url", `ext::${evil}`);
  git(worker, "config", "protocol.ext.allow", "always");
  const hooks = [
    "post-checkout",
    "reference-transaction",
    "post-index-change",
    "pre-auto-gc",
    "post-upload-pack",
    "upload-pack",
  ];
  for (const hook of hooks) writeScript(join(worker, ".git", "hooks"), hook, `exec ${evil}`);
  expect(await door.importRef(worker, "HEAD", IN)).toBe(tip);
  await door.changedPaths("main", IN);
  await door.diff("main", IN, 10_000);
  expect(git(own, "rev-parse", IN)).toBe(tip);
  expect(existsSync(canary)).toBe(false);
  // The trap is armed: a git that works in that folder does run it.
  git(worker, "status");
  expect(existsSync(canary)).toBe(true);
});

test.each([".git", ".GIT", "..", ".g\u200cit"])("a tree with an entry %j is refused", async (name) => {
  const { door, own, worker } = makeWorker();
  const blob = Buffer.from(git(worker, "rev-parse", "HEAD:a"), "hex");
  const inner = writeRaw(worker, "tree", Buffer.concat([Buffer.from("100644 config\0"), blob]));
  const tree = writeRaw(worker, "tree", Buffer.concat([Buffer.from(`40000 ${name}\0`), Buffer.from(inner, "hex")]));
  const tip = git(worker, "commit-tree", "-p", "HEAD", "-m", "evil", tree);
  git(worker, "update-ref", "refs/heads/main", tip);
  await expect(door.importRef(worker, "refs/heads/main", IN)).rejects.toThrow(/hasDot|fsck|contains/);
  expect((await door.listRefs([IN])).size).toBe(0);
  expect(existsSync(join(own, ".git", IN))).toBe(false);
});

test("a submodule that hides an option in its address is refused", async () => {
  const { door, worker } = makeWorker();
  commitFiles(worker, { ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = -u./evil\n' }, "evil");
  await expect(door.importRef(worker, "HEAD", IN)).rejects.toThrow("gitmodules");
});

test("links and pipes in the place of refs and objects lead nowhere", async () => {
  const { door, worker } = makeWorker();
  const secret = temporaryRepository({ s: "s" });
  const head = join(worker, ".git", "refs", "heads", "main");
  rmSync(head);
  symlinkSync(join(secret, ".git", "refs", "heads", "main"), head);
  expect(await door.importRef(worker, "refs/heads/main", IN)).toBeNull();
  rmSync(head);
  makePipe(head);
  expect(await door.importRef(worker, "refs/heads/main", IN)).toBeNull();
  writeFileSync(join(worker, ".git", "HEAD"), "ref: ../../../etc/passwd\n");
  expect(await door.importRef(worker, "HEAD", IN)).toBeNull();
  writeFileSync(join(worker, ".git", "HEAD"), "ref: HEAD\n");
  expect(await door.importRef(worker, "HEAD", IN)).toBeNull();
});

test("a .git that points elsewhere is no repository of a worker", async () => {
  const { door, worker } = makeWorker();
  const secret = temporaryRepository({ s: "s" });
  rmSync(join(worker, ".git"), { recursive: true });
  writeFileSync(join(worker, ".git"), `gitdir: ${secret}/.git\n`);
  expect(await door.importRef(worker, "HEAD", IN)).toBeNull();
  rmSync(join(worker, ".git"));
  symlinkSync(join(secret, ".git"), join(worker, ".git"));
  expect(await door.importRef(worker, "HEAD", IN)).toBeNull();
});

test("a list of borrowed objects that is a pipe can't hold us up", async () => {
  const { own, worker } = makeWorker();
  commitFiles(worker, { c: "c" }, "one");
  const alternates = join(worker, ".git", "objects", "info", "alternates");
  rmSync(alternates);
  makePipe(alternates);
  const door = openGit({ cwd: own, env: process.env, timeouts: { transferMs: 1_000 } });
  await expect(door.importRef(worker, "HEAD", IN)).rejects.toThrow();
});

test("work of a clone that lost its base still comes in while we have the base", async () => {
  const { door, worker } = makeWorker();
  const tip = commitFiles(worker, { c: "c" }, "one");
  rmSync(join(worker, ".git", "objects", "info", "alternates"));
  expect(await door.importRef(worker, "HEAD", IN)).toBe(tip);
});

test("a shallow repository takes work from its clone", async () => {
  const source = temporaryRepository({ a: "1" });
  commitFiles(source, { a: "2" }, "second");
  const own = temporaryFolder();
  git(own, "clone", "-q", "--depth=1", `file://${source}`, ".");
  const worker = temporaryFolder();
  git(worker, "init", "-q", "-b", "main");
  mkdirSync(join(worker, ".git", "objects", "info"), { recursive: true });
  writeFileSync(join(worker, ".git", "objects", "info", "alternates"), `${own}/.git/objects\n`);
  writeFileSync(join(worker, ".git", "shallow"), `${git(own, "rev-parse", "HEAD")}\n`);
  git(worker, "reset", "-q", "--hard", git(own, "rev-parse", "HEAD"));
  const tip = commitFiles(worker, { b: "b" }, "work");
  const door = openGit({ cwd: own, env: process.env });
  expect(await door.importRef(worker, "HEAD", IN)).toBe(tip);
  expect(git(own, "log", "--format=%s", IN).split("\n")).toEqual(["work", "second"]);
});

test("a forged graph of commits is not believed", async () => {
  const { door, worker } = makeWorker();
  const tip = commitFiles(worker, { c: "c" }, "one");
  git(worker, "commit-graph", "write", "--reachable");
  const graph = join(worker, ".git", "objects", "info", "commit-graph");
  // In the forgery the new commit has the tree of the old one, so that its files would not be sent.
  const [tree = "", oldTree = ""] = git(worker, "rev-parse", "HEAD^{tree}", "HEAD~1^{tree}").split("\n");
  const bytes = readFileSync(graph);
  Buffer.from(oldTree, "hex").copy(bytes, bytes.indexOf(Buffer.from(tree, "hex")));
  chmodSync(graph, 0o644);
  writeFileSync(graph, bytes);
  expect(await door.importRef(worker, "HEAD", IN)).toBe(tip);
  expect((await door.readObject(`${IN}:c`))?.bytes.toString()).toBe("c");
});

test("a shallow repository takes work whose base none of its refs holds any more", async () => {
  const source = temporaryRepository({ a: "1" });
  const base = commitFiles(source, { a: "2" }, "second");
  const own = temporaryFolder();
  git(own, "clone", "-q", "--depth=1", `file://${source}`, ".");
  const worker = temporaryFolder();
  git(worker, "clone", "-q", "--depth=1", `file://${source}`, ".");
  const tip = commitFiles(worker, { b: "b" }, "work");
  for (const name of git(own, "for-each-ref", "--format=%(refname)").split("\n"))
    git(own, "update-ref", "--no-deref", "-d", name);
  const door = openGit({ cwd: own, env: process.env });
  expect(await door.importRef(worker, "HEAD", IN)).toBe(tip);
  expect(git(own, "rev-parse", `${IN}~1`)).toBe(base);
});
