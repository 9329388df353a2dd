/** A person with a clone: edits, commits, amends, rebases, saves and pushes at random, and remembers every line. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { Machine } from "../../journeys/kit/machine.ts";
import type { Stage } from "./stage.ts";

const LONGEST_THOUGHT_MS = 2_000;
const MOST_TRIES = 20;
const NOTES = "notes/pete.txt";
const BRANCH = "main";

export class Person {
  readonly #machine: Machine;
  readonly #authority: string;
  readonly #files: readonly string[];
  readonly #random: () => number;
  readonly #thoughtMs: number;
  readonly #lines: string[] = [];

  /** `files`: what is edited beside the notes; `thoughtMs`: the longest pause between two acts. */
  constructor(stage: Stage, files: readonly string[], random: () => number, thoughtMs = LONGEST_THOUGHT_MS) {
    const folder = join(temporaryFolder("person"), "repository");
    mkdirSync(folder);
    this.#machine = new Machine(folder, "Pete");
    this.#machine.main = stage.machines[0]?.main ?? this.#machine.main;
    this.#machine.git("clone", "-q", stage.authority, ".");
    writeFileSync(join(this.#machine.env.HOME ?? "", "attributes"), "* merge=union\n");
    mkdirSync(join(folder, "notes"));
    this.#authority = stage.authority;
    this.#files = files;
    this.#random = random;
    this.#thoughtMs = thoughtMs;
  }

  async work(endAt: number): Promise<void> {
    while (Date.now() < endAt) {
      await pause(this.#random() * this.#thoughtMs);
      await this.#act(this.#random());
    }
  }

  /** Brings everything to the remote. Answers what could not be brought, in words. */
  finish(): string | null {
    this.#commit("The rest");
    for (let count = 0; count < MOST_TRIES; count += 1) if (this.#push()) return null;
    return `the person could not push: ${this.#machine.tryGit("status").out}`;
  }

  /** Lines that are neither on the remote's branch nor with the person any more. */
  findLost(): readonly string[] {
    const { out } = this.#machine.tryGit("-C", this.#authority, "grep", "-h", "-F", "pete-", BRANCH);
    const lines = new Set([...out.split("\n"), ...this.#readOwn()]);
    return this.#lines.filter((line) => !lines.has(line)).map((line) => `the person's line ${line} is gone`);
  }

  get count(): number {
    return this.#lines.length;
  }

  get folder(): string {
    return this.#machine.folder;
  }

  async #act(choice: number): Promise<void> {
    if (choice < 0.35) this.#edit(NOTES);
    else if (choice < 0.55) this.#edit(this.#files[Math.floor(this.#random() * this.#files.length)] ?? NOTES);
    if (choice < 0.45) this.#commit(`Edit ${this.#lines.length}`);
    else if (choice < 0.55) await this.#save();
    else if (choice < 0.7) this.#amend();
    else this.#push();
  }

  #edit(path: string): void {
    const file = join(this.#machine.folder, path);
    if (path !== NOTES && !existsSync(file)) return;
    const line = `pete-${this.#lines.length}-${Math.floor(this.#random() * 2 ** 31)}`;
    appendFileSync(file, `${line}\n`);
    this.#lines.push(line);
  }

  #commit(message: string): void {
    this.#machine.tryGit("add", "-A");
    this.#machine.tryGit("commit", "-q", "-m", message);
  }

  /** Only what nobody else has. */
  #amend(): void {
    if (this.#machine.tryGit("rev-list", `origin/${BRANCH}..HEAD`).out === "") return;
    this.#edit(NOTES);
    this.#machine.tryGit("add", "-A");
    this.#machine.tryGit("commit", "-q", "--amend", "--no-edit");
  }

  #push(): boolean {
    this.#commit("Before a pull");
    // An amended commit meets its earlier self where a save has brought a part of it: a person keeps both lines.
    const both = `core.attributesFile=${join(this.#machine.env.HOME ?? "", "attributes")}`;
    if (this.#machine.tryGit("-c", both, "pull", "-q", "--rebase", "origin", BRANCH).code !== 0) {
      this.#machine.tryGit("rebase", "--abort");
      return false;
    }
    return this.#machine.tryGit("push", "-q", "origin", `HEAD:${BRANCH}`).code === 0;
  }

  async #save(): Promise<void> {
    const { main, folder, env } = this.#machine;
    const child = spawn(process.execPath, [main, "save", "-m", `Save ${this.#lines.length}`], {
      cwd: folder,
      env,
      stdio: "ignore",
    });
    await once(child, "exit");
  }

  #readOwn(): readonly string[] {
    const { out } = this.#machine.tryGit("grep", "-h", "-F", "pete-");
    return out.split("\n");
  }
}
