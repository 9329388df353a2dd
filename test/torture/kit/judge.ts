/** What became of a world: what was lost, came twice or passed no gate, and whether it is at rest where it should be. */

import { findViolations } from "../../journeys/kit/invariants.ts";
import { findUnrest } from "../../journeys/kit/rest.ts";
import { findOverruns } from "./overrun.ts";
import type { Plan } from "./plan.ts";
import type { Scenario } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import type { Walked } from "./walk.ts";

export interface Judgement {
  lost: readonly string[];
  duplicated: readonly string[];
  ungated: readonly string[];
  overBudget: readonly string[];
  /** What an idle pulse did or wrote. */
  idleWrites: readonly string[];
  /** Why it did not converge. */
  astray: readonly string[];
}

/** `mostEffects`: pulses with effects that it may have taken. */
export async function judge(
  stage: Stage,
  scenario: Scenario,
  walked: Walked,
  { plan, mostEffects }: { plan: Plan; mostEffects: number },
): Promise<Judgement> {
  const { authority: folder, machines } = stage;
  plan.disarm();
  for (const machine of machines) {
    machine.env.MISSION_TEST_FAULTS = plan.file;
    machine.ahead = 0;
  }
  const env = machines[0]?.env ?? {};
  const violations = await findViolations({ folder, env, rewritten: scenario.rewritten ?? [] });
  const lost: string[] = [...findLostCommits(stage)];
  const duplicated: string[] = [];
  const ungated: string[] = [];
  for (const violation of violations) {
    if (/twice|ended \d+ times|was claimed while/.test(violation)) duplicated.push(violation);
    else if (/passed no gate|nobody signed/.test(violation)) ungated.push(violation);
    else lost.push(violation);
  }
  const astray = [...(walked.stuck === null ? [] : [walked.stuck]), ...findStacks(walked)];
  if (walked.sight !== null) astray.push(...scenario.check(walked.sight, stage));
  const unrest = walked.stuck === null ? await findAllUnrest(machines) : [];
  const idleWrites = unrest.filter((text) => text.startsWith("an idle pulse"));
  astray.push(...unrest.filter((text) => !idleWrites.includes(text)));
  if (walked.effects > mostEffects) astray.push(`${walked.effects} pulses with effects, at most ${mostEffects}`);
  return { lost, duplicated, ungated, overBudget: findOverruns(stage), idleWrites, astray };
}

async function findAllUnrest(machines: Stage["machines"]): Promise<string[]> {
  const found: string[] = [];
  for (const machine of machines) found.push(...(await findUnrest(machine)));
  return found;
}

/** Commits of workers and people that no ref of the authority or of a clone reaches any more. */
function findLostCommits({ machines, authority, commits }: Stage): string[] {
  const [first] = machines;
  const reachable = new Set(
    [authority, ...machines.map(({ folder }) => folder)].flatMap(
      (folder) => first?.git("-C", folder, "rev-list", "--all").split("\n") ?? [],
    ),
  );
  return commits().flatMap((commit) => (reachable.has(commit) ? [] : [`commit ${commit} is on no ref`]));
}

/** Whatever happens, a person reads words and no stack. */
function findStacks({ complaints }: Walked): string[] {
  return complaints.filter((text) => /internal error|^\s+at .*:\d+:\d+/m.test(text)).map((text) => `a stack: ${text}`);
}
