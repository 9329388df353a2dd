import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findRepository, openGit } from "../../../src/doors/git-process.ts";
import {
  bareRemote,
  commitFiles,
  git,
  temporaryFolder,
  temporaryRepository,
  writeScript,
} from "../../helpers/repositories.ts";

test("a repository is found from a folder deep in its checkout", () => {
  const folder = temporaryRepository({ "src/deep/a": "a" });
  const expected = { kind: "found", gitDir: join(folder, ".git"), worktree: folder, isBare: false };
  expect(findRepository(join(folder, "src/deep"))).toEqual(expected);
  expect(findRepository(folder)).toEqual(expected);
  expect(findRepository(join(folder, ".git", "refs"))).toEqual(expected);
});

test("a linked worktree leads to the common git directory, and is itself the checkout", () => {
  const folder = temporaryRepository({ a: "a" });
  const linked = join(temporaryFolder(), "linked");
  git(folder, "worktree", "add", "-q", linked);
  expect(findRepository(linked)).toEqual({
    kind: "found",
    gitDir: join(folder, ".git"),
    worktree: linked,
    isBare: false,
  });
});

test("a bare repository has no checkout, its linked worktrees have", () => {
  const bare = bareRemote();
  expect(findRepository(join(bare, "refs"))).toEqual({ kind: "found", gitDir: bare, worktree: null, isBare: true });
  const seed = temporaryRepository({ a: "a" });
  git(seed, "push", "-q", bare, "main");
  const linked = join(temporaryFolder(), "linked");
  git(bare, "worktree", "add", "-q", linked, "main");
  expect(findRepository(linked)).toEqual({ kind: "found", gitDir: bare, worktree: linked, isBare: true });
});

test("the git directory is the real one, so that two ways to it are one repository", () => {
  const folder = temporaryRepository();
  const link = join(temporaryFolder(), "link");
  symlinkSync(folder, link);
  expect(findRepository(link)).toMatchObject({ gitDir: join(folder, ".git"), worktree: folder });
});

test("GIT_DIR wins over where one stands", () => {
  const folder = temporaryRepository();
  const elsewhere = temporaryRepository();
  expect(findRepository(elsewhere, { GIT_DIR: join(folder, ".git") })).toMatchObject({ gitDir: join(folder, ".git") });
  expect(findRepository(elsewhere, { GIT_DIR: "nowhere" })).toEqual({
    kind: "missing",
    reason: "GIT_DIR is nowhere, which is not a git directory",
  });
});

test("no repository, and a pointer that leads nowhere, are told apart", () => {
  const folder = temporaryFolder();
  expect(findRepository(folder)).toEqual({ kind: "missing", reason: `${folder} is not in a git repository` });
  writeFileSync(join(folder, ".git"), "gitdir: ../nowhere\n");
  expect(findRepository(folder)).toMatchObject({
    reason: expect.stringContaining("nowhere, which is not a git directory"),
  });
  expect(() => openGit({ cwd: folder, env: process.env })).toThrow("not a git directory");
});

test("a repository of another user counts only where git itself trusts it", () => {
  const folder = temporaryRepository();
  vi.spyOn(process, "getuid").mockReturnValue(4_242);
  expect(findRepository(folder, process.env)).toMatchObject({ kind: "found" });
  const bin = temporaryFolder();
  writeScript(bin, "git", "echo \"fatal: detected dubious ownership in repository at '$PWD'\" >&2; exit 128");
  const answer = findRepository(folder, { ...process.env, PATH: `${bin}:${process.env.PATH}` });
  vi.restoreAllMocks();
  expect(answer).toMatchObject({ kind: "missing", reason: expect.stringMatching(/^detected dubious ownership/) });
});

test("the search ends below a ceiling", () => {
  const folder = temporaryRepository();
  const below = join(folder, "below", "deep");
  mkdirSync(below, { recursive: true });
  expect(findRepository(below, { GIT_CEILING_DIRECTORIES: folder })).toMatchObject({ kind: "missing" });
});

test("finding and reading what the files tell starts no git", async () => {
  const folder = temporaryRepository({ a: "a" });
  git(folder, "config", "mission.remote", "upstream");
  const door = openGit({ cwd: folder, env: process.env });
  expect(await door.readHead()).toBe("refs/heads/main");
  expect(await door.readConfig("mission.remote")).toBe("upstream");
  expect(await door.readConfig("mission.default")).toBeNull();
  expect([door.isShallow, door.isPartial, door.isBare]).toEqual([false, false, false]);
  expect(await door.listWorktrees()).toHaveLength(1);
  expect(door.processCount).toBe(0);
});

test("a shallow and a partial clone are known for what they are", () => {
  const folder = temporaryRepository({ a: "a" });
  commitFiles(folder, { a: "b" }, "second");
  git(folder, "config", "uploadpack.allowFilter", "true");
  const shallow = temporaryFolder();
  git(shallow, "clone", "-q", "--depth=1", `file://${folder}`, ".");
  const partial = temporaryFolder();
  git(partial, "clone", "-q", "--filter=blob:none", `file://${folder}`, ".");
  const kinds = [folder, shallow, partial].map((cwd) => openGit({ cwd, env: process.env }));
  expect(kinds.map((door) => door.isShallow)).toEqual([false, true, false]);
  expect(kinds.map((door) => door.isPartial)).toEqual([false, false, true]);
});

test("a detached HEAD points at no branch", async () => {
  const folder = temporaryRepository({ a: "a" });
  git(folder, "checkout", "-q", "--detach");
  expect(await openGit({ cwd: folder, env: process.env }).readHead()).toBeNull();
});

test("a repository with longer ids works the same", async () => {
  const folder = temporaryFolder();
  git(folder, "init", "-q", "--object-format=sha256");
  const head = commitFiles(folder, { "missions/a/m": "m", "src/a": "a" }, "first");
  const door = openGit({ cwd: folder, env: process.env });
  expect(head).toHaveLength(64);
  const code = await door.codeTree(head, ["missions"]);
  rmSync(join(folder, "missions"), { recursive: true });
  expect(code).toBe(git(folder, "rev-parse", `${commitFiles(folder, {}, "no missions")}^{tree}`));
  const who = { name: "A", email: "a@example.com" };
  const tree = await door.writeTree([]);
  const record = await door.writeCommit({ tree, parents: [], message: "x", author: who, committer: who, at: 0 });
  expect(await door.updateRefs([{ name: "refs/mission/ledger/x", new: record, old: null }])).toEqual({ kind: "won" });
  expect(git(folder, "fsck", "--no-dangling")).toBe("");
  door.close();
});
