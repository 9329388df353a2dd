import { spawn } from "node:child_process";
import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { runTogether } from "../../helpers/processes.ts";
import { git, temporaryRepository } from "../../helpers/repositories.ts";
import { commitOf } from "../git-contract.ts";

const LEDGER = "refs/mission/ledger/crm";
const HOUR = 3_600_000;

async function makeLedger(): Promise<{ door: Git; folder: string; tip: string; next: string }> {
  const folder = temporaryRepository({ a: "a" });
  const door = openGit({ cwd: folder, env: process.env });
  const tip = await commitOf(door, {}, [], "one");
  const next = await commitOf(door, {}, [tip], "two");
  await door.updateRefs([{ name: LEDGER, new: tip, old: null }]);
  return { door, folder, tip, next };
}

function lockFile(folder: string, name: string, ageMs: number): string {
  const file = join(folder, ".git", `${name}.lock`);
  writeFileSync(file, "");
  const then = new Date(Date.now() - ageMs);
  utimesSync(file, then, then);
  return file;
}

test("a lock that a killed git left is named with the step that clears it", async () => {
  const { door, folder, tip, next } = await makeLedger();
  const file = lockFile(folder, LEDGER, HOUR);
  const answer = await door.updateRefs([{ name: LEDGER, new: next, old: tip }]);
  expect(answer).toEqual({
    kind: "lost",
    ref: LEDGER,
    reason: `${file} was left behind 60 minutes ago and no git is running here: mission doctor --fix`,
  });
});

test("a fresh lock belongs to a git at work", async () => {
  const { door, folder, tip, next } = await makeLedger();
  const file = lockFile(folder, LEDGER, 0);
  const answer = await door.updateRefs([{ name: LEDGER, new: next, old: tip }]);
  expect(answer).toMatchObject({ kind: "lost", reason: expect.stringContaining(`${file} is held by another git`) });
});

test("an old lock is no debris while a git runs in the repository", async () => {
  const { door, folder, tip, next } = await makeLedger();
  lockFile(folder, LEDGER, HOUR);
  const busy = spawn("git", ["-C", folder, "hash-object", "--stdin"], { stdio: ["pipe", "ignore", "ignore"] });
  const answer = await door.updateRefs([{ name: LEDGER, new: next, old: tip }]);
  busy.kill();
  expect(answer).toMatchObject({ kind: "lost", reason: expect.stringContaining("held by another git") });
});

test("debris on the packed refs is named too", async () => {
  const { door, folder, tip } = await makeLedger();
  const file = lockFile(folder, "packed-refs", HOUR);
  const answer = await door.updateRefs([{ name: LEDGER, new: null, old: tip }]);
  expect(answer).toMatchObject({ kind: "lost", reason: expect.stringContaining(`${file} was left behind`) });
});

test("a lock on the index is in nobody's way", async () => {
  const { door, folder, tip, next } = await makeLedger();
  lockFile(folder, "index", HOUR);
  expect(await door.updateRefs([{ name: LEDGER, new: next, old: tip }])).toEqual({ kind: "won" });
});

test.each(["", "garbage\n", "1234"])(
  "a ref file that holds %j is reported and can't be swapped blindly",
  async (text) => {
    const { door, folder, tip, next } = await makeLedger();
    writeFileSync(join(folder, ".git", LEDGER), text);
    expect((await door.listRefs(["refs/mission"])).size).toBe(0);
    expect(door.brokenRefs).toEqual([LEDGER]);
    const reason = `${LEDGER} is unreadable: remove the file ${folder}/.git/${LEDGER} and fetch it again`;
    for (const old of [tip, null]) {
      expect(await door.updateRefs([{ name: LEDGER, new: next, old }])).toEqual({ kind: "lost", ref: LEDGER, reason });
    }
    expect((await door.listRefs(["refs/heads"])).size).toBe(1);
    expect(door.brokenRefs).toEqual([]);
  },
);

test("a symbolic ref is replaced itself, and what it points at stays", async () => {
  const { door, folder, tip } = await makeLedger();
  const main = git(folder, "rev-parse", "main");
  git(folder, "symbolic-ref", "refs/mission/in/r1", "refs/heads/main");
  expect(await door.updateRefs([{ name: "refs/mission/in/r1", new: tip, old: main }])).toEqual({ kind: "won" });
  expect(git(folder, "rev-parse", "main")).toBe(main);
});

test("one process reads all refs, packed or not", async () => {
  const { door, folder, tip } = await makeLedger();
  git(folder, "pack-refs", "--all");
  expect(existsSync(join(folder, ".git", LEDGER))).toBe(false);
  const before = door.processCount;
  const refs = await door.listRefs(["refs/mission", "refs/heads"]);
  expect(refs).toEqual(
    new Map([
      ["refs/heads/main", git(folder, "rev-parse", "main")],
      [LEDGER, tip],
    ]),
  );
  expect(door.processCount - before).toBe(1);
});

test("of four processes that swap one ref at once, one wins each round", async () => {
  const { door, folder, tip } = await makeLedger();
  const source = `
    import { openGit } from ${JSON.stringify(join(import.meta.dirname, "../../../src/doors/git-process.ts"))};
    const [folder, name, startAt, tip] = process.argv.slice(1);
    const git = openGit({ cwd: folder, env: process.env });
    const who = { name, email: "x@example.com" };
    const tree = await git.writeTree([]);
    const won = [];
    for (let round = 0; round < 10; round += 1) {
      const oid = await git.writeCommit({ tree, parents: [tip], message: name + round, author: who, committer: who, at: 0 });
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, Number(startAt) + round * 150 - Date.now())));
      const answer = await git.updateRefs([{ name: "refs/mission/race/" + round, new: oid, old: null }]);
      won.push(answer.kind === "won" ? 1 : 0);
    }
    console.log(JSON.stringify(won));
  `;
  const startAt = String(Date.now() + 1_500);
  const answers = await runTogether(
    source,
    ["a", "b", "c", "d"].map((name) => [folder, name, startAt, tip]),
  );
  const wins = answers.map((answer) => JSON.parse(answer) as number[]);
  const perRound = Array.from({ length: 10 }, (_, round) => wins.reduce((sum, own) => sum + (own[round] ?? 0), 0));
  expect(perRound).toEqual(Array(10).fill(1));
  expect((await door.listRefs(["refs/mission/race"])).size).toBe(10);
});
