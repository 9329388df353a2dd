/** A real repository with a real ledger and state folder, in which orders are carried out by real processes. */

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { runOrder } from "../../src/cli/run/run-order.ts";
import { systemClock } from "../../src/doors/clock.ts";
import { makeProcesses } from "../../src/doors/processes-system.ts";
import { systemRandom } from "../../src/doors/random.ts";
import { openStateFolder } from "../../src/doors/state-folder.ts";
import type { Fact, LedgerRecord, RunEnded, Verdict } from "../../src/model/record.ts";
import { type Order, type RunLimits, WHEN_TOLD } from "../../src/model/run.ts";
import { appendRecords, readLedger } from "../../src/repo/ledger.ts";
import { type Clone, makeAlone, makeRemote, type Remote } from "../repo/clones.ts";
import { anOrder, aRuntime } from "./orders.ts";

type Given = Partial<Omit<Order, "limits">> & { limits?: Partial<RunLimits> };

export interface World {
  clone: Clone;
  remote: Remote | null;
  base: string;
  /** Writes an order whose worker is a bash script, and claims it. */
  order(script: string, given?: Given): Promise<Run>;
}

export interface Run {
  order: Order;
  folder: string;
  workspace: string;
  /** Carries the order out in this process. */
  carryOut(env?: Record<string, string>): Promise<number>;
  /** Carries it out in a process of its own. */
  start(env?: Record<string, string>): ChildProcess;
  /** Carries it out in a process of its own that waits until its input tells it to. */
  startWaiting(): ChildProcessByStdio<Writable, null, null>;
  /** Records after the claim. */
  records(): Promise<readonly LedgerRecord[]>;
  ended(): Promise<{ fact: RunEnded; body: string; attachments: Record<string, string> }>;
  verdict(): Promise<{ fact: Verdict; body: string }>;
  /** Paths in the work that the `in` ref names, null when there is none. */
  work(): string[] | null;
  log(): string;
  closed(): boolean;
}

const FILES: Record<string, string> = { "a.txt": "a\n", "missions/crm/mission.md": "---\ntitle: CRM\n---\n" };
const MAIN = join(import.meta.dirname, "../../src/main.ts");
const processes = makeProcesses();

export async function aWorld(options: { remote?: boolean; files?: Record<string, string> } = {}): Promise<World> {
  const remote = options.remote ? makeRemote() : null;
  const clone = remote?.clone() ?? makeAlone();
  for (const [name, text] of Object.entries({ ...FILES, ...options.files })) {
    mkdirSync(dirname(join(clone.folder, name)), { recursive: true });
    writeFileSync(join(clone.folder, name), text, { mode: text.startsWith("#!") ? 0o755 : 0o644 });
  }
  clone.run("add", "-A", "-f");
  clone.run("commit", "-q", "-m", "base");
  if (remote) clone.run("push", "-q", "origin", "HEAD:main");
  const base = clone.run("rev-parse", "HEAD");
  const state = openStateFolder({ gitDir: clone.git.gitDir, env: process.env, processes });
  const context = {
    git: clone.git,
    authority: clone.authority,
    clock: systemClock,
    random: systemRandom,
    host: state.host,
    redact: (text: string) => text,
  };
  const write = async (expected: string | null, facts: Fact[]) => {
    const records = facts.map((fact) => ({ fact, by: "pulse@test", homeTip: base, body: "", attachments: {} }));
    const outcome = await appendRecords(context, "crm", records, { expected });
    if (outcome.kind !== "won") throw new Error(outcome.reason);
    return outcome.tip;
  };
  let tip = await write(null, [{ kind: "created", format: 1, home: "main" }]);
  let count = 0;

  async function order(script: string, given: Given = {}): Promise<Run> {
    count += 1;
    // As the pulse does: a run's processes are found by its id, among those of other tests too.
    const nonce = systemRandom.nonce(6);
    const made = anOrder({
      run: `contacts-${count}-${nonce}`,
      nonce,
      attempt: count,
      base,
      start: base,
      host: state.host,
      gitDir: clone.git.gitDir,
      owner: processes.self(),
      authority: remote ? { kind: "remote", remote: "origin" } : { kind: "local" },
      runtime: aRuntime(["bash", "-c", script]),
      ...given,
    });
    await state.writeOrder(made, "Do it.\n");
    const { run, runKind, about, attempt, spec, host, ttlMs } = made;
    tip = await write((await readLedger(clone.git, clone.authority.ledgerRef("crm"))).tip ?? tip, [
      {
        kind: "claim",
        run,
        runKind,
        about,
        attempt,
        spec,
        base,
        head: null,
        host,
        nonce: made.nonce,
        reserveUsd: 1.5,
        reserveMinutes: 30,
        reserveTokens: 1000,
        ttlMs,
      },
    ]);
    return aRun(made);
  }

  function aRun(made: Order): Run {
    const folder = state.runFolder(made.run);
    const file = join(folder, "run.json");
    const inRef = clone.authority.inRef(made.run);
    const find = async (kind: Fact["kind"]): Promise<LedgerRecord> => {
      const found = (await run.records()).find(({ fact }) => fact.kind === kind);
      if (!found) throw new Error(`no ${kind} in the ledger; log:\n${run.log()}`);
      return found;
    };
    const run: Run = {
      order: made,
      folder,
      workspace: join(folder, "workspace"),
      carryOut: (env = {}) => runOrder(file, { ...process.env, ...env }),
      start: (env = {}) =>
        spawn(process.execPath, [MAIN, "run-order", file], {
          env: { ...process.env, ...env },
          stdio: ["ignore", "ignore", "inherit"],
          detached: true,
        }),
      startWaiting: () =>
        spawn(process.execPath, [MAIN, "run-order", file, WHEN_TOLD], {
          stdio: ["pipe", "ignore", "inherit"],
          detached: true,
        }),
      async records() {
        await clone.authority.fetch([clone.authority.ledgerRef("crm")]);
        const { records } = await readLedger(clone.git, clone.authority.ledgerRef("crm"));
        const claim = records.findIndex(({ fact }) => fact.kind === "claim" && fact.run === made.run);
        return records.slice(claim + 1);
      },
      async ended() {
        const record = await find("run-ended");
        const names = clone.run("ls-tree", "--name-only", record.id).split("\n").filter(Boolean);
        const attachments = Object.fromEntries(names.map((name) => [name, clone.run("show", `${record.id}:${name}`)]));
        return { fact: record.fact as RunEnded, body: record.body, attachments };
      },
      async verdict() {
        const record = await find("verdict");
        return { fact: record.fact as Verdict, body: record.body };
      },
      work() {
        const tip = clone.run("for-each-ref", "--format=%(objectname)", inRef);
        return tip === "" ? null : clone.run("ls-tree", "-r", "--name-only", tip).split("\n");
      },
      log: () => (existsSync(join(folder, "agent.log")) ? readFileSync(join(folder, "agent.log"), "utf8") : ""),
      closed: () => existsSync(join(folder, "closed")),
    };
    return run;
  }

  return { clone, remote, base, order };
}

/** Waits until something holds; fails with the reason after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let step = 0; step < 500; step++) {
    if (holds()) return;
    await pause(20);
  }
  throw new Error(`not within ten seconds: ${what}`);
}

/** Processes that were started with this text in their environment or arguments. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => ["environ", "cmdline"].some((file) => isIn(`/proc/${entry}/${file}`, text)))
    .map(Number);
}

function isIn(file: string, text: string): boolean {
  try {
    return readFileSync(file, "latin1").includes(text);
  } catch {
    return false;
  }
}

/** Processes whose working directory lies in a folder, or did before that was deleted. */
export function processesIn(folder: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => workingDirectory(entry).startsWith(`${folder}/`))
    .map(Number);
}

function workingDirectory(entry: string): string {
  try {
    return readlinkSync(`/proc/${entry}/cwd`);
  } catch {
    return "";
  }
}
