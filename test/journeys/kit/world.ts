/** Where journeys happen: a repository alone, or a bare remote with clones on several machines. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { bareRemote, git, temporaryFolder, writeScript } from "../../helpers/repositories.ts";
import { Machine } from "./machine.ts";
import { configFile, type MissionWords, missionFiles } from "./mission-files.ts";
import { Worker } from "./workers.ts";

export interface WorldWords {
  /** One mission or several; false: none. */
  mission?: MissionWords | readonly MissionWords[] | false;
  /** Header of missions/config.md. */
  config?: Readonly<Record<string, unknown>>;
  /** The worker costs what it says, or what was reserved; else it is free. */
  paid?: boolean;
  /** Further files, code above all. */
  files?: Readonly<Record<string, string>>;
}

export interface World {
  machine: Machine;
  worker: Worker;
}

export interface RemoteWorld {
  /** Folder of the bare repository. */
  remote: string;
  worker: Worker;
  /** Git in the remote. */
  git(...args: string[]): string;
  /** A further clone: another machine with another person. */
  clone(name: string): Machine;
  /** A hook of the remote, a shell script. */
  hook(name: string, script: string): void;
}

/** A repository without a remote, on `main`, with the mission committed and its home checked out where it is the default. */
export function aWorld(words: WorldWords = {}): World {
  const worker = new Worker(temporaryFolder("worker"));
  const machine = new Machine(temporaryFolder("repository"));
  machine.git("init", "-q", "-b", "main");
  machine.write(filesOf(worker, words));
  machine.commit("first");
  return { machine, worker };
}

/** A bare remote whose `main` has the mission. */
export function aRemoteWorld(words: WorldWords = {}): RemoteWorld {
  const worker = new Worker(temporaryFolder("worker"));
  const remote = bareRemote();
  const clone = (name: string): Machine => {
    const folder = join(temporaryFolder("clone"), name.toLowerCase());
    mkdirSync(folder);
    const machine = new Machine(folder, name);
    machine.git("clone", "-q", remote, ".");
    return machine;
  };
  const author = clone("Author");
  author.write(filesOf(worker, words));
  author.commit("first");
  author.git("push", "-q", "origin", "HEAD:main");
  return {
    remote,
    worker,
    git: (...args) => git(remote, ...args),
    clone,
    hook: (name, script) => void writeScript(join(remote, "hooks"), name, script),
  };
}

function filesOf(
  worker: Worker,
  { mission, config = {}, paid = false, files = {} }: WorldWords,
): Record<string, string> {
  const missions = mission === false ? [] : [mission ?? {}].flat();
  return Object.assign(
    {
      "README.md": "hello\n",
      "missions/config.md": configFile(worker.script, { cost: paid ? "unknown" : "none", header: config }),
    },
    ...missions.map((words) => missionFiles(words)),
    files,
  );
}
