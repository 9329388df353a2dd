/** A person's acts in a real checkout and in one in memory, side by side. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryRepository } from "../../../helpers/repositories.ts";
import { addCheckout, addRepository, folderCommit, type MemoryDisk, type MemoryFolder, makeDisk } from "../disk.ts";
import {
  commitFolder,
  editFiles,
  giveUp,
  goOn,
  mergeInto,
  type PersonsResult,
  rebaseFolder,
  resetHard,
  revertCommit,
  switchBranch,
} from "../people.ts";
import { type MemoryRepository, makeStore } from "../repository.ts";
import { commitOf } from "../store.ts";
import type { Chance } from "./chance.ts";
import { changeText, makeText } from "./texts.ts";

const ADA = { name: "Test Person", email: "test@example.com" };
const PATHS = ["a.txt", "b.md", "src/c.ts", "src/d.ts"];
const BRANCHES = ["main", "side"];

export interface Desk {
  chance: Chance;
  disk: MemoryDisk;
  repository: MemoryRepository;
  memory: MemoryFolder;
  /** Path of the real checkout. */
  real: string;
  seconds: number;
  /** How acts ended. */
  counts: Record<PersonsResult["kind"], number>;
}

export function makeDesk(chance: Chance): Desk {
  const disk = makeDisk();
  const repository = addRepository(disk, makeStore(), { gitDir: "/desk/.git", bare: false });
  const memory = addCheckout(disk, repository, { path: "/desk" });
  const desk = {
    chance,
    disk,
    repository,
    memory,
    real: temporaryRepository(),
    seconds: 1_700_000_000,
    counts: { done: 0, conflict: 0, refused: 0 },
  };
  edit(desk, Object.fromEntries(PATHS.map((path) => [path, makeText(chance)])));
  commit(desk);
  both(desk, switchBranch(disk, memory, "side", { create: true }), ["switch", "-q", "-c", "side"]);
  return desk;
}

function edit(desk: Desk, files: Readonly<Record<string, string | null>>): void {
  editFiles(desk.memory, files);
  for (const [path, text] of Object.entries(files)) {
    const file = join(desk.real, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === null) rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
}

/** Real git's exit code for what was done in memory: both refuse, both stop at a conflict, or both are done. */
function both(desk: Desk, result: PersonsResult, ...commands: string[][]): void {
  const date = `@${desk.seconds} +0000`;
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_EDITOR: "true" };
  let failed = false;
  desk.counts[result.kind] += 1;
  for (const args of commands) {
    try {
      execFileSync("git", ["-C", desk.real, ...args], { env, stdio: "pipe" });
    } catch {
      failed = true;
    }
  }
  if (failed !== (result.kind !== "done")) {
    throw new Error(
      `git ${commands.join("; ")}: real git ${failed ? "refused" : "did it"}, in memory ${JSON.stringify(result)}`,
    );
  }
}

function hand(desk: Desk): { by: typeof ADA; at: number } {
  desk.seconds += 1;
  return { by: ADA, at: desk.seconds * 1000 };
}

function commit(desk: Desk): void {
  const result = commitFolder(desk.disk, desk.memory, { ...hand(desk), message: `commit ${desk.seconds}\n` });
  both(desk, result, ["add", "-A"], ["commit", "-q", "-m", `commit ${desk.seconds}`]);
}

function editSome(desk: Desk): void {
  const path = desk.chance.pick(PATHS);
  const old = desk.memory.files.get(path)?.bytes.toString();
  const text = old === undefined ? makeText(desk.chance) : changeText(desk.chance, old);
  edit(desk, { [path]: desk.chance.once(10) ? null : text });
}

function otherBranch(desk: Desk): string {
  return desk.memory.head === "refs/heads/main" ? "side" : "main";
}

const ACTS: readonly ((desk: Desk) => void)[] = [
  editSome,
  (desk) => {
    editSome(desk);
    commit(desk);
  },
  (desk) => {
    const branch = otherBranch(desk);
    both(desk, switchBranch(desk.disk, desk.memory, branch), ["switch", "-q", branch]);
  },
  (desk) => {
    const branch = otherBranch(desk);
    const result = mergeInto(desk.disk, desk.memory, branch, hand(desk));
    end(desk, result, ["merge", "-q", "-m", `Merge ${branch}`, branch]);
  },
  (desk) => {
    const head = desk.chance.pick(["HEAD", "HEAD~1"]);
    const oid = folderCommit(desk.repository, desk.memory) ?? "";
    const first = commitOf(desk.repository.store, oid)?.commit;
    const target = head === "HEAD" ? first : commitOf(desk.repository.store, first?.parents[0] ?? "")?.commit;
    // A merge has two parents to go back to, and the first commit none.
    if (target?.parents.length !== 1) return;
    const result = revertCommit(desk.disk, desk.memory, head, hand(desk));
    end(desk, result, ["revert", "--no-edit", head]);
  },
  (desk) => {
    const branch = otherBranch(desk);
    const result = rebaseFolder(desk.disk, desk.memory, branch, hand(desk));
    end(desk, result, ["rebase", "-q", branch]);
  },
  (desk) => both(desk, resetHard(desk.disk, desk.memory, "HEAD"), ["reset", "-q", "--hard", "HEAD"]),
];

/** Real git does it too; a conflict is then ended by the person, or taken back. */
function end(desk: Desk, result: PersonsResult, command: string[]): void {
  both(desk, result, command);
  const verb = command[0] ?? "";
  for (let last = result; last.kind === "conflict"; ) {
    if (desk.chance.once(2)) {
      both(desk, giveUp(desk.disk, desk.memory), [verb, "--abort"]);
      return;
    }
    edit(desk, Object.fromEntries(last.paths.map((path) => [path, makeText(desk.chance)])));
    last = goOn(desk.disk, desk.memory, hand(desk));
    both(desk, last, ["add", "-A"], [verb, "--continue"]);
  }
}

/** One act; then both folders and both branches must hold the same. */
export function act(desk: Desk): void {
  desk.chance.pick(ACTS)(desk);
  for (const path of PATHS) {
    const file = join(desk.real, path);
    const real = existsSync(file) ? readFileSync(file, "utf8") : null;
    const memory = desk.memory.files.get(path)?.bytes.toString() ?? null;
    if (real !== memory) throw new Error(`${path} differs: ${JSON.stringify({ real, memory })}`);
  }
  for (const branch of BRANCHES) {
    const tip = desk.repository.refs.get(`refs/heads/${branch}`);
    const tree = tip === undefined ? "" : (commitOf(desk.repository.store, tip)?.commit.tree ?? "");
    const args = ["-C", desk.real, "rev-parse", "-q", "--verify", `${branch}^{tree}`];
    const real = execFileSync("git", args, { encoding: "utf8" }).trim();
    if (real !== tree) throw new Error(`the tree of ${branch} differs: ${JSON.stringify({ real, memory: tree })}`);
  }
}
