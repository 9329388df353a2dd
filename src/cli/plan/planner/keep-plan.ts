import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Plan } from "../../../planning/plan.ts";
import type { Context } from "../../command.ts";
import { CommandError } from "../../command-error.ts";

/** Keeps what a planner wrote for the person, on this host alone. Answers the file. */
export function keepPlanText({ doors }: Context, id: string, text: string): string {
  const folder = join(doors.state.path, "planning");
  const file = join(folder, `${id}.yaml`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${text.trimEnd()}\n`, { mode: 0o600 });
  return file;
}

/** The error that stood in the way of a plan's files, with where the plan is. */
export function keepPlan(
  context: Context,
  { id, plan, error }: { id: string; plan: Plan | null; error: CommandError },
) {
  const file = keepPlanText(context, id, stringify(plan));
  const { code, message, next, exitCode } = error;
  return new CommandError(code, message, `${next ?? "put that right"}; the plan is kept: --plan ${file}`, exitCode);
}
