import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findContainment, SWITCHED_OFF } from "../../../src/doors/processes/containment.ts";
import { findProgram } from "../../../src/doors/processes/find-program.ts";
import { readExit } from "../../../src/doors/processes/first-process.ts";
import { best } from "../../helpers/containments.ts";
import { temporaryFolder, writeScript } from "../../helpers/repositories.ts";

/** A folder of programs that stands for PATH: those of this host that are named, and what a test adds. */
function aPath(...programs: string[]): string {
  const folder = temporaryFolder("path");
  for (const name of programs) symlinkSync(findProgram(name, process.env.PATH) ?? "", join(folder, name));
  return folder;
}

const NEEDED = ["bash", "env", "sleep", "unshare"];

test("where the kernel or a program is missing, it is process groups, with the reason and one step", async () => {
  const without = await findContainment({ PATH: aPath("bash", "env") }, { gitDir: null, cache: null });
  expect(without).toMatchObject({ kind: "group", because: "there is no program unshare", next: "install util-linux" });
  const path = aPath("bash", "env");
  writeScript(path, "unshare", "echo 'unshare: unshare failed: Operation not permitted' >&2; exit 1\n");
  const refused = await findContainment({ PATH: path }, { gitDir: null, cache: null });
  expect(refused).toMatchObject({ kind: "group", because: expect.stringContaining("Operation not permitted") });
  expect(refused).toHaveProperty("next", expect.stringMatching(/\S/));
});

test("a program that only says that it made a namespace is not believed", async () => {
  const path = aPath("bash", "env");
  writeScript(path, "unshare", 'until [ -x "$1" ]; do shift; done; exec "$@"');
  expect(await findContainment({ PATH: path }, { gitDir: null, cache: null })).toMatchObject({ kind: "group" });
});

test("a person can switch it off for a repository", async () => {
  const gitDir = temporaryFolder("git");
  writeFileSync(join(gitDir, "config"), "[mission]\n\tcontainment = group\n");
  const found = await findContainment(process.env, { gitDir, cache: null });
  expect(found).toMatchObject({ kind: "group", next: "git config --unset mission.containment" });
});

test("the answer is kept until something that it depends on changes", async () => {
  const cache = temporaryFolder("cache");
  const file = join(cache, "containment.json");
  const path = aPath("bash", "env");
  writeScript(path, "unshare", `echo x >> ${join(cache, "tried")}; exit 1\n`);
  const find = () => findContainment({ PATH: path }, { gitDir: null, cache });
  const tried = () => readFileSync(join(cache, "tried"), "utf8").length;
  const first = await find();
  const count = tried();
  expect(await find()).toEqual(first);
  expect(tried()).toBe(count);
  writeScript(path, "unshare", `echo x >> ${join(cache, "tried")}; exit 2\n# another version\n`);
  await find();
  expect(tried()).toBeGreaterThan(count);
  writeFileSync(file, "broken");
  expect(await find()).toEqual(first);
});

test.runIf(best.kind === "namespace")("a namespace needs nothing but unshare, bash and env", async () => {
  const found = await findContainment({ PATH: aPath(...NEEDED) }, { gitDir: null, cache: null });
  expect(found.kind).toBe("namespace");
});

test.runIf(process.platform === "linux")("an answer from a process that might do less is not believed", async () => {
  const cache = temporaryFolder("cache");
  await findContainment(process.env, { gitDir: null, cache });
  const file = join(cache, "containment.json");
  const known = JSON.parse(readFileSync(file, "utf8"));
  expect(known.key).toMatch(/CapEff/);
  const other = { key: known.key.replace(/CapEff[^"]*/, "CapEff:0"), containment: SWITCHED_OFF };
  writeFileSync(file, JSON.stringify(other));
  expect(await findContainment(process.env, { gitDir: null, cache })).toEqual(known.containment);
});

test("a namespace that was not made is no end of the program", () => {
  const exit = { exitCode: 1, signal: null, spawnError: null };
  expect(readExit(exit, "").spawnError).toContain("namespace");
  expect(readExit(exit, "begun\n")).toEqual(exit);
  const killed = { exitCode: null, signal: "SIGKILL", spawnError: null };
  expect(readExit(killed, "")).toEqual(killed);
});
