/** What one process of a world has in hand: every door, in memory. */

import type { Doors } from "../../../src/doors/doors.ts";
import type { Git } from "../../../src/doors/git.ts";
import { sha256 } from "../../../src/doors/hash.ts";
import type { Owner } from "../../../src/model/run.ts";
import type { RunnerDoors } from "../../../src/runner/run-doors.ts";
import { openMemoryFiles, PACKAGE_FOLDER } from "../doors/files.ts";
import { openMemoryProcesses } from "../doors/processes.ts";
import { openMemoryQuickLook, type QuickLookDoors } from "../doors/quick-look.ts";
import { openMemoryRunFiles } from "../doors/run-files.ts";
import { openMemoryShell } from "../doors/shell.ts";
import { openMemoryState } from "../doors/state-folder.ts";
import { NO_DEBRIS, NO_LEFTOVERS } from "../doors/upkeep.ts";
import { openMemoryWorkspaces } from "../doors/workspaces.ts";
import { type Outside, openMemoryGit } from "../git/memory-git.ts";
import type { Chance } from "../time/chance.ts";
import type { Process } from "../time/schedule.ts";
import { hasFile, inspectFolder, removeFolder } from "./folders.ts";
import { startWorker } from "./worker.ts";
import { BUILD, GO_ON, type Site, type World } from "./world.ts";

export interface Actor {
  doors: Doors;
  runner: RunnerDoors;
  quick: QuickLookDoors;
  self: Owner;
}

/** Opens every door for a process of a site; `person` types as somebody. */
export function openActor(
  world: World,
  site: Site,
  process: Process,
  self: Owner,
  { person }: { person?: string },
): Actor {
  const { host, disk, repository, statePath } = site;
  const { schedule, chance } = world;
  const act = (call: string) => schedule.act(process, call);
  const git = openGit(world, site, process, person ?? null);
  const state = openMemoryState({
    disk: host.state,
    path: statePath,
    host: `sim-${host.name}`,
    self,
    liveness: (owner) => host.liveness(owner),
    now: () => host.now(),
    sleep: (ms) => schedule.sleep(process, ms, "lock"),
    act,
    chance: () => chance.next(),
    removeFolder: (path) => removeFolder(disk, path),
  });
  const processes = openMemoryProcesses({
    schedule,
    host,
    process,
    self,
    startRun: (run) => world.startRun(site, run),
  });
  const clock = { now: () => host.now(), sleep: (ms: number) => schedule.sleep(process, lengthen(chance, ms)) };
  const quick = { ...world.quickLookOf(site), act };
  const shared = {
    git,
    state,
    processes,
    workspaces: openMemoryWorkspaces({ schedule, process, disk, repository }),
    openRunFiles: openMemoryRunFiles({ disk: host.state, act, inspect: (path) => inspectFolder(disk, path) }),
    endSurvivors: (run: string) => world.endSurvivors(site, process, run),
    faults: { reach: () => {} },
    clock,
    random: { nonce: (length: number) => drawNonce(chance, length) },
    hash: sha256,
    env: { PATH: "/bin" },
    program: { node: "/bin/node", main: "/package/main.js", build: BUILD },
  };
  const doors: Doors = {
    ...shared,
    worktree: site.checkout,
    files: openMemoryFiles({
      disk: host.state,
      runs: `${statePath}/runs`,
      act,
      hasFolder: (path) => disk.folders.has(path),
      hasProgram: () => true,
    }),
    quickLook: openMemoryQuickLook(quick),
    debris: NO_DEBRIS,
    leftovers: NO_LEFTOVERS,
    packageFolder: PACKAGE_FOLDER,
    insideRun: false,
  };
  const runner: RunnerDoors = {
    ...shared,
    drivers: () => ({ start: (options) => startWorker(world, site, process, options) }),
    shell: openMemoryShell({ schedule, process, has: (workspace, path) => hasFile(disk, workspace, path) }),
    openSearch: (pattern) => {
      const expression = new RegExp(pattern, "m");
      return { find: async (text) => (expression.test(text) ? "found" : "absent"), close: () => {} };
    },
    loadPrices: async () => () => null,
    readVersion: async () => null,
    measureDisk: async () => 1_000,
    configuredNames: () => [],
  };
  return { doors, runner, quick, self };
}

function openGit(world: World, site: Site, process: Process, person: string | null): Git {
  const { schedule, chance, plan } = world;
  const outside: Outside = {
    step: (call) => schedule.step(process, call) ?? GO_ON,
    remote: async (call) => {
      await schedule.sleep(process, chance.between(50, 3_000), call);
      const { lost, unanswered, late, stale, refuse } = plan.faults.remote;
      if (world.isCalm) return "answered";
      if (call === "push") {
        const drawn = chance.weigh({ answered: 1, lost, unanswered, late, refuse });
        if (drawn === "refuse") return { refuse: "hook declined" };
        world.unanswered = drawn === "unanswered" ? process : null;
        return drawn;
      }
      const drawn = chance.weigh({ answered: 1, lost, stale });
      if (drawn === "stale") world.counters.add("stale read");
      return drawn;
    },
    later: (apply) =>
      schedule.at(schedule.now + chance.between(100, 90_000), null, () => {
        world.late = process;
        apply();
        world.late = null;
      }),
  };
  const identity =
    person === null
      ? { name: "Host", email: `${site.host.name}@example.com` }
      : { name: person, email: `${person.toLowerCase()}@example.com` };
  const network = new Map(world.remote === null ? [] : [[world.remote.gitDir, world.remote] as const]);
  return openMemoryGit({ disk: site.disk, gitDir: site.repository.gitDir, network, outside, identity });
}

/** The loops that watch something look several times a second. Here a look comes later, as on a machine with too much to do. */
function lengthen(chance: Chance, ms: number): number {
  return ms === 100 || ms === 200 || ms === 250 ? chance.between(3_000, 15_000) : ms;
}

function drawNonce(chance: Chance, length: number): string {
  let text = "";
  while (text.length < length) text += "0123456789abcdefghijklmnopqrstuvwxyz"[chance.below(36)];
  return text;
}
