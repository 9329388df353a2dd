/** A remote whose address is a relative path is the one that plain git in the checkout reaches. */

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import { commitFiles, git, temporaryFolder } from "../../helpers/repositories.ts";

/** A folder with `remote.git`, and `top`, a repository with a commit, whose origin is `../remote.git`. */
function aPlace(): { folder: string; remote: string; top: string; commit: string } {
  const folder = temporaryFolder("place");
  const [remote, top] = [join(folder, "remote.git"), join(folder, "top")];
  git(folder, "init", "-q", "--bare", "-b", "main", remote);
  git(folder, "init", "-q", "-b", "main", top);
  const commit = commitFiles(top, { "sub/a": "1" }, "first");
  git(top, "remote", "add", "origin", "../remote.git");
  return { folder, remote, top, commit };
}

/** Pushes a ref, lists it and fetches it under another name. */
async function useRemote(cwd: string, commit: string): Promise<unknown> {
  const door = openGit({ cwd, env: process.env });
  try {
    const name = "refs/mission/ledger/crm";
    const pushed = await door.push("origin", [{ name, old: null, new: commit }]);
    const listed = await door.listRemote("origin", [name]);
    const fetched = await door.fetch("origin", [`${name}:refs/mission/seen`]);
    const seen = (await door.listRefs(["refs/mission/seen"])).get("refs/mission/seen");
    return [pushed.kind, "refs" in listed ? listed.refs.get(name) : listed.unreachable, fetched.kind, seen];
  } finally {
    door.close();
  }
}

/** Whether plain git reaches it from there. */
function reaches(cwd: string): boolean {
  try {
    execFileSync("git", ["ls-remote", "origin"], { cwd, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test.each([
  ["the top of a checkout", "."],
  ["a folder in it", "sub"],
  ["its git directory, which is all that a run is told,", ".git"],
])("from %s it begins at the top", async (_, at) => {
  const { top, commit } = aPlace();
  expect(reaches(top)).toBe(true);
  expect(await useRemote(join(top, at), commit)).toEqual(["won", commit, "ok", commit]);
});

test.each([
  ["beside the main one, where plain git reaches it as well", "linked", true],
  ["elsewhere, where plain git does not", "far/away/linked", false],
])("from a linked checkout %s, it begins at the top of the main one", async (_, at, isReached) => {
  const { folder, top, commit } = aPlace();
  const linked = join(folder, at);
  git(top, "worktree", "add", "-q", "-b", "side", linked);
  expect(reaches(linked)).toBe(isReached);
  expect(await useRemote(linked, commit)).toEqual(["won", commit, "ok", commit]);
});

test("from a bare repository it begins at the repository", async () => {
  const { folder, top, commit } = aPlace();
  const bare = join(folder, "bare.git");
  git(folder, "clone", "-q", "--bare", top, bare);
  git(bare, "config", "remote.origin.url", "../remote.git");
  expect(reaches(bare)).toBe(true);
  expect(await useRemote(bare, commit)).toEqual(["won", commit, "ok", commit]);
});

test("where the checkout lies elsewhere it begins there, and at the repository when that folder is gone", async () => {
  const { folder, top, commit } = aPlace();
  const elsewhere = join(folder, "further", "elsewhere");
  mkdirSync(elsewhere, { recursive: true });
  git(top, "config", "core.worktree", elsewhere);
  git(top, "config", "remote.origin.url", "../../remote.git");
  expect(reaches(join(top, ".git"))).toBe(true);
  expect(await useRemote(join(top, ".git"), commit)).toEqual(["won", commit, "ok", commit]);
  git(top, "config", "core.worktree", join(folder, "gone"));
  const answer = await openGit({ cwd: join(top, ".git"), env: process.env }).listRemote("origin", ["refs/heads/main"]);
  expect(answer).toMatchObject({ refs: expect.anything() });
});
