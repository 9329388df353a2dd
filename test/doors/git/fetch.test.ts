import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import {
  bareRemote,
  cloneOf,
  commitFiles,
  git,
  temporaryFolder,
  temporaryRepository,
  writeScript,
} from "../../helpers/repositories.ts";

function makeClone(): { seed: string; remote: string; clone: string } {
  const seed = temporaryRepository({ a: "1" });
  const remote = bareRemote();
  git(seed, "push", "-q", remote, "main", "main:refs/mission/ledger/crm");
  return { seed, remote, clone: cloneOf(remote) };
}

test("a fetch touches nothing of the person's: tracking refs, tags, FETCH_HEAD", async () => {
  const { seed, remote, clone } = makeClone();
  const before = git(clone, "for-each-ref");
  commitFiles(seed, { a: "2" }, "second");
  git(seed, "tag", "v1");
  git(seed, "push", "-q", remote, "main", "v1");
  const door = openGit({ cwd: clone, env: process.env });
  expect(await door.fetch("origin", ["refs/heads/main:refs/mission/seen/main"])).toMatchObject({ kind: "ok" });
  expect(git(clone, "for-each-ref", "refs/heads", "refs/remotes", "refs/tags")).toBe(before);
  expect(git(clone, "rev-parse", "refs/mission/seen/main")).toBe(git(seed, "rev-parse", "main"));
  expect(existsSync(join(clone, ".git", "FETCH_HEAD"))).toBe(false);
});

test("settings that would prune, rewind or tag are without effect", async () => {
  const { seed, remote, clone } = makeClone();
  git(clone, "config", "fetch.prune", "true");
  git(clone, "config", "fetch.pruneTags", "true");
  git(clone, "config", "fetch.showForcedUpdates", "false");
  git(clone, "config", "remote.origin.tagOpt", "--tags");
  git(clone, "tag", "mine");
  const door = openGit({ cwd: clone, env: process.env });
  const refspec = "refs/mission/*:refs/mission/*";
  await door.fetch("origin", [refspec]);
  const tip = git(clone, "rev-parse", "refs/mission/ledger/crm");
  commitFiles(seed, { a: "x" }, "elsewhere");
  const rewrite = git(seed, "commit-tree", "-m", "rewrite", "main^{tree}");
  git(seed, "push", "-q", remote, `+${rewrite}:refs/mission/ledger/crm`, "main:refs/tags/theirs");
  const answer = await door.fetch("origin", [refspec], { prune: true });
  expect(answer).toEqual({ kind: "ok", rejected: ["refs/mission/ledger/crm"], missing: [] });
  expect(git(clone, "rev-parse", "refs/mission/ledger/crm")).toBe(tip);
  expect(git(clone, "tag")).toBe("mine");
});

test("what was rejected is told by its full name, below heads too", async () => {
  const { seed, remote, clone } = makeClone();
  const door = openGit({ cwd: clone, env: process.env });
  const refspec = "refs/heads/*:refs/heads/mission-state/*";
  await door.fetch(remote, [refspec]);
  const rewrite = git(seed, "commit-tree", "-m", "rewrite", "main^{tree}");
  git(seed, "push", "-q", remote, `+${rewrite}:refs/heads/main`, "main:refs/heads/more");
  const answer = await door.fetch(remote, [refspec]);
  expect(answer).toEqual({ kind: "ok", rejected: ["refs/heads/mission-state/main"], missing: [] });
  expect(git(clone, "rev-parse", "refs/heads/mission-state/more")).toBe(git(seed, "rev-parse", "main"));
});

test("a ref here that another process of this clone moves meanwhile is fetched once more", async () => {
  const { seed, remote, clone } = makeClone();
  const refspec = "refs/mission/*:refs/mission/*";
  const plain = openGit({ cwd: clone, env: process.env });
  await plain.fetch("origin", [refspec]);
  const between = commitFiles(seed, { a: "2" }, "second");
  git(seed, "push", "-q", remote, `${between}:refs/heads/between`);
  await plain.fetch("origin", ["refs/heads/between:refs/between"]);
  const tip = commitFiles(seed, { a: "3" }, "third");
  git(seed, "push", "-q", remote, `${tip}:refs/mission/ledger/crm`);
  // The server packs between the look at the refs here and their move.
  const place = temporaryFolder();
  const move = `git --git-dir='${clone}/.git' update-ref refs/mission/ledger/crm ${between}`;
  const hook = writeScript(place, "pack", `env -u GIT_DIR ${move} && echo moved >> '${place}/races'; exec "$@"`);
  const settings = join(place, "config");
  git(clone, "config", "--file", settings, "uploadpack.packObjectsHook", hook);
  const door = openGit({ cwd: clone, env: { ...process.env, GIT_CONFIG_GLOBAL: settings } });
  expect(await door.fetch("origin", [refspec])).toEqual({ kind: "ok", rejected: [], missing: [] });
  expect(readFileSync(join(place, "races"), "utf8")).toBe("moved\n");
  expect(git(clone, "rev-parse", "refs/mission/ledger/crm")).toBe(tip);
});

test("a ref here that moves at each try is told after the fifth", async () => {
  const place = temporaryFolder();
  const words = "error: cannot lock ref 'refs/mission/stop': is at 1 but expected 2";
  writeScript(place, "git", `echo tried >> '${place}/tries'; echo "${words}" >&2; exit 1`);
  const env = { ...process.env, PATH: `${place}${delimiter}${process.env.PATH}` };
  const door = openGit({ cwd: temporaryRepository(), env });
  const answer = await door.fetch("origin", ["refs/*:refs/*"]);
  expect(answer).toEqual({ kind: "unreachable", reason: words });
  expect(readFileSync(join(place, "tries"), "utf8")).toBe("tried\n".repeat(5));
});

test("a remote that never answers is unreachable within the time", async () => {
  const env = { ...process.env, GIT_SSH_COMMAND: writeScript(temporaryFolder(), "sleep", "exec sleep 60") };
  const door = openGit({ cwd: temporaryRepository(), env, timeouts: { listMs: 300, transferMs: 300 } });
  const unreachable = expect.stringContaining("no answer in time");
  expect(await door.listRemote("ssh://host/x", ["refs/*"])).toEqual({ unreachable });
  expect(await door.fetch("ssh://host/x", ["refs/*:refs/*"])).toEqual({ kind: "unreachable", reason: unreachable });
});

test("a remote's refs are matched from their beginning, its HEAD is read anew", async () => {
  const { seed, remote, clone } = makeClone();
  git(seed, "push", "-q", remote, "main:refs/heads/refs/mission/x", "main:refs/heads/trunk");
  git(remote, "symbolic-ref", "HEAD", "refs/heads/trunk");
  const listed = await openGit({ cwd: clone, env: process.env }).listRemote("origin", ["refs/mission/*"]);
  const tip = git(seed, "rev-parse", "main");
  expect(listed).toEqual({ refs: new Map([["refs/mission/ledger/crm", tip]]), head: "refs/heads/trunk" });
});

test("an empty remote has no refs and no head", async () => {
  const listed = await openGit({ cwd: temporaryRepository(), env: process.env }).listRemote(bareRemote(), ["refs/*"]);
  expect(listed).toEqual({ refs: new Map(), head: null });
});
