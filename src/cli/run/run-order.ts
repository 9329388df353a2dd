/**
 * The hidden command `mission run-order FILE [when-told]`: the process that carries out one order. With `when-told` it waits
 * for the word of whoever makes the claim, on its input.
 */

import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { openGit } from "../../doors/git-process.ts";
import { makeProcesses } from "../../doors/processes-system.ts";
import { openStateFolder } from "../../doors/state-folder.ts";
import type { RefPrefix } from "../../format/ref-names.ts";
import { CLAIMED, type Order, WHEN_TOLD } from "../../model/run.ts";
import { openAuthority } from "../../repo/authority.ts";
import { carryOut } from "../../runner/carry-out.ts";
import type { RunnerDoors } from "../../runner/run-doors.ts";
import { makeStopSwitch, type StopSwitch } from "../../runner/watch/stop-switch.ts";
import { describeTrouble } from "../machine-trouble.ts";
import { openRunnerDoors } from "./runner-doors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How often somebody who waits looks whether all is stopped. */
const LOOK_MS = 250;
const STOP_SIGNALS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/**
 * Carries out the order in `run.json` and answers the exit code: 0 when its report is in the ledger or its claim is not
 * open, 2 when the file is no order of this host, 4 when the report still waits or the machine failed.
 */
export async function runOrder(file: string, env: Environment, when = ""): Promise<number> {
  const folder = dirname(resolve(file));
  const opened = await openOrder(folder, env);
  if (typeof opened === "string") {
    console.error(`mission: ${opened}`);
    return 2;
  }
  const { doors, order } = opened;
  const stop = makeStopSwitch();
  const onSignal = (signal: NodeJS.Signals): void => stop.stop(reasonLeft(doors, order) ?? `its process got ${signal}`);
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  try {
    const remote = order.authority.kind === "remote" ? order.authority.remote : null;
    const authority = openAuthority(doors.git, { remote, refPrefix: refPrefixOf(order) });
    const isClaimed = async () => when !== WHEN_TOLD || (await hearWord(() => isStopped(doors, stop))) === CLAIMED;
    const result = await carryOut(doors, { authority, order, stop, isClaimed });
    if (result.kind !== "settled") console.error(`${order.run}: ${result.kind}: ${result.reason}`);
    return result.kind === "waiting" ? 4 : 0;
  } catch (error) {
    const trouble = describeTrouble(error);
    if (trouble === null) throw error;
    // The next pulse takes in what the run left.
    console.error(`${order.run}: ${trouble.message}\nnext: ${trouble.next}`);
    return trouble.exitCode;
  } finally {
    for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    doors.git.close();
  }
}

function isStopped({ state }: RunnerDoors, { reason }: StopSwitch): boolean {
  return reason !== null || state.stopped();
}

/** What is said on our input before it ends: nothing where whoever would say it is gone, or all is stopped meanwhile. */
async function hearWord(isOver: () => boolean): Promise<string> {
  let word = "";
  const timer = setInterval(() => isOver() && process.stdin.destroy(), LOOK_MS);
  try {
    for await (const chunk of process.stdin) word += chunk;
  } catch {
    return "";
  } finally {
    clearInterval(timer);
  }
  return word;
}

/** The doors for an order in its own folder, or what is wrong with it. */
async function openOrder(folder: string, env: Environment): Promise<{ doors: RunnerDoors; order: Order } | string> {
  const processes = makeProcesses();
  const gitDir = readGitDir(join(folder, "run.json"));
  const state = gitDir === null ? null : openStateFolder({ gitDir, env, processes });
  const order = state?.readOrder(basename(folder)) ?? null;
  if (state === null || order === null || state.runFolder(order.run) !== folder) {
    return `${join(folder, "run.json")} is no order of this host`;
  }
  const git = openGit({ cwd: order.gitDir, env });
  const doors = await openRunnerDoors({ env, git, state, processes, identity: order.identity });
  if (!env.MISSION_TEST_FAULTS) return { doors, order };
  const { withFaults } = await import("../../doors/faults.ts");
  const planned = await withFaults(doors, env.MISSION_TEST_FAULTS);
  return "refused" in planned ? planned.refused : { doors: planned, order };
}

function readGitDir(file: string): string | null {
  try {
    const { gitDir } = JSON.parse(readFileSync(file, "utf8"));
    return typeof gitDir === "string" ? gitDir : null;
  } catch {
    return null;
  }
}

function refPrefixOf({ refPrefix }: Order): RefPrefix {
  return refPrefix === "refs/heads/mission-state" ? refPrefix : "refs/mission";
}

/** Who ends a run says why in its folder first; null where nobody did. */
function reasonLeft({ openRunFiles, state }: RunnerDoors, { run }: Order): string | null {
  const withdrawn = openRunFiles(state.runFolder(run), { logBytes: 0 }).withdrawn();
  if (withdrawn !== null) return withdrawn.trim() || "withdrawn";
  return state.stopped() ? "everything is stopped on this host" : null;
}
