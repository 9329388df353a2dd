import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Plan } from "../../../planning/plan.ts";
import type { Context } from "../../command.ts";
import { planningFolder } from "./planning-folder.ts";

/** Keeps what a planner wrote for the person, on this host alone. Answers the file. */
export function keepPlanText({ doors }: Context, id: string, text: string): string {
  const file = join(planningFolder(doors.state), `${id}.yaml`);
  writeFileSync(file, `${text.trimEnd()}\n`, { mode: 0o600 });
  return file;
}

/** Keeps a plan together with what the person asked for beside it. */
export function keepPlan(
  context: Context,
  {
    id,
    plan,
    mode,
    budget,
  }: { id: string; plan: Plan; mode: string | null; budget: readonly { name: string; text: string | number }[] },
): string {
  const mission = {
    ...{ ...plan.mission, id },
    ...(mode === null ? {} : { mode }),
    ...(budget.length === 0 ? {} : { budget: Object.fromEntries(budget.map(({ name, text }) => [name, text])) }),
  };
  return keepPlanText(context, id, stringify({ ...plan, mission }));
}
