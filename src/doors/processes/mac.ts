import { spawnSync } from "node:child_process";
import { hashHostName } from "./linux.ts";
import type { ProcessTable } from "./table.ts";

const TIMEOUT_MS = 5_000;

/** macOS has no pid namespaces. `ps` tells the start to the second, which is enough: process ids come round far slower. */
export const macProcesses: ProcessTable = {
  readMachine: () => run("sysctl", ["-n", "kern.uuid"]) ?? hashHostName(),
  // `kern.boottime` moves when the clock is set, and a live process would count as one of another boot.
  readBoot: () => run("sysctl", ["-n", "kern.bootsessionuuid"]) ?? "unknown",
  readPidNamespace: () => "none",
  readStart: (pid) => parsePsLine(run("ps", ["-o", "stat=,lstart=", "-p", String(pid)])),
};

/** A line such as `Ss   Mon Nov 20 09:13:00 2026`. null for a zombie. */
export function parsePsLine(line: string | null): string | null {
  const match = /^(\S+)\s+(.+)$/.exec(line ?? "");
  return match && !match[1]?.startsWith("Z") ? (match[2] ?? null) : null;
}

function run(program: string, args: readonly string[]): string | null {
  const { status, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" },
  });
  return status === 0 ? stdout.trim() || null : null;
}
