/** The engine in this process, on a repository of the benchmark, with runs as processes of their own. */

import { applyAll } from "../../src/apply/apply.ts";
import { openContext } from "../../src/cli/context.ts";
import { openScreen } from "../../src/cli/screen.ts";
import { decide } from "../../src/decide/decide.ts";
import { deriveState } from "../../src/derive/state.ts";
import type { Doors } from "../../src/doors/doors.ts";
import type { Decision } from "../../src/model/decision.ts";
import { observe } from "../../src/observe/observe.ts";
import { openLedgers } from "../../src/observe/open-ledgers.ts";
import { MAIN, NODE } from "./world.ts";

const WAIT_MS = 120_000;

export interface Engine {
  doors: Doors;
  close(): void;
}

/** The built program carries out the runs. */
export async function openEngine(cwd: string, env: NodeJS.ProcessEnv): Promise<Engine> {
  const { context, close } = await openContext({ env, screen: openScreen(env), json: false, cwd });
  const { doors } = context;
  const started = { node: NODE, main: MAIN, build: doors.program.build };
  return { doors: Object.create(doors, { program: { value: started } }), close };
}

/** What is due now, of one kind, ready to be applied; applying throws where anything is not done. */
export async function prepare(
  doors: Doors,
  kind: Decision["kind"],
  most: number,
): Promise<{ count: number; apply(): Promise<void> }> {
  const snapshot = await observe(doors);
  const state = deriveState(snapshot);
  const due = decide(state)
    .filter((decision) => decision.kind === kind)
    .slice(0, most);
  const context = { doors, ...(await openLedgers(doors, snapshot)), snapshot, state, tips: new Map() };
  return {
    count: due.length,
    apply: () =>
      applyAll(context, due, (_, applied) => {
        if (applied.kind !== "done") throw new Error(JSON.stringify(applied));
      }),
  };
}

export async function waitUntil(holds: () => boolean): Promise<void> {
  const end = Date.now() + WAIT_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited ${WAIT_MS} ms in vain`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function waitForRuns(doors: Doors): Promise<void> {
  return waitUntil(() => doors.state.listRuns().every(({ closed }) => closed));
}
