/** One checkout on one machine: its own home, git configuration and state folder, and a person who types in it. */

import { type ChildProcess, execFileSync, type StdioOptions, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { openContext } from "../../../src/cli/context.ts";
import { runProgram } from "../../../src/cli/program.ts";
import type { Doors } from "../../../src/doors/doors.ts";
import type { StateFolder } from "../../../src/doors/host.ts";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { openStateFolder } from "../../../src/doors/state-folder.ts";
import { silentScreen } from "../../cli/mission-command.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import type { StatusJson } from "./sight.ts";

const MAIN = join(import.meta.dirname, "../../../src/main.ts");
/** Built before the tests begin: a process starts from it in half the time. */
const BUILT = join(import.meta.dirname, "../../../dist/main.js");
/** Shared by all journeys: each process of the program would else compile its source anew. */
const COMPILED = join(import.meta.dirname, "../../../node_modules/.cache/journeys-compiled");

export interface Said {
  code: number;
  out: string;
  err: string;
}

export class Machine {
  readonly folder: string;
  readonly env: Record<string, string>;
  /** Milliseconds by which this machine's pulses are ahead of time. Runs know the real time only. */
  ahead = 0;
  /** What a process of the program is started from. */
  main = MAIN;

  /** Whether processes are another build of the program than what runs here. */
  get isBundle(): boolean {
    return this.main !== MAIN;
  }
  #state: StateFolder | null = null;

  /** `name` is the person's, who has the folder already. Without a name git does not know who the person is. */
  constructor(folder: string, name: string | null = "Anna") {
    const home = temporaryFolder("home");
    this.folder = folder;
    this.env = {
      PATH: process.env.PATH ?? "",
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_STATE_HOME: join(home, ".local/state"),
      XDG_CACHE_HOME: join(home, ".cache"),
      XDG_DATA_HOME: join(home, ".local/share"),
      TMPDIR: process.env.TMPDIR ?? "/tmp",
      GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_TERMINAL_PROMPT: "0",
      NODE_COMPILE_CACHE: COMPILED,
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
    };
    const user = name === null ? "" : `[user]\n\tname = ${name}\n\temail = ${name.toLowerCase()}@example.com\n`;
    writeFileSync(
      join(home, ".gitconfig"),
      `${user}[init]\n\tdefaultBranch = main\n[advice]\n\tdetachedHead = false\n`,
    );
  }

  /** Where git keeps this checkout's repository, by its real path. */
  get gitDir(): string {
    return realpathSync(this.git("rev-parse", "--path-format=absolute", "--git-common-dir"));
  }

  /** The host's own folder: runs, locks, cache. */
  get state(): StateFolder {
    this.#state ??= openStateFolder({ gitDir: this.gitDir, env: this.env, processes: makeProcesses() });
    return this.#state;
  }

  /** Deletes everything that this host remembers. */
  forget(): void {
    rmSync(this.state.path, { recursive: true, force: true });
    this.#state = null;
  }

  /** Adds lines to the person's own git configuration. */
  configure(text: string): void {
    appendFileSync(this.env.GIT_CONFIG_GLOBAL ?? "", text);
  }

  /** Plain git, as the person runs it; throws when it fails. */
  git(...args: string[]): string {
    const options = { cwd: this.folder, env: this.env, encoding: "utf8" as const };
    return execFileSync("git", args, { ...options, stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  }

  tryGit(...args: string[]): Said {
    const { status, stdout, stderr } = spawnSync("git", args, { cwd: this.folder, env: this.env, encoding: "utf8" });
    return { code: status ?? -1, out: stdout, err: stderr };
  }

  /** What a ref or revision names, null when nothing. */
  oid(revision: string): string | null {
    const { code, out } = this.tryGit("rev-parse", "--verify", "--quiet", `${revision}^{}`);
    return code === 0 ? out.trim() : null;
  }

  /** A file at a revision. */
  show(path: string, revision = "HEAD"): string | null {
    const { code, out } = this.tryGit("show", `${revision}:${path}`);
    return code === 0 ? out : null;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  makeExecutable(...paths: string[]): void {
    for (const path of paths) chmodSync(join(this.folder, path), 0o755);
  }

  /** A bare repository with the branches of this one and no remote, on another machine. */
  cloneBare(): Machine {
    const bare = new Machine(temporaryFolder("bare"));
    bare.git("clone", "-q", "--bare", this.folder, ".");
    bare.git("remote", "remove", "origin");
    return bare;
  }

  /** Replaces a piece of a file in the checkout. */
  edit(path: string, from: string | RegExp, to: string): void {
    const text = this.read(path);
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${path} has no ${from}:\n${text}`);
    this.write({ [path]: edited });
  }

  /** Commits these paths, or everything, as the person and answers the commit. */
  commit(message: string, ...paths: string[]): string {
    this.git("add", "-A", ...paths);
    this.git("commit", "-q", "--allow-empty", "-m", message);
    return this.git("rev-parse", "HEAD");
  }

  /** Types `mission ...` in this process: as a process does it, and quicker. */
  async say(...argv: string[]): Promise<Said> {
    const out: string[] = [];
    const err: string[] = [];
    process.chdir(this.folder);
    const code = await runProgram(argv, this.env, silentScreen(out, err));
    return { code, out: out.join("\n"), err: err.join("\n") };
  }

  /** The same for a command that has to succeed. */
  async must(...argv: string[]): Promise<string> {
    const { code, out, err } = await this.say(...argv);
    if (code !== 0) throw new Error(`mission ${argv.join(" ")} ended with ${code}: ${err}${out}`);
    return out;
  }

  async status(): Promise<StatusJson> {
    return JSON.parse(await this.must("status", "--json"));
  }

  /** `mission ...` as a process of its own. */
  mission(...argv: string[]): Said {
    const options = { cwd: this.folder, env: this.env, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(process.execPath, [this.main, ...argv], options);
    return { code: status ?? -1, out: stdout, err: stderr };
  }

  /** Starts `mission ...` as a process of its own and does not wait for it. */
  start(...argv: string[]): ChildProcess {
    const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
    return spawn(process.execPath, [this.main, ...argv], { cwd: this.folder, env: this.env, stdio });
  }

  /** Works with the doors that a process started here and now would have, but for the clock. */
  async withDoors<T>(work: (doors: Doors) => Promise<T>): Promise<T> {
    const screen = silentScreen([], []);
    const { context, close } = await openContext({ env: this.env, screen, json: false, cwd: this.folder });
    const { clock } = context.doors;
    const ahead = { now: () => clock.now() + this.ahead, sleep: clock.sleep };
    try {
      const program = { ...context.doors.program, main: BUILT };
      return await work(Object.create(context.doors, { clock: { value: ahead }, program: { value: program } }));
    } finally {
      close();
    }
  }
}
