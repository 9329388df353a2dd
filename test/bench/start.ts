/** P1: how long the program takes to begin. */

import { type Measured, measurePair, timeProcess } from "./measure.ts";
import { MAIN, makeWorld, NODE } from "./world.ts";

export async function benchStart(rounds: number): Promise<Measured> {
  const world = makeWorld();
  const options = { cwd: world.folder, env: world.env };
  const floor = () => timeProcess(NODE, ["-e", "0"], options);
  const pair = (what: string, args: readonly string[], target: number) =>
    measurePair({
      id: "P1",
      what,
      floorName: "empty node",
      target,
      rounds,
      floor,
      ours: () => timeProcess(NODE, [MAIN, ...args], options),
    });
  try {
    const rows = [
      await pair("mission --version", ["--version"], 1.15),
      await pair("mission --help", ["--help"], 1.15),
      // Everything that a command loads before its first line of work: the table, its options, its help.
      await pair("mission status --help", ["status", "--help"], 1.6),
    ];
    return { rows, counts: [] };
  } finally {
    world.remove();
  }
}
