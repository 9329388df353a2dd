/** A run whose workspace starts at kept work that home did not take. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aWorld } from "../world.ts";

const DONE = "echo 'DONE: it is all there already'";
const MERGE = "git merge -q home >/dev/null";

/** The work and home have other words in `list.txt`, and each a file of its own. */
async function aConflict(script: string) {
  const { clone, order, base } = await aWorld({ files: { "list.txt": "start\n" } });
  const commit = (name: string): string => {
    clone.run("checkout", "-q", "--detach", base);
    for (const file of ["list.txt", `${name}.txt`]) writeFileSync(join(clone.folder, file), `${name}\n`);
    clone.run("add", "-A");
    clone.run("commit", "-q", "-m", name);
    return clone.run("rev-parse", "HEAD");
  };
  const [home, work] = [commit("home"), commit("work")];
  const run = await order(script, { base: home, start: work, conflicted: true });
  await run.carryOut();
  const { fact, body } = await run.ended();
  const goOn = async (next: string) => {
    const later = await order(next, { base: home, start: fact.head ?? "" });
    await later.carryOut();
    return later.ended();
  };
  const read = (path: string) => clone.run("show", `${fact.head}:${path}`);
  return { clone, home, work, fact, body, read, goOn };
}

test.each([
  ["nothing", DONE],
  ["nothing, and wishes for a review", "echo 'REVIEW: look'"],
])("who does %s has failed, and the work from before stays what is kept", async (_title, script) => {
  const { fact, body } = await aConflict(script);
  expect(fact).toMatchObject({ outcome: "failed", head: null });
  expect(body).toContain("The conflict with what has landed is still there: list.txt");
});

test.each([
  ["works on something else", `echo more > more.txt; git add -A; git commit -qm more; ${DONE}`],
  ["leaves something else uncommitted", `echo more > more.txt; ${DONE}`],
  ["works on the file and does not merge", `echo mine > list.txt; git commit -qam mine; ${DONE}`],
  ["says nothing at its end", "echo more > more.txt"],
  ["commits a merge with its markers", `${MERGE}; git add -A; git commit -qm both; ${DONE}`],
])("who %s has failed, and what it did is kept", async (_title, script) => {
  const { clone, work, fact, body } = await aConflict(script);
  expect(fact.outcome).toBe("failed");
  expect(body).toContain("still there: list.txt");
  expect(fact.head).not.toBeNull();
  clone.run("merge-base", "--is-ancestor", work, fact.head ?? "");
});

test("who merges home and resolves it has delivered", async () => {
  const { clone, home, work, fact, read } = await aConflict(
    `${MERGE}; printf 'home\\nwork\\n' > list.txt; git add -A; git commit -qm both; ${DONE}`,
  );
  expect(fact.outcome).toBe("delivered");
  expect(read("list.txt")).toBe("home\nwork");
  for (const side of [home, work]) clone.run("merge-base", "--is-ancestor", side, fact.head ?? "");
});

test("who takes its own words back has delivered what is left", async () => {
  const { fact, read } = await aConflict(`echo start > list.txt; git commit -qam back; ${DONE}`);
  expect(fact.outcome).toBe("delivered");
  expect(read("work.txt")).toBe("work");
});

/** As an agent does it whose sandbox keeps `.git` from being written. */
test.each(["DONE", "REVIEW"])("who says %s and brings both together in its files alone has delivered", async (word) => {
  const { clone, home, work, fact, read } = await aConflict(
    `printf 'home\\nwork\\n' > list.txt; echo more > more.txt; echo '${word}: both'`,
  );
  expect(fact.outcome).toBe("delivered");
  expect(read("list.txt")).toBe("home\nwork");
  expect(["home.txt", "work.txt", "more.txt"].map(read)).toEqual(["home", "work", "more"]);
  for (const side of [home, work]) clone.run("merge-base", "--is-ancestor", side, fact.head ?? "");
});

test("a file that is to go counts as brought together as well", async () => {
  const { clone, fact, read } = await aConflict(`rm list.txt; ${DONE}`);
  expect(fact.outcome).toBe("delivered");
  expect(clone.run("ls-tree", "--name-only", fact.head ?? "", "list.txt")).toBe("");
  expect(read("home.txt")).toBe("home");
});

test.each([
  ["leaves markers in its files", `printf '<<<<<<< a\\nhome\\n=======\\nwork\\n>>>>>>> b\\n' > list.txt; ${DONE}`],
  ["is in the middle of it", "printf 'home\\nwork\\n' > list.txt; exit 1"],
  ["commits its files and does not merge", `printf 'home\\nwork\\n' > list.txt; git commit -qam both; ${DONE}`],
])("home is not taken for merged where the worker %s", async (_title, script) => {
  const { clone, home, fact } = await aConflict(script);
  expect(fact.outcome).toBe("failed");
  expect(clone.run("merge-base", home, fact.head ?? "")).not.toBe(home);
});

test("markers in a merge that was committed with them are not landed by whoever goes on from it", async () => {
  const { goOn } = await aConflict(`${MERGE}; git add -A; git commit -qm both; ${DONE}`);
  const { fact, body } = await goOn(DONE);
  expect(fact.outcome).toBe("failed");
  expect(body).toContain("still there: list.txt");
  expect((await goOn(`printf 'home\\nwork\\n' > list.txt; ${DONE}`)).fact.outcome).toBe("delivered");
});
