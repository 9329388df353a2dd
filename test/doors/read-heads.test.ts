/** What names work in a workspace's own git directory: all of it is read, or it is damaged. */

import { copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHeads } from "../../src/doors/workspace/read-heads.ts";
import {
  commitFiles,
  git,
  makePipe,
  temporaryFolder,
  temporaryRepository,
  writeFiles,
} from "../helpers/repositories.ts";

/** Two entries in the stash, packed branches, and a detached HEAD. */
function aWorkspace(): { workspace: string; gitDir: string } {
  const workspace = temporaryRepository({ "f.txt": "1\n" });
  for (const text of ["2\n", "3\n"]) {
    writeFiles(workspace, { "f.txt": text });
    git(workspace, "stash", "-q");
  }
  git(workspace, "branch", "side");
  git(workspace, "pack-refs", "--all");
  git(workspace, "checkout", "-q", "--detach");
  return { workspace, gitDir: join(workspace, ".git") };
}

function headsOf(workspace: string): Record<string, string> {
  const heads = readHeads(workspace);
  if (heads.kind !== "read") throw new Error(JSON.stringify(heads));
  return Object.fromEntries(heads.heads.map(({ ref, oid }) => [ref, oid]));
}

test("branches, all entries of the stash and HEAD are read", () => {
  const { workspace } = aWorkspace();
  const names = ["HEAD", "refs/heads/main", "refs/heads/side", "refs/stash", "stash@{0}", "stash@{1}"];
  expect(headsOf(workspace)).toEqual(
    Object.fromEntries(names.map((name) => [name, git(workspace, "rev-parse", name)])),
  );
});

test("what only a linked worktree names is read: its HEAD, its own refs, its bisect", () => {
  const { workspace } = aWorkspace();
  const linked = join(temporaryFolder("linked"), "linked");
  git(workspace, "worktree", "add", "-q", "--detach", linked);
  const good = git(linked, "rev-parse", "HEAD");
  const kept = commitFiles(linked, { "f.txt": "kept\n" }, "kept");
  git(linked, "update-ref", "refs/worktree/kept", kept);
  const bad = commitFiles(linked, { "f.txt": "bad\n" }, "bad");
  git(linked, "update-ref", "refs/bisect/bad", bad);
  git(linked, "checkout", "-q", good);
  expect(headsOf(workspace)).toMatchObject({
    "HEAD of its worktree linked": good,
    "refs/worktree/kept of its worktree linked": kept,
    "refs/bisect/bad of its worktree linked": bad,
  });
});

const FILES = ["logs/refs/stash", "HEAD", "packed-refs", "refs/heads/new"];
const KINDS: Readonly<Record<string, (path: string) => void>> = {
  "a pipe": makePipe,
  "a link to a whole one": (path) => {
    const elsewhere = join(temporaryFolder("elsewhere"), "file");
    copyFileSync(`${path}.was`, elsewhere);
    symlinkSync(elsewhere, path);
  },
  "a link that leads nowhere": (path) => symlinkSync("nowhere", path),
  huge: (path) => {
    copyFileSync(`${path}.was`, path);
    truncateSync(path, 64 * 1024 * 1024);
  },
};

test.each(FILES.flatMap((file) => Object.keys(KINDS).map((kind) => [file, kind] as const)))(
  "%s that is %s is damaged",
  (file, kind) => {
    const { workspace, gitDir } = aWorkspace();
    const path = join(gitDir, file);
    if (file === "refs/heads/new") git(workspace, "branch", "new");
    renameSync(path, `${path}.was`);
    KINDS[kind]?.(path);
    if (file.startsWith("refs/")) rmSync(`${path}.was`);
    expect(readHeads(workspace)).toEqual({ kind: "damaged", reason: `its ${file} can't be read` });
  },
);

test.each(["logs", "logs/refs", "refs", "refs/heads", "worktrees"])(
  "%s that is a link to another folder, or no folder, is damaged",
  (folder) => {
    const { workspace, gitDir } = aWorkspace();
    const path = join(gitDir, folder);
    mkdirSync(path, { recursive: true });
    renameSync(path, join(gitDir, "moved"));
    symlinkSync(join(gitDir, "moved"), path);
    expect(readHeads(workspace)).toEqual({ kind: "damaged", reason: `its ${folder} can't be read` });
    rmSync(path);
    writeFileSync(path, "");
    expect(readHeads(workspace)).toEqual({ kind: "damaged", reason: `its ${folder} can't be read` });
  },
);

test("a HEAD that is gone, and packed refs that are garbage, are damaged; a stash log that is gone is not", () => {
  const { workspace, gitDir } = aWorkspace();
  rmSync(join(gitDir, "logs/refs/stash"));
  expect(Object.keys(headsOf(workspace))).toEqual(["refs/heads/main", "refs/heads/side", "refs/stash", "HEAD"]);
  writeFileSync(join(gitDir, "packed-refs"), "garbage\n");
  expect(readHeads(workspace)).toMatchObject({ kind: "damaged", reason: "its packed-refs can't be read" });
  rmSync(join(gitDir, "packed-refs"));
  rmSync(join(gitDir, "HEAD"));
  expect(readHeads(workspace)).toMatchObject({ kind: "damaged", reason: "its HEAD can't be read" });
});
