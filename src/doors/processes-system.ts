/** The processes of this machine, on Linux from /proc and on macOS from `ps`. */

import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { Owner } from "../model/run.ts";
import { linuxProcesses } from "./processes/linux.ts";
import { macProcesses } from "./processes/mac.ts";
import type { ProcessTable } from "./processes/table.ts";
import type { Processes } from "./processes.ts";

/** The door for the platform that this runs on. */
export function makeProcesses(table: ProcessTable = systemTable()): Processes {
  const place = { machine: table.readMachine(), boot: table.readBoot(), pidNamespace: table.readPidNamespace() };

  function identify(pid: number): Owner | null {
    const startedAt = table.readStart(pid);
    return startedAt === null ? null : { ...place, pid, startedAt };
  }
  function liveness(owner: Owner): "alive" | "dead" | "foreign" {
    if (owner.machine !== place.machine) return "foreign";
    if (owner.boot !== place.boot) return "dead";
    if (owner.pidNamespace !== place.pidNamespace) return "foreign";
    return table.readStart(owner.pid) === owner.startedAt ? "alive" : "dead";
  }
  return {
    self() {
      const self = identify(process.pid);
      if (self === null) throw new Error("the system does not show this process to itself");
      return self;
    },
    identify,
    liveness,
    signal(owner, signal, scope) {
      // 0 would be our own group, 1 all that we may signal.
      if (owner.pid <= 1 || liveness(owner) !== "alive") return false;
      try {
        process.kill(scope === "group" ? -owner.pid : owner.pid, signal);
        return true;
      } catch {
        return false;
      }
    },
    startDetached(options) {
      const child = spawnDetached(options);
      const owner = child.pid === undefined ? null : identify(child.pid);
      // Nobody would know it for the owner of anything, and it would wait for its word for as long as we live.
      if (owner === null) child.kill("SIGKILL");
      return owner && { owner, tell: (word) => child.stdin?.end(word) };
    },
  };
}

/** A session of its own: neither a hang-up of the terminal nor an interrupt of our group reaches it. */
function spawnDetached(options: Parameters<Processes["startDetached"]>[0]): ChildProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(options.program, options.args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["pipe", log, log],
      detached: true,
    });
    // A program that can't be started is told by the missing process id.
    child.on("error", () => {});
    // It may be gone before it is told anything.
    child.stdin?.on("error", () => {});
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

function systemTable(): ProcessTable {
  return process.platform === "darwin" ? macProcesses : linuxProcesses;
}
