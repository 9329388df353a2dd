import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { runTogether } from "../../helpers/processes.ts";
import { bareRemote, git, temporaryFolder, temporaryRepository, writeScript } from "../../helpers/repositories.ts";
import { commitOf } from "../git-contract.ts";

const LEDGER = "refs/mission/ledger/crm";
const HOME = "refs/heads/main";

interface World {
  door: Git;
  remote: string;
  one: string;
  two: string;
}

/** A remote whose home and ledger stand at `one`. */
async function makeWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const remote = bareRemote();
  const timeouts = { listMs: 400, transferMs: 1_500 };
  const door = openGit({ cwd: temporaryRepository(), env: { ...process.env, ...env }, timeouts });
  const one = await commitOf(door, { a: "1" }, [], "one");
  const two = await commitOf(door, { a: "2" }, [one], "two");
  const updates = [HOME, LEDGER].map((name) => ({ name, new: one, old: null }));
  expect(await door.push(remote, updates)).toEqual({ kind: "won" });
  return { door, remote, one, two };
}

const forward = ({ one, two }: World) => [HOME, LEDGER].map((name) => ({ name, new: two, old: one }));
const tips = (remote: string) => git(remote, "for-each-ref", "--format=%(refname) %(objectname)").split("\n");

test("a server's hook that refuses moves nothing, and its words are told", async () => {
  const world = await makeWorld();
  writeScript(join(world.remote, "hooks"), "pre-receive", "echo 'not on a friday' >&2; exit 1");
  const before = tips(world.remote);
  const answer = await world.door.push(world.remote, forward(world));
  expect(answer).toMatchObject({ kind: "refused", ref: HOME, reason: expect.stringContaining("not on a friday") });
  expect(tips(world.remote)).toEqual(before);
});

test("a hook that refuses one ref holds back the others of the push", async () => {
  const world = await makeWorld();
  writeScript(join(world.remote, "hooks"), "update", `test "$1" != ${LEDGER}`);
  const before = tips(world.remote);
  expect(await world.door.push(world.remote, forward(world))).toMatchObject({ kind: "refused", ref: LEDGER });
  expect(tips(world.remote)).toEqual(before);
});

test("our own pre-push hook does not run", async () => {
  const world = await makeWorld();
  const canary = join(temporaryFolder(), "canary");
  writeScript(join(world.door.gitDir, "hooks"), "pre-push", `touch ${canary}; exit 1`);
  expect(await world.door.push(world.remote, forward(world))).toEqual({ kind: "won" });
  expect(existsSync(canary)).toBe(false);
});

test("a branch that is checked out on the server is refused", async () => {
  const world = await makeWorld();
  const checkout = temporaryRepository({ a: "a" });
  await world.door.fetch(checkout, ["+refs/heads/main:refs/remotes/x/main"]);
  const old = git(checkout, "rev-parse", "main");
  const next = await commitOf(world.door, { a: "b" }, [old], "next");
  const answer = await world.door.push(checkout, [{ name: HOME, new: next, old }]);
  expect(answer).toMatchObject({ kind: "refused", ref: HOME, reason: expect.stringContaining("checked out") });
});

test("a name below another ref of the server is refused, for reading again would not help", async () => {
  const world = await makeWorld();
  const answer = await world.door.push(world.remote, [{ name: `${LEDGER}/below`, new: world.one, old: null }]);
  expect(answer).toMatchObject({ kind: "refused", reason: expect.stringContaining("exists; cannot create") });
});

test.each([
  ["the ref has moved on", (world: World) => ({ name: LEDGER, new: world.two, old: null })],
  ["the ref is not there", (world: World) => ({ name: "refs/mission/in/r1", new: world.two, old: world.one })],
  ["the ref to delete has moved", (world: World) => ({ name: LEDGER, new: null, old: world.two })],
])("lost when %s", async (_when, update) => {
  const world = await makeWorld();
  const answer = await world.door.push(world.remote, [update(world), { name: HOME, new: world.two, old: world.one }]);
  expect(answer).toMatchObject({ kind: "lost", ref: update(world).name });
  expect(tips(world.remote)).toEqual([`${HOME} ${world.one}`, `${LEDGER} ${world.one}`]);
});

test("a lock of another push on the server is a loss", async () => {
  const world = await makeWorld();
  writeScript(join(world.remote, "refs/mission/ledger"), "crm.lock", "");
  expect(await world.door.push(world.remote, forward(world))).toMatchObject({ kind: "lost", ref: LEDGER });
});

test("a remote that vanished leaves the push unknown", async () => {
  const world = await makeWorld();
  rmSync(world.remote, { recursive: true });
  expect(await world.door.push(`file://${world.remote}`, forward(world))).toMatchObject({ kind: "unknown" });
});

test("a remote that never answers leaves the push unknown, within the time", async () => {
  const folder = temporaryFolder();
  const world = await makeWorld({ GIT_SSH_COMMAND: writeScript(folder, "sleep", "exec sleep 60") });
  const answer = await world.door.push("ssh://host/repository", forward(world));
  expect(answer).toEqual({ kind: "unknown", reason: expect.stringContaining("no answer in time"), late: true });
  expect(await world.door.listRemote("ssh://host/repository", ["refs/*"])).toHaveProperty("unreachable");
});

test("a push whose answer is lost is unknown, though the server moved the refs", async () => {
  const script = writeScript(temporaryFolder(), "mute", 'for last; do :; done; eval "$last"; exec sleep 60');
  const world = await makeWorld({ GIT_SSH_COMMAND: script, GIT_SSH_VARIANT: "simple" });
  expect(await world.door.push(`ssh://host${world.remote}`, forward(world))).toMatchObject({ kind: "unknown" });
  expect(tips(world.remote)).toEqual([`${HOME} ${world.two}`, `${LEDGER} ${world.two}`]);
});

test("a connection that breaks before the answer is unknown", async () => {
  const script = writeScript(temporaryFolder(), "cut", 'for last; do :; done; eval "$last" | head -c 300');
  const world = await makeWorld({ GIT_SSH_COMMAND: script, GIT_SSH_VARIANT: "simple" });
  expect(await world.door.push(`ssh://host${world.remote}`, forward(world))).toMatchObject({ kind: "unknown" });
});

test("a ref that must go forward is never rewound, even when its lease holds", async () => {
  const world = await makeWorld();
  const rewrite = await commitOf(world.door, { a: "x" }, [], "rewrite");
  const updates = [{ name: HOME, new: rewrite, old: world.one }];
  expect(await world.door.push(world.remote, updates)).toMatchObject({ kind: "refused", ref: HOME });
  expect(tips(world.remote)).toContain(`${HOME} ${world.one}`);
});

test("a long chain still counts as forward", async () => {
  const world = await makeWorld();
  let tip = world.one;
  for (let step = 0; step < 40; step += 1) tip = await commitOf(world.door, {}, [tip], `${step}`);
  expect(await world.door.push(world.remote, [{ name: LEDGER, new: tip, old: world.one }])).toEqual({ kind: "won" });
});

test.each(["main", "", "refs/", "-d"])("%j is no ref to push to", async (name) => {
  const world = await makeWorld();
  expect(await world.door.push(world.remote, [{ name, new: world.two, old: null }])).toMatchObject({ kind: "refused" });
});

test("an empty id never deletes", async () => {
  const world = await makeWorld();
  const answer = await world.door.push(world.remote, [{ name: HOME, new: "", old: world.one }]);
  expect(answer).toMatchObject({ kind: "refused" });
  expect(tips(world.remote)).toContain(`${HOME} ${world.one}`);
});

test("a commit that is not here is a failure, not an answer of the server", async () => {
  const world = await makeWorld();
  await expect(
    world.door.push(world.remote, [{ name: "refs/mission/x", new: "1".repeat(40), old: null }]),
  ).rejects.toThrow();
});

test("the person's settings for pushes change nothing", async () => {
  const world = await makeWorld();
  git(world.door.gitDir, "remote", "add", "origin", world.remote);
  git(world.door.gitDir, "config", "push.followTags", "true");
  git(world.door.gitDir, "config", "push.gpgSign", "true");
  git(world.door.gitDir, "config", "remote.origin.push", "+refs/heads/*:refs/heads/*");
  git(world.door.gitDir, "tag", "-a", "-m", "t", "v1", world.two);
  expect(await world.door.push("origin", forward(world))).toEqual({ kind: "won" });
  expect(tips(world.remote)).toHaveLength(2);
});

test("of four processes that push one ref at once, one wins each round", async () => {
  const { remote } = await makeWorld();
  const source = `
    import { openGit } from ${JSON.stringify(join(import.meta.dirname, "../../../src/doors/git-process.ts"))};
    const [folder, remote, name, startAt] = process.argv.slice(1);
    const git = openGit({ cwd: folder, env: process.env });
    const who = { name, email: "x@example.com" };
    const tree = await git.writeTree([]);
    const kinds = [];
    for (let round = 0; round < 6; round += 1) {
      const oid = await git.writeCommit({ tree, parents: [], message: name + round, author: who, committer: who, at: 0 });
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, Number(startAt) + round * 400 - Date.now())));
      const answer = await git.push(remote, ["a", "b"].map((part) => ({ name: "refs/mission/" + part + "/" + round, new: oid, old: null })));
      kinds.push(answer.kind);
    }
    console.log(JSON.stringify(kinds));
  `;
  const startAt = String(Date.now() + 1_500);
  const names = ["a", "b", "c", "d"];
  const answers = await runTogether(
    source,
    names.map((name) => [temporaryRepository(), remote, name, startAt]),
  );
  const kinds = answers.map((answer) => JSON.parse(answer) as string[]);
  const perRound = Array.from({ length: 6 }, (_, round) => kinds.map((own) => own[round]).sort());
  expect(perRound).toEqual(Array(6).fill(["lost", "lost", "lost", "won"]));
});
