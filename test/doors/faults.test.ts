import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openContext } from "../../src/cli/context.ts";
import { type FaultPlan, type PlannedFault, TEST_MARK } from "../../src/doors/faults/plan.ts";
import { withFaults } from "../../src/doors/faults.ts";
import { systemFiles } from "../../src/doors/files-system.ts";
import { type Git, GitError } from "../../src/doors/git.ts";
import { openGit } from "../../src/doors/git-process.ts";
import { silentScreen } from "../cli/mission-command.ts";
import { git as run, temporaryFolder, temporaryRepository } from "../helpers/repositories.ts";

const REF = "refs/mission/ledger/toy";

/** A repository of a test, with a plan of faults for it. */
function aPlan(faults: readonly PlannedFault[], more: Partial<FaultPlan> = {}) {
  const repository = temporaryRepository({ "a.txt": "a\n" });
  run(repository, "config", "mission.test", "true");
  const folder = temporaryFolder("plan");
  const file = join(folder, "plan.json");
  writeFileSync(file, JSON.stringify({ faults, ...more }));
  writeFileSync(join(folder, TEST_MARK), join(repository, ".git"));
  return { repository, folder, file };
}

async function openFaulty({ repository, file }: { repository: string; file: string }) {
  const planned = await withFaults({ git: openGit({ cwd: repository, env: process.env }), files: systemFiles }, file);
  if ("refused" in planned) throw new Error(planned.refused);
  return planned;
}

/** Lets the ref begin at HEAD. */
async function begin(git: Git) {
  return git.updateRefs([{ name: REF, new: await git.resolve("HEAD"), old: null }]);
}

const at = (fault: Partial<PlannedFault>): PlannedFault => ({
  ...{ point: "refs.beginning", nth: 1, phase: "before", do: { throw: "ENOSPC" } },
  ...fault,
});

it("an effect that the plan lets fail does not happen, and fails as git fails, once", async () => {
  const world = aPlan([at({})]);
  const { git } = await openFaulty(world);
  await expect(begin(git)).rejects.toThrow(GitError);
  expect(await git.resolve(REF)).toBeNull();
  expect(await begin(git)).toEqual({ kind: "won" });
  const other = await openFaulty(world);
  expect(await other.git.resolve(REF)).not.toBeNull();
  expect(readFileSync(join(world.folder, "happened", "0"), "utf8")).toContain("refs.beginning\tbefore");
});

it("an effect that fails after it was done is done", async () => {
  const { git } = await openFaulty(aPlan([at({ phase: "acted" })]));
  await expect(begin(git)).rejects.toThrow("No space left on device");
  expect(await git.resolve(REF)).not.toBeNull();
});

it("a lie says done and does nothing", async () => {
  const { git } = await openFaulty(aPlan([at({ do: "lie-success" })]));
  expect(await begin(git)).toEqual({ kind: "won" });
  expect(await git.resolve(REF)).toBeNull();
});

it("a hang ends as the door ends one", async () => {
  const { git } = await openFaulty(aPlan([at({ point: "push.beginning", do: "hang" })], { hangMs: 5 }));
  const head = await git.resolve("HEAD");
  expect(await git.push("nowhere", [{ name: REF, new: head, old: null }])).toMatchObject({ kind: "unknown" });
});

it("occurrences are counted over all processes that follow the plan", async () => {
  const world = aPlan([at({ point: "files.note", nth: 2, do: { throw: "EROFS" } })]);
  const file = join(world.folder, "note.txt");
  (await openFaulty(world)).files.writeText(file, "one");
  const other = await openFaulty(world);
  expect(() => other.files.writeText(file, "two")).toThrow("EROFS: read-only file system");
  other.files.writeText(file, "three");
  expect(readFileSync(file, "utf8")).toBe("three");
});

it("every point that is reached is told, with its phases in order", async () => {
  const world = aPlan([]);
  const { git } = await openFaulty(world);
  await begin(git);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const lines = readFileSync(join(world.folder, "points.log"), "utf8").trim().split("\n");
  expect(lines.map((line) => line.split("\t").slice(2, 4).join(" "))).toEqual([
    "refs.beginning before",
    "refs.beginning acted",
    "refs.beginning confirmed",
  ]);
});

const REFUSALS: Readonly<Record<string, [spoil: (world: ReturnType<typeof aPlan>) => void, words: string]>> = {
  "without the mark that a test makes": [({ folder }) => writeFileSync(join(folder, TEST_MARK), ""), "no test made"],
  "with the mark of another repository": [
    ({ folder }) => writeFileSync(join(folder, TEST_MARK), "/other/.git"),
    "no test made",
  ],
  "in a repository that is none of a test": [
    ({ repository }) => void run(repository, "config", "--unset", "mission.test"),
    "mission.test is not set in it",
  ],
};

it.each(Object.entries(REFUSALS))("a plan of faults is refused %s, and the command says so", async (_name, row) => {
  const [spoil, words] = row;
  const world = aPlan([at({})]);
  spoil(world);
  const env = { ...process.env, MISSION_TEST_FAULTS: world.file };
  const opened = openContext({ env, screen: silentScreen([], []), json: false, cwd: world.repository });
  await expect(opened).rejects.toMatchObject({
    code: "no-test",
    message: expect.stringContaining(words),
    next: "unset MISSION_TEST_FAULTS",
  });
});

it("a plan that is not there is refused, and makes no folder", async () => {
  const { repository, folder } = aPlan([]);
  mkdirSync(join(folder, "sub"));
  const planned = await withFaults(
    { git: openGit({ cwd: repository, env: process.env }) },
    join(folder, "sub/none.json"),
  );
  expect(planned).toMatchObject({ refused: expect.stringContaining("is not there") });
});
