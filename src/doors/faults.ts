/**
 * Faults on purpose: a test names a plan, and every effect of the doors (a call that changes something outside) becomes a
 * point with a stable name at which the plan can kill, fail, hang or lie. Loaded only where a plan is named, and refused
 * outside of a test's own repository, so that it is no way in for anybody else.
 */

import type { Doors } from "./doors.ts";
import { aroundAsync, aroundSync } from "./faults/effect.ts";
import { fileName, moveName } from "./faults/names.ts";
import { openPlan, type Watch, whyRefused } from "./faults/plan.ts";
import type { Git } from "./git.ts";
import type { StateFolder } from "./host.ts";
import type { Checkout, Person } from "./person.ts";
import type { Processes } from "./processes.ts";
import type { Drivers } from "./runtimes/driver.ts";
import type { Shell } from "./runtimes/program/shell.ts";
import type { OpenRunFiles } from "./runtimes/run-folder/run-files.ts";

/** What a run has beyond the doors of a command. */
interface RunTools {
  drivers: Drivers;
  shell: Shell;
}

type AnyDoors = Partial<Doors & RunTools> & Pick<Doors, "git">;

/** The same doors with the plan's faults round them, or why the plan is refused here. */
export async function withFaults<D extends AnyDoors>(doors: D, file: string): Promise<D | { refused: string }> {
  const { git } = doors;
  const refused = whyRefused(file, git.gitDir, (await git.readConfig("mission.test")) === "true");
  if (refused !== null) return { refused };
  const watch = openPlan(file);
  const wrapped = Object.defineProperties({}, Object.getOwnPropertyDescriptors(doors)) as D;
  for (const [name, wrap] of Object.entries(wrappers(watch))) {
    if (!(name in doors)) continue;
    // Some doors are made when they are asked for.
    let made: unknown;
    const get = () => (made ??= wrap(doors[name as keyof D] as never));
    Object.defineProperty(wrapped, name, { get, enumerable: true });
  }
  const aroundPerson = (person: Person): Person => aroundThePerson(watch, person);
  return Object.assign(wrapped, { aroundPerson });
}

type Wrappers = { [K in keyof (Doors & RunTools)]?: (door: (Doors & RunTools)[K]) => (Doors & RunTools)[K] };

function wrappers(watch: Watch): Wrappers {
  return {
    git: (git) => aroundGit(watch, git),
    state: (state) => aroundState(watch, state),
    openRunFiles: (open) => aroundRunFiles(watch, open),
    files: (files) =>
      over(files, {
        writeText: aroundSync(watch, { name: (path) => `files.${fileName(path)}`, family: "files" }, files.writeText),
      }),
    processes: (processes) => aroundProcesses(watch, processes),
    workspaces: (workspaces) =>
      over(workspaces, {
        makeClone: aroundAsync(watch, { name: "workspace.clone", family: "git" }, workspaces.makeClone),
        copyIncluded: aroundAsync(
          watch,
          { name: "workspace.include", family: "files", success: [] },
          workspaces.copyIncluded,
        ),
        remove: aroundAsync(watch, { name: "workspace.remove", family: "files" }, workspaces.remove),
      }),
    debris: (debris) =>
      over(debris, {
        setAside: aroundSync(watch, { name: "debris.aside", family: "files" }, debris.setAside),
        replace: aroundSync(watch, { name: "debris.replace", family: "files" }, debris.replace),
      }),
    quickLook: (quickLook) =>
      over(quickLook, {
        remember: aroundSync(watch, { name: "cache.answer", family: "files" }, quickLook.remember),
      }),
    endSurvivors: (end) =>
      aroundAsync(watch, { name: "processes.survivors", family: "none", success: 0, failure: 0 }, end),
    drivers: (drivers) => (kind) => {
      const driver = drivers(kind);
      // A worker can't be made up: it is started, or it is not.
      return driver && { start: aroundSync(watch, { name: "worker.start", family: "files" }, driver.start) };
    },
    shell: (shell) => ({ run: aroundAsync(watch, { name: "shell.run", family: "none" }, shell.run) }),
    clock: (clock) => ({ ...clock, now: () => clock.now() + (watch.plan.aheadMs ?? 0) }),
  };
}

function aroundProcesses(watch: Watch, processes: Processes): Processes {
  const start = aroundSync(watch, { name: "processes.start", family: "files", failure: null }, processes.startDetached);
  return over(processes, {
    startDetached(options) {
      const started = start(options);
      return (
        started && { ...started, tell: aroundSync(watch, { name: "processes.tell", family: "none" }, started.tell) }
      );
    },
    signal: aroundSync(
      watch,
      { name: "processes.signal", family: "none", success: true, failure: false },
      processes.signal,
    ),
  });
}

function aroundGit(watch: Watch, git: Git): Git {
  const objects = { name: "objects", family: "git" } as const;
  const won = { kind: "won" } as const;
  return over(git, {
    writeBlob: aroundAsync(watch, objects, git.writeBlob),
    writeTree: aroundAsync(watch, objects, git.writeTree),
    writeFiles: aroundAsync(watch, objects, git.writeFiles),
    writeCommit: aroundAsync(watch, objects, git.writeCommit),
    writeChain: aroundAsync(watch, objects, git.writeChain),
    updateRefs: aroundAsync(
      watch,
      { name: (updates) => `refs.${moveName(updates)}`, family: "git", success: won },
      git.updateRefs,
    ),
    push: aroundAsync(
      watch,
      {
        name: (_remote, updates) => `push.${moveName(updates)}`,
        family: "git",
        success: won,
        failure: { kind: "unknown", reason: "no answer in time" },
      },
      git.push,
    ),
    fetch: aroundAsync(
      watch,
      {
        name: "fetch",
        family: "git",
        success: { kind: "ok", rejected: [], missing: [] },
        failure: { kind: "unreachable", reason: "no answer in time" },
      },
      git.fetch,
    ),
    importRef: aroundAsync(watch, { name: "import", family: "git", success: null }, git.importRef),
    snapshotFolder: aroundAsync(watch, { name: "snapshot", family: "git" }, git.snapshotFolder),
    fastForward: aroundAsync(
      watch,
      {
        name: "checkout.forward",
        family: "git",
        success: { kind: "done" },
        failure: { kind: "refused", reason: "no answer in time" },
      },
      git.fastForward,
    ),
    writeConfig: aroundAsync(watch, { name: "config", family: "git" }, git.writeConfig),
  });
}

function aroundState(watch: Watch, state: StateFolder): StateFolder {
  const file = (name: string) => ({ name: `state.${name}`, family: "files" }) as const;
  const lock = aroundAsync(watch, { ...file("lock"), success: { release() {} }, failure: null }, state.lock);
  return over(state, {
    writeOrder: aroundAsync(watch, file("order"), state.writeOrder),
    setOwner: aroundSync(watch, file("owner"), state.setOwner),
    writeReport: aroundSync(watch, { ...file("report"), success: "0001.json" }, state.writeReport),
    markReported: aroundSync(watch, file("reported"), state.markReported),
    closeRun: aroundSync(watch, file("closed"), state.closeRun),
    removeRun: aroundAsync(watch, file("removed"), state.removeRun),
    setStopped: aroundSync(watch, file("stop"), state.setStopped),
    async lock(name, waitMs) {
      const held = await lock(name, waitMs);
      return held && { release: aroundSync(watch, file("unlock"), held.release) };
    },
  });
}

function aroundRunFiles(watch: Watch, open: OpenRunFiles): OpenRunFiles {
  const file = (name: string) => ({ name: `run.${name}`, family: "files" }) as const;
  return (folder, limits) => {
    const files = open(folder, limits);
    return over(files, {
      appendEvent: aroundSync(watch, file("event"), files.appendEvent),
      writeExclude: aroundSync(watch, file("exclude"), files.writeExclude),
    });
  };
}

function aroundThePerson(watch: Watch, person: Person): Person {
  const { checkout } = person;
  return over(person, {
    writeCommit: aroundAsync(watch, { name: "person.commit", family: "git" }, person.writeCommit),
    checkout: checkout && aroundCheckout(watch, checkout),
  });
}

function aroundCheckout(watch: Watch, checkout: Checkout): Checkout {
  const stage = aroundAsync(
    watch,
    { name: "checkout.stage", family: "git", failure: { kind: "refused", reason: "no answer in time" } },
    checkout.stage,
  );
  return over(checkout, {
    writeFiles: aroundAsync(watch, { name: "checkout.write", family: "files" }, checkout.writeFiles),
    writeNote: aroundAsync(watch, { name: "checkout.note", family: "files" }, checkout.writeNote),
    async stage(files) {
      const staged = await stage(files);
      if (staged.kind !== "done") return staged;
      return {
        kind: "done",
        keep: aroundSync(watch, { name: "checkout.keep", family: "files" }, staged.keep),
        undo: aroundSync(watch, { name: "checkout.undo", family: "files" }, staged.undo),
      };
    },
  });
}

/** The same door with other methods. Getters stay getters. */
function over<D extends object>(door: D, methods: Partial<D>): D {
  const copy = Object.defineProperties({}, Object.getOwnPropertyDescriptors(door)) as D;
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(copy, name, { value, enumerable: true });
  return copy;
}
