/** A world for one sequence: two repositories on one remote and a clone that borrows from the first, each twice. */

import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGit } from "../../../../src/doors/git-process.ts";
import { git, temporaryFolder } from "../../../helpers/repositories.ts";
import { addCheckout, addRepository, makeDisk } from "../disk.ts";
import { openMemoryGit } from "../memory-git.ts";
import { makeStore } from "../repository.ts";
import type { Chance } from "./chance.ts";
import type { Pair } from "./pair.ts";

export interface KnownTree {
  oid: string;
  files: ReadonlyMap<string, { mode: string; text: string }>;
}

export interface World {
  chance: Chance;
  one: Pair;
  two: Pair;
  remote: Pair;
  /** Borrows the objects of `one`; `workerPath` is its folder. */
  worker: Pair;
  workerPath: string;
  remotePath: string;
  /** What was written so far anywhere; a repository may lack it. */
  trees: KnownTree[];
  commits: { oid: string; tree: KnownTree }[];
  /** Seconds since the epoch; commits come one after the other, some in the same second. */
  seconds: number;
  /** Merges that were asked for, and those among them where the in-memory git would not say. */
  counts: { merges: number; conflicts: number; passedOver: number };
  close(): void;
}

let model: string | null = null;

/** A repository made once and copied: starting `git init` for each costs more than all the rest of a sequence. */
function copyModel(kind: "bare" | "plain"): string {
  if (model === null) {
    model = temporaryFolder("model");
    git(model, "init", "-q", "-b", "main", "--template=", "plain");
    git(model, "init", "-q", "-b", "main", "--template=", "--bare", "bare");
  }
  const folder = temporaryFolder(kind);
  cpSync(join(model, kind), folder, { recursive: true });
  return folder;
}

export function makeWorld(chance: Chance): World {
  const [one, two, worker, remotePath] = [
    copyModel("plain"),
    copyModel("plain"),
    copyModel("plain"),
    copyModel("bare"),
  ];
  mkdirSync(join(worker, ".git", "objects", "info"), { recursive: true });
  writeFileSync(join(worker, ".git", "objects", "info", "alternates"), `${one}/.git/objects\n`);
  const [store, disk] = [makeStore(), makeDisk()];
  const lender = addRepository(disk, store, { gitDir: join(one, ".git"), bare: false });
  addRepository(disk, store, { gitDir: join(two, ".git"), bare: false });
  const clone = addRepository(disk, store, { gitDir: join(worker, ".git"), bare: false, borrowsFrom: lender });
  addCheckout(disk, clone, { path: worker });
  const network = new Map([[remotePath, addRepository(disk, store, { gitDir: remotePath, bare: true })]]);
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  const open = (name: string, folder: string, gitDir = join(folder, ".git")): Pair => ({
    name,
    real: openGit({ cwd: folder, env: process.env }),
    memory: openMemoryGit({ disk, gitDir, network, outside, identity: null }),
  });
  const pairs = {
    one: open("one", one),
    two: open("two", two),
    worker: open("worker", worker),
    remote: open("remote", remotePath, remotePath),
  };
  return {
    ...pairs,
    chance,
    workerPath: worker,
    remotePath,
    trees: [],
    commits: [],
    seconds: 1_700_000_000,
    counts: { merges: 0, conflicts: 0, passedOver: 0 },
    close() {
      for (const pair of Object.values(pairs)) pair.real.close();
    },
  };
}
