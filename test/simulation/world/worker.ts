/** A worker's process: plays its script in the workspace, in virtual time, whether or not anybody still listens. */

import type { RunningWorker, WorkerEvent, WorkerExit, WorkerStart } from "../../../src/doors/runtimes/driver.ts";
import type { Process } from "../time/schedule.ts";
import { openBench } from "./folders.ts";
import { type Deed, drawScript } from "./worker-script.ts";
import type { Site, World } from "./world.ts";

const THAW_LOOK_MS = 1_000;

export function startWorker(world: World, site: Site, runner: Process, options: WorkerStart): RunningWorker {
  const { schedule, chance } = world;
  const { order } = options;
  // Whoever was killed at its last effect goes on here to its next wait, and starts nothing any more.
  if (runner.isDead) return { owner: null, outputBytes: () => 0, end: new Promise(() => {}), stop() {} };
  const script = drawScript(chance, world.plan, order, world.isCalm);
  const process = schedule.makeProcess(`worker of ${order.run}`, site.host.name);
  const owner = site.host.adopt(process);
  site.workers.set(order.run, [...(site.workers.get(order.run) ?? []), process]);
  schedule.note(`${site.host.name} ${process.name} ${script.habit}`);
  world.counters.add(order.runKind === "review" ? script.habit : `worker ${script.habit}`);
  if (script.habit === "wrecks") world.wrecked.add(order.run);
  let bytes = 0;
  let exit: WorkerExit = { exitCode: null, signal: "SIGKILL", spawnError: null };
  let isStopping = false;
  const bench = openBench(site.disk, options.workspace, {
    identity: order.identity,
    now: () => site.host.now(),
    onCommit: (oid) => world.workerCommits.push({ run: order.run, oid }),
  });
  const tell = (event: WorkerEvent): void => {
    bytes += 20;
    schedule.resume(runner, "hears its worker", () => options.onEvent(event));
  };

  function does(deed: Deed): void {
    if (deed.kind === "bench") deed.does(bench);
    else if (deed.kind === "say") tell({ kind: "text", text: deed.line, dropped: 0, mayBeSignal: true });
    else if (deed.kind === "cost") tell({ kind: "cost", usd: deed.usd, source: "reported" });
    else if (deed.kind === "quota") tell({ kind: "error", code: "quota", text: "come back later", until: null });
    else {
      exit = { exitCode: deed.code, signal: null, spawnError: null };
      schedule.end(process, `exits with ${deed.code}`);
    }
  }

  function play(index: number): void {
    const step = script.steps[index];
    // A script without an exit hangs.
    if (step === undefined) return;
    const go = (): void => {
      if (process.isFrozen) {
        schedule.at(schedule.now + THAW_LOOK_MS, process, go);
        return;
      }
      does(step.deed);
      play(index + 1);
    };
    schedule.at(schedule.now + step.afterMs, process, go);
  }

  const end = new Promise<WorkerExit>((resolve) => {
    process.onEnd.push(() => schedule.resume(runner, "sees its worker end", () => resolve(exit)));
  });
  play(0);
  return {
    owner,
    outputBytes: () => bytes,
    end,
    stop(graceMs) {
      if (isStopping) return;
      isStopping = true;
      exit = { exitCode: null, signal: script.ignoresTerm ? "SIGKILL" : "SIGTERM", spawnError: null };
      const takes = script.ignoresTerm ? graceMs : chance.between(1, 900);
      schedule.at(schedule.now + takes, process, () => schedule.end(process, "is ended"));
    },
  };
}
