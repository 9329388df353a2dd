/** Pulses as processes of their own, as cron starts them, and people who do what they are asked, until all is at rest. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Machine, Said } from "../../journeys/kit/machine.ts";
import { look, runsOf } from "../../journeys/kit/pulses.ts";
import type { Sight } from "../../journeys/kit/sight.ts";
import type { Plan } from "./plan.ts";
import type { Act, Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";

const MOST_ROUNDS = 120;
/** What a run left is cleaned up when its own time has come: a pulse that does it, one that finds nothing more, one that moves the clock. */
const ROUNDS_A_RUN = 3;
const MOST_TRIES = 12;
const MOST_STANDSTILLS = 3;
/** A git that hangs is ended after two minutes, and asked once more. */
const PROCESS_MS = 400_000;
/** Longer waits than this are for a person or for ever. */
const SKIP_MS = 20 * 60_000;
const TICK_MS = 15;

export interface Walked {
  /** Pulses that did something. */
  effects: number;
  /** Words of processes that ended otherwise than they should, and were not killed. */
  complaints: readonly string[];
  /** What the first machine shows at the end; null when it did not come to rest. */
  sight: Sight | null;
  /** Why it did not come to rest. */
  stuck: string | null;
}

export interface WalkOptions {
  plan: Plan;
  /** Further variables of every process. */
  env?: Readonly<Record<string, string>>;
  /** Is told of each process as it starts. */
  onStart?: (child: ChildProcess, plan: Plan) => void;
}

export async function walk(stage: Stage, scenario: Scenario, options: WalkOptions): Promise<Walked> {
  const told: string[] = [];
  const tries = new Map<Act, number>();
  const mostRounds = MOST_ROUNDS + ROUNDS_A_RUN * countRuns(stage);
  let effects = 0;
  let standstills = 0;
  const end = (sight: Sight | null, stuck: string | null): Walked => ({ effects, complaints: told, sight, stuck });
  for (let round = 1; round <= mostRounds; round += 1) {
    let moved = false;
    for (const machine of stage.machines) {
      const said = await type(machine, ["pulse", "--json"], options);
      const did = hasEffect(said);
      if (did) effects += 1;
      if (said.code !== 0 && said.code !== -1) told.push(`pulse: ${said.code} ${said.err}`);
      moved ||= did || said.code !== 0;
    }
    const before = printRuns(stage);
    if (!(await waitForRuns(stage))) return end(null, "a run does not end");
    if (moved || printRuns(stage) !== before) continue;
    const [first] = stage.machines;
    if (first === undefined) return end(null, "no machine");
    const sight = await look(first);
    const act = scenario.acts.find((each) => each.isDue(sight, first));
    if (act !== undefined) {
      const count = (tries.get(act) ?? 0) + 1;
      tries.set(act, count);
      if (count > MOST_TRIES) return end(sight, `${act.name} is still called for\n${sight.print()}`);
      const said = await perform(first, act.type(sight), options);
      if (said.code !== 0 && said.code !== -1) told.push(`${act.name}: ${said.code} ${said.err}`);
      continue;
    }
    const skippedMs = skip(stage, options.plan);
    // A host that waits for a person remembers no answer: the last one is over, and stays so.
    standstills = skippedMs === 1 ? standstills + 1 : 0;
    if (skippedMs === null || standstills > MOST_STANDSTILLS) return end(sight, null);
  }
  return end(null, `not at rest after ${mostRounds} rounds: ${told.slice(-3).join("\n")}`);
}

/** Types `mission ...` as a process; code -1 when it was killed. */
function type(machine: Machine, argv: readonly string[], { plan, env = {}, onStart }: WalkOptions): Promise<Said> {
  const child = spawn(process.execPath, [machine.main, ...argv], {
    cwd: machine.folder,
    env: { ...machine.env, MISSION_TEST_FAULTS: plan.file, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  onStart?.(child, plan);
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), PROCESS_MS);
    let out = "";
    let err = "";
    child.stdout.on("data", (text) => (out += text));
    child.stderr.on("data", (text) => (err += text));
    child.on("exit", (code) => {
      clearTimeout(timer);
      // A git that it left behind may hold the pipes.
      setTimeout(() => resolve({ code: code ?? -1, out, err }), code === null ? TICK_MS : 0);
    });
  });
}

async function perform(
  machine: Machine,
  words: ReturnType<Act["type"]>,
  options: WalkOptions,
): Promise<Pick<Said, "code" | "err">> {
  if (typeof words !== "function") return type(machine, words, options);
  words(machine);
  return { code: 0, err: "" };
}

function hasEffect({ out, code }: Said): boolean {
  try {
    const { applied } = JSON.parse(out) as { applied: readonly { outcome: string }[] };
    return applied.some(({ outcome }) => outcome === "done" || outcome === "lost");
  } catch {
    // Killed in its work, or told why it can't.
    return code === -1;
  }
}

async function waitForRuns(stage: Stage): Promise<boolean> {
  const giveUpAt = Date.now() + PROCESS_MS;
  while (stage.machines.some((machine) => [...runsOf(machine).values()].includes("alive"))) {
    if (Date.now() > giveUpAt) return false;
    await pause(TICK_MS);
  }
  return true;
}

function printRuns({ machines }: Stage): string {
  return JSON.stringify(machines.map((machine) => [...runsOf(machine)]));
}

function countRuns({ machines }: Stage): number {
  return machines.reduce((sum, machine) => sum + runsOf(machine).size, 0);
}

/** Moves all clocks to the first moment at which anything could change, and answers by how much. */
function skip({ machines }: Stage, plan: Plan): number | null {
  const next = Math.max(Math.min(...machines.flatMap(nextLook)), 1);
  if (next > SKIP_MS) return null;
  plan.goAhead(next);
  for (const machine of machines) machine.ahead += next;
  return next;
}

function nextLook(machine: Machine): number[] {
  try {
    const { until } = JSON.parse(readFileSync(join(machine.state.cache, "last-answer.json"), "utf8"));
    return until === null ? [] : [until - Date.now() - machine.ahead];
  } catch {
    return [];
  }
}
