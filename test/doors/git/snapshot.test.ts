import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { humble } from "../../helpers/humble.ts";
import {
  commitFiles,
  git,
  makePipe,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
  writeScript,
} from "../../helpers/repositories.ts";

interface World {
  door: Git;
  own: string;
  folder: string;
  snapshot(exclude?: string): Promise<string[]>;
}

/** A person's repository and a worker's folder with the same files. Snapshots are answered as `mode path`. */
function makeWorld(files: Readonly<Record<string, string>> = { a: "a\n", "src/b": "b\n" }): World {
  const own = temporaryRepository(files);
  const folder = temporaryFolder("worker");
  git(folder, "clone", "-q", own, ".");
  const door = openGit({ cwd: own, env: process.env });
  const indexFile = join(temporaryFolder(), "index");
  async function snapshot(exclude?: string): Promise<string[]> {
    const excludeFile = exclude === undefined ? null : join(temporaryFolder(), "exclude");
    if (excludeFile !== null) writeFileSync(excludeFile, exclude ?? "");
    const tree = await door.snapshotFolder(folder, "main", { indexFile, excludeFile });
    return git(own, "ls-tree", "-r", "--format=%(objectmode) %(path)", tree).split("\n");
  }
  return { door, own, folder, snapshot };
}

test("changed, new, deleted, linked and executable files are taken", async () => {
  const { own, folder, snapshot } = makeWorld({ a: "a\n", "src/b": "b\n", gone: "x\n" });
  writeFiles(folder, { a: "A\n", "new dir/ü": "n\n" });
  writeScript(folder, "run.sh", "true");
  symlinkSync("a", join(folder, "link"));
  rmSync(join(folder, "gone"));
  const before = git(own, "status", "--porcelain");
  expect(await snapshot()).toEqual([
    "100644 a",
    "120000 link",
    '100644 "new dir/\\303\\274"',
    "100755 run.sh",
    "100644 src/b",
  ]);
  expect(git(own, "status", "--porcelain")).toBe(before);
});

test("an unchanged folder is the base's own tree", async () => {
  const { door, own, folder } = makeWorld();
  const options = { indexFile: join(temporaryFolder(), "index"), excludeFile: null };
  expect(await door.snapshotFolder(folder, "main", options)).toBe(git(own, "rev-parse", "main^{tree}"));
});

test("ignored and excluded files are left out, of the person and of the folder", async () => {
  const { folder, snapshot } = makeWorld({ a: "a\n", ".gitignore": "build/\n" });
  const ignore = join(temporaryFolder(), "ignore");
  writeFileSync(ignore, ".DS_Store\n");
  git(folder, "config", "--global", "core.excludesFile", ignore);
  writeFiles(folder, { "build/out": "x", ".DS_Store": "x", "core.dump": "x", kept: "k" });
  expect(await snapshot("*.dump\n")).toEqual(["100644 .gitignore", "100644 a", "100644 kept"]);
});

test("a second snapshot sees what changed since the first", async () => {
  const { folder, snapshot } = makeWorld();
  writeFiles(folder, { "src/c": "c" });
  expect(await snapshot()).toContain("100644 src/c");
  rmSync(join(folder, "src", "c"));
  writeFiles(folder, { "src/d": "d" });
  expect(await snapshot()).toEqual(["100644 a", "100644 src/b", "100644 src/d"]);
});

test("a repository inside the folder is taken as plain files", async () => {
  const { folder, snapshot } = makeWorld();
  writeFiles(folder, { "app/package.json": "{}", "app/.gitignore": "node_modules\n", "app/node_modules/x": "x" });
  git(join(folder, "app"), "init", "-q");
  git(join(folder, "app"), "add", "package.json");
  git(join(folder, "app"), "commit", "-qm", "inner");
  writeFiles(folder, { "app/late": "late", "app/deep/er": "e", "empty/inner/f": "f" });
  git(join(folder, "app", "deep"), "init", "-q");
  git(join(folder, "empty", "inner"), "init", "-q");
  expect(await snapshot()).toEqual([
    "100644 a",
    "100644 app/.gitignore",
    "100644 app/deep/er",
    "100644 app/late",
    "100644 app/package.json",
    "100644 empty/inner/f",
    "100644 src/b",
  ]);
});

test("more repositories than any work has are left out, and none becomes a submodule", async () => {
  const { folder, snapshot } = makeWorld();
  const model = temporaryRepository({ x: "x" });
  for (let number = 0; number < 55; number += 1) cpSync(model, join(folder, `cache/${number}`), { recursive: true });
  const entries = await snapshot();
  expect(entries.filter((entry) => entry.startsWith("160000"))).toEqual([]);
  expect(entries).toHaveLength(2 + 50);
});

test("a submodule of the base stays what it was, and no git runs in it", async () => {
  const own = temporaryRepository({ a: "a" });
  const inner = temporaryRepository({ i: "i" });
  git(own, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
  git(own, "commit", "-qm", "with submodule");
  const folder = temporaryFolder("worker");
  git(folder, "-c", "protocol.file.allow=always", "clone", "-q", "--recurse-submodules", own, ".");
  const canary = join(temporaryFolder(), "canary");
  const evil = writeScript(temporaryFolder(), "evil", `touch ${canary}; exit 1`);
  git(join(folder, "sub"), "config", "core.fsmonitor", evil);
  git(join(folder, "sub"), "config", "filter.x.clean", evil);
  commitFiles(join(folder, "sub"), { i: "committed" }, "in the submodule");
  writeFiles(folder, { "sub/.gitattributes": "* filter=x\n", "sub/i": "changed", b: "b" });
  rmSync(canary, { force: true });
  const door = openGit({ cwd: own, env: process.env });
  const tree = await door.snapshotFolder(folder, "main", {
    indexFile: join(temporaryFolder(), "index"),
    excludeFile: null,
  });
  expect(existsSync(canary)).toBe(false);
  const changes = await door.changedPaths("main", tree);
  expect(changes.map((change) => `${change.status} ${change.path}`)).toEqual(["A b"]);
  git(folder, "status");
  expect(existsSync(canary)).toBe(true);
});

test("settings and hooks of the worker's folder are not used", async () => {
  const { folder, snapshot } = makeWorld();
  const canary = join(temporaryFolder(), "canary");
  const evil = writeScript(temporaryFolder(), "evil", `touch ${canary}; cat`);
  for (const key of ["core.fsmonitor", "filter.x.clean", "filter.x.process"]) git(folder, "config", key, evil);
  writeScript(join(folder, ".git", "hooks"), "post-index-change", `touch ${canary}`);
  writeFiles(folder, { ".gitattributes": "* filter=x\n", c: "c" });
  expect(await snapshot()).toContain("100644 c");
  expect(existsSync(canary)).toBe(false);
});

test("an index that is broken or locked from an earlier time is made anew", async () => {
  const { door, own, folder } = makeWorld();
  writeFiles(folder, { c: "c" });
  const indexFile = join(temporaryFolder(), "index");
  writeFileSync(indexFile, "garbage that is longer than a header of an index");
  writeFileSync(`${indexFile}.lock`, "");
  const tree = await door.snapshotFolder(folder, "main", { indexFile, excludeFile: null });
  expect(git(own, "ls-tree", "--name-only", tree).split("\n")).toEqual(["a", "c", "src"]);
});

test("sockets and pipes are passed over", async () => {
  const { folder, snapshot } = makeWorld();
  makePipe(join(folder, "pipe"));
  writeFiles(folder, { z: "z" });
  expect(await snapshot()).toEqual(["100644 a", "100644 src/b", "100644 z"]);
});

test("a file that can't be read does not keep the others from being saved", async () => {
  const { own, folder } = makeWorld();
  writeFiles(folder, { locked: "x", z: "z" });
  chmodSync(join(folder, "locked"), 0);
  const door = openGit({ cwd: own, env: { ...process.env, PATH: pathOfHumbleGit() } });
  const options = { indexFile: join(temporaryFolder(), "index"), excludeFile: null };
  const tree = await door.snapshotFolder(folder, "main", options);
  expect(git(own, "ls-tree", "--name-only", tree).split("\n")).toEqual(["a", "src", "z"]);
});

/** A PATH whose git has no more power than a person's. */
function pathOfHumbleGit(): string {
  const folder = temporaryFolder();
  const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  writeScript(folder, "git", `exec ${humble([real]).join(" ")} "$@"`);
  return `${folder}:${process.env.PATH ?? ""}`;
}

test("a folder that is gone is a failure, not an empty tree", async () => {
  const { door } = makeWorld();
  const options = { indexFile: join(temporaryFolder(), "index"), excludeFile: null };
  await expect(door.snapshotFolder(join(temporaryFolder(), "gone"), "main", options)).rejects.toThrow();
});
