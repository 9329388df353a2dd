/** A git that fails: the n-th call of a scenario is killed, kills its caller, is refused, slow, cut short or finds locks. */

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { temporaryFolder } from "../helpers/repositories.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

const KINDS = [
  ...["killed-before", "killed-during", "killed-after", "caller-before", "caller-during", "caller-after"],
  ...["full-disk", "refused", "answer-lost", "slow", "cut", "lock"],
] as const;

export const gitWrapper: Part = {
  name: "git-wrapper",
  run: (options) => runScenarios("git-wrapper", options, tasksOf),
};

async function tasksOf(course: Course): Promise<readonly Task[]> {
  const calls = await countCalls(course);
  return KINDS.flatMap((kind) =>
    Array.from({ length: calls }, (_, index) => ({
      what: `${course.scenario.name}: git call ${index + 1} ${kind}`,
      run: () => callTrial(course, index + 1, kind),
    })),
  );
}

/** By a trial in which none of them fails. */
async function countCalls(course: Course): Promise<number> {
  const wrapper = makeWrapper(0, "none");
  await tryOut(course, [], { env: { PATH: wrapper.path } });
  return wrapper.calls();
}

async function callTrial(course: Course, nth: number, kind: (typeof KINDS)[number]) {
  const wrapper = makeWrapper(nth, kind);
  const tried = await tryOut(course, [], {
    env: { PATH: wrapper.path },
    extra: () => (existsSync(join(wrapper.folder, "happened")) ? 1 : 0),
  });
  rmSync(wrapper.folder, { recursive: true, force: true });
  return tried;
}

interface Wrapper {
  folder: string;
  /** PATH with it first. */
  path: string;
  /** How often it was called. */
  calls(): number;
}

/** `nth` 0: no call fails. */
function makeWrapper(nth: number, kind: string): Wrapper {
  const folder = temporaryFolder("wrapper");
  const at = (name: string) => join(folder, name);
  copyFileSync(join(import.meta.dirname, "git-wrapper/git"), at("git"));
  mkdirSync(at("count"));
  writeFileSync(at("real"), `${findGit()}\n`);
  writeFileSync(at("fault"), `${nth} ${kind}\n`);
  const path = `${folder}${delimiter}${process.env.PATH ?? ""}`;
  return { folder, path, calls: () => readdirSync(at("count")).length };
}

function findGit(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "git")).find(existsSync);
  if (found === undefined) throw new Error("no git on PATH");
  return found;
}
