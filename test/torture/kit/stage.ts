/** Worlds that are made once and copied for each trial. */

import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { git, temporaryFolder, writeScript } from "../../helpers/repositories.ts";
import { Machine } from "../../journeys/kit/machine.ts";
import type { Worker } from "../../journeys/kit/workers.ts";
import { aRemoteWorld, aWorld, type WorldWords } from "../../journeys/kit/world.ts";

const DIST = join(import.meta.dirname, "../../../dist/main.js");

/** What a copy of a world consists of. */
export interface Stage {
  machines: readonly Machine[];
  /** Folder of the repository that decides. */
  authority: string;
  /** Ids of the commits that workers and people made here, from the hook that notes them. */
  commits(): readonly string[];
}

/** A world before anything happened in it. */
export interface Template {
  copy(): Stage;
}

export interface TemplateWords extends WorldWords {
  /** Names of the people who have clones of a remote; none: a repository alone. */
  clones?: readonly string[];
  /** Tells the workers what to do. All copies share them. */
  workers?: (worker: Worker) => void;
}

export function makeTemplate({ clones = [], workers, ...words }: TemplateWords): Template {
  if (clones.length === 0) {
    const { machine, worker } = aWorld(words);
    workers?.(worker);
    machine.git("config", "mission.test", "true");
    return { copy: () => stageOf([copyMachine(machine.folder, "Anna")], null) };
  }
  const world = aRemoteWorld(words);
  workers?.(world.worker);
  const folders = clones.map((name) => world.clone(name).folder);
  for (const folder of folders) git(folder, "config", "mission.test", "true");
  return {
    copy() {
      const remote = temporaryFolder("remote");
      cpSync(world.remote, remote, { recursive: true });
      const machines = folders.map((folder, index) => copyMachine(folder, clones[index] ?? ""));
      for (const { folder } of machines) replaceIn(join(folder, ".git/config"), world.remote, remote);
      return stageOf(machines, remote);
    },
  };
}

function copyMachine(from: string, name: string): Machine {
  const folder = join(temporaryFolder("copy"), "repository");
  cpSync(from, folder, { recursive: true });
  const machine = new Machine(folder, name);
  machine.main = DIST;
  const hooks = join(machine.env.HOME ?? "", "hooks");
  mkdirSync(hooks);
  writeScript(hooks, "post-commit", `git rev-parse HEAD >> "${noteOf(machine)}"`);
  machine.configure(`[core]\n\thooksPath = ${hooks}\n`);
  writeFileSync(noteOf(machine), "");
  return machine;
}

function stageOf(machines: readonly Machine[], remote: string | null): Stage {
  const commits = () =>
    machines.flatMap((machine) => readFileSync(noteOf(machine), "utf8").split("\n").filter(Boolean));
  return { machines, authority: remote ?? machines[0]?.folder ?? "", commits };
}

function noteOf({ env }: Machine): string {
  return join(env.HOME ?? "", "commits");
}

function replaceIn(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(from, to));
}
