import { createHash } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { ProcessTable } from "./table.ts";

/** Positions behind the name of the program, counted from 0. */
const STATE = 0;
const START_TIME = 19;

export const linuxProcesses: ProcessTable = {
  readMachine: () => read("/etc/machine-id") ?? read("/var/lib/dbus/machine-id") ?? hashHostName(),
  readBoot: () => read("/proc/sys/kernel/random/boot_id") ?? "unknown",
  readPidNamespace() {
    try {
      return readlinkSync("/proc/self/ns/pid");
    } catch {
      return "unknown";
    }
  },
  readStart: (pid) => parseStart(read(`/proc/${pid}/stat`)),
};

/** Field 22 of /proc/<pid>/stat: clock ticks since the boot. null for a zombie. */
export function parseStart(stat: string | null): string | null {
  if (stat === null) return null;
  // The name of the program stands in parentheses and may itself hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[STATE] ?? "";
  return /^[ZXx]$/.test(state) ? null : (fields[START_TIME] ?? null);
}

/** For machines without an id of their own. */
export function hashHostName(): string {
  return createHash("sha256").update(hostname()).digest("hex").slice(0, 32);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim() || null;
  } catch {
    return null;
  }
}
