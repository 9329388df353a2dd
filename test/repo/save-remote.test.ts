import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { saveEdits } from "../../src/repo/save.ts";
import { AUTH, beginLedger, cloneOf, FEATURE, makeCloned, openWorld, type Repository, SCHEMA } from "./save-world.ts";

const origin = { remote: "origin" };

test("a save is pushed, and branch, checkout and remote agree", async () => {
  const { repository, remote } = makeCloned();
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ branch: "main" }], notes: [] });
  expect(remote.git("rev-parse", "main")).toBe(repository.git("rev-parse", "HEAD"));
  expect(repository.git("rev-parse", "origin/main")).toBe(repository.git("rev-parse", "HEAD"));
  expect(repository.status()).toBe("");
});

test("a checkout that is behind is brought along, with what the other side wrote", async () => {
  const { repository, remote } = makeCloned();
  const other = cloneOf(remote);
  other.edit(SCHEMA, "Third line.", "Third line, theirs.");
  other.edit("src/code.txt", "code", "landed");
  other.commit("theirs");
  other.git("push", "-q");
  repository.edit(SCHEMA, "First line.", "First line, mine.");
  repository.write("notes.txt", "mine\n");
  repository.edit("README.md", "hello", "staged");
  repository.git("add", "README.md");

  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ branch: "main" }], notes: [] });

  const merged = FEATURE.replace("First line.", "First line, mine.").replace("Third line.", "Third line, theirs.");
  expect(remote.show(`main:${SCHEMA}`)).toBe(merged);
  expect(repository.read(SCHEMA)).toBe(merged);
  expect(repository.read("src/code.txt")).toBe("landed\n");
  expect(repository.git("rev-parse", "HEAD")).toBe(remote.git("rev-parse", "main"));
  expect(repository.status().split("\n")).toEqual(["M  README.md", "?? notes.txt"]);
});

test("a checkout that can't be brought along keeps the person's file, and a pull after that goes through", async () => {
  const { repository, remote } = makeCloned();
  const other = cloneOf(remote);
  other.edit("src/code.txt", "code", "landed");
  other.commit("theirs");
  other.git("push", "-q");
  repository.edit(SCHEMA, "First line.", "First line, mine.");
  repository.write("src/code.txt", "mine, not committed\n");

  const result = await saveEdits(openWorld(repository, origin));

  expect(result).toMatchObject({ saved: [{ branch: "main" }], notes: [expect.stringContaining("git pull")] });
  expect(repository.read("src/code.txt")).toBe("mine, not committed\n");
  expect(repository.read(SCHEMA)).toContain("First line, mine.");
  repository.git("checkout", "-q", "--", "src/code.txt");
  repository.git("pull", "-q", "--ff-only");
  expect(repository.status()).toBe("");
});

test("commits of code that are not pushed stay the person's: only the mission edits are pushed", async () => {
  const { repository, remote } = makeCloned();
  repository.edit("src/code.txt", "code", "half done");
  repository.commit("wip, secret");
  repository.edit(SCHEMA, "First", "1st");

  const result = await saveEdits(openWorld(repository, origin));

  expect(result).toMatchObject({ saved: [{ branch: "main" }], notes: [expect.stringContaining("git pull --rebase")] });
  expect(remote.show("main:src/code.txt")).toBe("code\n");
  expect(remote.show(`main:${SCHEMA}`)).toContain("1st line.");
  expect(repository.status()).toBe("");
  repository.git("pull", "-q", "--rebase");
  expect(repository.git("log", "--format=%s", "origin/main..")).toBe("wip, secret");
});

test("mission commits that the person made by hand are pushed along", async () => {
  const { repository, remote } = makeCloned();
  repository.edit(SCHEMA, "First line.", "First line, by hand.");
  const commit = repository.commit("by hand");
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ commit, branch: "main" }] });
  repository.edit(SCHEMA, "Second line.", "Second line, by hand.");
  repository.commit("by hand again");
  repository.edit(SCHEMA, "# Schema", "# The schema");
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ branch: "main" }], notes: [] });
  expect(remote.git("rev-parse", "main")).toBe(repository.git("rev-parse", "HEAD"));
  expect(await saveEdits(openWorld(repository, origin))).toEqual({ kind: "nothing" });
});

test("from another branch nothing moves here, and a second save finds nothing", async () => {
  const { repository, remote } = makeCloned();
  beginLedger(repository, "crm");
  repository.git("push", "-q", "origin", "mission/crm/home", "refs/mission/ledger/crm");
  repository.git("branch", "-q", "-D", "mission/crm/home");
  repository.git("switch", "-q", "-c", "work");
  repository.edit(SCHEMA, "First", "1st");
  const branches = () => repository.git("for-each-ref", "refs/heads");
  const before = branches();
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ branch: "mission/crm/home" }] });
  expect(remote.show(`mission/crm/home:${SCHEMA}`)).toContain("1st line.");
  expect([branches(), repository.status()]).toEqual([before, ` M ${SCHEMA}`]);
  expect(await saveEdits(openWorld(repository, origin))).toEqual({ kind: "nothing" });
});

test("a push that loses the race merges again onto what won it", async () => {
  const { repository, remote } = makeCloned();
  const other = cloneOf(remote);
  const world = openWorld(repository, origin);
  repository.edit(SCHEMA, "First line.", "First line, mine.");
  let races = 3;
  const swap = world.authority.swap;
  world.authority.swap = (updates) => {
    if (races > 0) push(other, `src/race-${races}.txt`);
    races -= 1;
    return swap(updates);
  };
  expect(await saveEdits(world)).toMatchObject({ kind: "done", saved: [{ branch: "main" }], refused: [] });
  expect(remote.git("log", "--format=%s", "main").split("\n")).toEqual([
    "Edit crm/schema",
    "race",
    "race",
    "race",
    "begin",
  ]);
  expect(repository.git("rev-parse", "HEAD")).toBe(remote.git("rev-parse", "main"));
  expect(repository.status()).toBe("");
});

test("a race that is never won ends with clear words and leaves all as it was", async () => {
  const { repository, remote } = makeCloned();
  const world = openWorld(repository, origin);
  repository.edit(SCHEMA, "First", "1st");
  world.authority.swap = async () => ({ kind: "lost", reason: "stale info" });
  expect(await saveEdits(world)).toMatchObject({ saved: [], refused: [{ code: "contended" }] });
  expect(repository.status()).toBe(` M ${SCHEMA}`);
  expect(remote.git("log", "--format=%s", "main")).toBe("begin");
});

test("where the default branch takes no pushes, edits of a mission with a home go there", async () => {
  const { repository, remote } = makeCloned();
  beginLedger(repository, "crm");
  repository.git("push", "-q", "origin", "mission/crm/home", "refs/mission/ledger/crm");
  remote.program(
    "hooks/update",
    '#!/bin/sh\ntest "$1" = refs/heads/main && echo "protected branch" >&2 && exit 1\nexit 0\n',
  );
  repository.edit(SCHEMA, "First", "1st");
  repository.edit("missions/config.md", "kind", "kinder");

  const result = await saveEdits(openWorld(repository, origin));

  expect(result).toMatchObject({
    saved: [{ branch: "mission/crm/home", paths: [SCHEMA] }],
    refused: [{ code: "push-refused", message: expect.stringContaining("origin takes no push to main") }],
  });
  expect(remote.show(`mission/crm/home:${SCHEMA}`)).toContain("1st line.");
  expect(repository.git("diff", "--name-only").split("\n")).toEqual(["missions/config.md", SCHEMA]);
  expect(repository.git("rev-parse", "HEAD")).toBe(remote.git("rev-parse", "main"));
});

test("an unreachable remote saves nothing and says so", async () => {
  const { repository } = makeCloned();
  repository.git("remote", "set-url", "origin", `${repository.folder}-gone`);
  repository.edit(SCHEMA, "First", "1st");
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({
    saved: [],
    refused: [{ code: "unreachable" }],
  });
  expect(repository.status()).toBe(` M ${SCHEMA}`);
});

test("a save that broke off after its push is brought to its end by the next one", async () => {
  const { repository, remote } = makeCloned();
  repository.edit(SCHEMA, "First", "1st");
  const world = openWorld(repository, origin);
  const { git } = world;
  world.git = { ...git, updateRefs: () => Promise.reject(new Error("killed")) };
  await expect(saveEdits(world)).rejects.toThrow("killed");
  expect(remote.git("log", "--format=%s", "main").split("\n")[0]).toBe("Edit crm/schema");
  await saveEdits(openWorld(repository, origin));
  expect(repository.git("rev-parse", "HEAD")).toBe(remote.git("rev-parse", "main"));
  expect(repository.status()).toBe("");
});

test("neither hooks of the person nor their pre-push run", async () => {
  const { repository, remote } = makeCloned();
  for (const hook of ["pre-commit", "commit-msg", "post-commit", "pre-push", "post-merge", "reference-transaction"]) {
    repository.program(`.git/hooks/${hook}`, `#!/bin/sh\necho ${hook} >> ran.txt\nexit 1\n`);
  }
  repository.edit(AUTH, "First", "1st");
  expect(await saveEdits(openWorld(repository, origin))).toMatchObject({ saved: [{ branch: "main" }] });
  expect(repository.has("ran.txt")).toBe(false);
  expect(readFileSync(`${repository.folder}/${AUTH}`, "utf8")).toBe(remote.show(`main:${AUTH}`));
});

function push(clone: Repository, path: string): void {
  clone.git("pull", "-q");
  clone.write(path, "theirs\n");
  clone.commit("race");
  clone.git("push", "-q");
}
