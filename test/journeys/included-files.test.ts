/** Files of the person's own that `.worktreeinclude` lists lie in every workspace, and come into git from none of them. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { pulseOnce, pulseUntil, waitUntil } from "./kit/pulses.ts";
import { aRemoteWorld, type RemoteWorld, type WorldWords } from "./kit/world.ts";

const LIMIT = 120_000;
const TWO_HOURS = 2 * 3_600_000;
const SECRET = "KEY=sk-of-the-person\n";

function aWorldWithSecret(words: WorldWords): { world: RemoteWorld; machine: Machine } {
  const world = aRemoteWorld({
    mission: { milestones: { first: { a: {} } } },
    files: { ".worktreeinclude": ".env\n" },
    ...words,
  });
  const machine = world.clone("Anna");
  machine.write({ ".env": SECRET });
  return { world, machine };
}

/** Every path of every ref that the remote has. */
const listPaths = (world: RemoteWorld): string => world.git("log", "--all", "--name-only", "--format=");

async function cleanUp(machine: Machine): Promise<void> {
  const hasWorkspace = () => machine.state.listRuns().some(({ folder }) => existsSync(join(folder, "workspace")));
  machine.ahead += TWO_HOURS;
  for (let count = 0; count < 10 && hasWorkspace(); count += 1) await pulseOnce(machine, { full: true });
  expect(hasWorkspace()).toBe(false);
}

test(
  "where the setup failed",
  async () => {
    const { world, machine } = aWorldWithSecret({ config: { setup: ["grep -q KEY .env", "false"] } });
    const isOver = () => machine.state.listRuns().length > 0 && machine.state.listRuns().every(({ closed }) => closed);
    await pulseUntil(machine, "its setup has failed", (sight) => sight.feature("a").attempt > 0 && isOver());
    await cleanUp(machine);
    expect(listPaths(world)).not.toContain(".env");
  },
  LIMIT,
);

test(
  "where the work was done, or the run was killed while it was set up",
  async () => {
    const { world, machine } = aWorldWithSecret({ config: { setup: ["[ -e ready ] || touch begun; sleep 0.5"] } });
    await pulseOnce(machine);
    const [run] = machine.state.listRuns();
    await waitUntil("its setup has begun", () => existsSync(join(run?.folder ?? "", "workspace/begun")));
    const { owner } = machine.state.readOrder(run?.run ?? "") ?? {};
    process.kill(owner?.pid ?? 0, "SIGKILL");
    await pulseUntil(machine, "another one did it", (sight) => sight.of("a") === "done");
    await cleanUp(machine);
    expect(listPaths(world)).not.toContain(".env");
    await endWell(machine, { folder: world.remote });
  },
  LIMIT,
);

test("what --max held back is started by the next pulse", async () => {
  const { machine } = aWorldWithSecret({});
  const { main } = machine;
  const pulse = (...words: string[]) =>
    execFileSync(process.execPath, [main, "pulse", ...words], { cwd: machine.folder, env: machine.env });
  pulse("--max", "0");
  pulse("--max", "0");
  expect(machine.state.listRuns()).toEqual([]);
  pulse();
  expect(machine.state.listRuns().map(({ order }) => order.about)).toEqual([{ kind: "feature", feature: "a" }]);
  await pulseUntil(machine, "it is done", (sight) => sight.of("a") === "done");
});
