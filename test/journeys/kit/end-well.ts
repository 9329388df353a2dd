/** How every journey ends: what must hold holds, nothing is left running, and a pulse with nothing to do writes nothing. */

import { expect } from "vitest";
import type { auditJson } from "../../../src/view/audit.ts";
import { findViolations, type Place } from "./invariants.ts";
import type { Machine } from "./machine.ts";
import { pulseOnce, pulseUntilIdle } from "./pulses.ts";
import { findUnrest } from "./rest.ts";
import type { Sight } from "./sight.ts";

export interface Ending extends Partial<Pick<Place, "folder" | "rewritten" | "gone">> {
  /** Runs that are meant to go on. */
  running?: boolean;
  /** Checks of the audit that find what somebody has spoilt in git. */
  spoilt?: readonly string[];
}

/** Fails when a machine, or the repository that is its authority, is not as it must be. Answers what it shows at the end. */
export async function endWell(
  machine: Machine,
  { running, spoilt = [], folder = machine.folder, ...place }: Ending = {},
): Promise<Sight> {
  const sight = running ? (await pulseOnce(machine)).sight : await pulseUntilIdle(machine);
  expect(await findViolations({ folder, env: machine.env, ...place })).toEqual([]);
  await expectClean(machine, spoilt);
  if (!running) expect(await findUnrest(machine)).toEqual([]);
  return sight;
}

/** The program's own audit has nothing against what it has done. */
async function expectClean(machine: Machine, spoilt: readonly string[]): Promise<void> {
  const { out, err } = await machine.say("audit", "--json");
  if (err !== "") throw new Error(err);
  const { missions } = JSON.parse(out) as ReturnType<typeof auditJson>;
  const wrong = missions.flatMap(({ mission, violations }) => violations.map((each) => ({ mission, ...each })));
  expect(wrong.filter(({ check }) => !spoilt.includes(check))).toEqual([]);
  expect([...new Set(wrong.map(({ check }) => check))]).toEqual([...spoilt]);
}
