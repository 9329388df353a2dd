/** However much a worker prints, the process that looks after it stays small: by the kernel's own figures. */

import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { aWorld } from "../world.ts";

const MIB = 1024 * 1024;

test.runIf(process.platform === "linux").each([
  ["a gigabyte without a line break", "head -c 1073741824 /dev/zero | tr '\\0' x", 2_048 * MIB],
  [
    "a line of 200 MB and a million short ones",
    "head -c 200000000 /dev/zero | tr '\\0' x; yes | head -c 2000000",
    400 * MIB,
  ],
])(
  "%s",
  async (_title, script, outputBytes) => {
    const { order } = await aWorld();
    const run = await order(`${script}; printf '\\nDONE: printed\\n'`, { limits: { outputBytes } });
    const child = run.start();
    const exit = new Promise((resolve) => child.once("exit", resolve));
    let peak = 0;
    while (child.exitCode === null && child.signalCode === null) {
      peak = Math.max(peak, highestMemory(child.pid));
      await pause(20);
    }
    expect(await exit).toBe(0);
    expect((await run.ended()).body).toBe("printed");
    expect(peak).toBeGreaterThan(0);
    expect(peak / MIB).toBeLessThan(256);
    expect(run.log().length).toBeLessThan(3 * MIB);
  },
  120_000,
);

/** Largest resident size so far, in bytes; 0 when it is gone. */
function highestMemory(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
