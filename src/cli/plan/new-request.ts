/** What was typed after `mission new`. */

import { plainLine } from "../../format/plain-text.ts";
import type { Mode } from "../../model/documents.ts";
import { isId, isReservedId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Plan } from "../../planning/plan.ts";
import { missionSlug } from "../../planning/slug.ts";
import { renderFindings } from "../../view/findings.ts";
import { type Arguments, type Context, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { convertHours, type Limit, parseLimits } from "../control/budget-limits.ts";
import { pageOf } from "../read/look.ts";
import { readPlan } from "./new-plan.ts";

export interface Request {
  /** All that was said of it; empty where only a plan was given. */
  goal: string;
  title: string;
  id: string;
  plan: Plan | null;
  /** null: none was asked for. */
  template: string | null;
  mode: Mode | null;
  budget: readonly Limit[];
}

const GOAL_LENGTH = 20_000;

export function readRequest(context: Context, args: Arguments): Request {
  const goal = args.words.join(" ").trim();
  if (goal.length > GOAL_LENGTH)
    throw new CommandError(
      "long-goal",
      `a goal has at most ${GOAL_LENGTH} characters`,
      "put the rest into a file of the repository, and name that file in the goal",
    );
  const file = textOption(args, "plan");
  const plan = file === null ? null : demandPlan(context, file);
  const title = plainLine(goal, LIMITS.titleLength) || plan?.mission.title || "";
  if (title === "") throw new CommandError("no-goal", "what do you want to have?", 'mission new "goal"');
  const mode = textOption(args, "mode");
  if (mode !== null && mode !== "poc" && mode !== "full")
    throw new CommandError("bad-mode", `there is no mode ${mode}`, "--mode poc or --mode full");
  const id = demandId(textOption(args, "id") ?? plan?.mission.id ?? missionSlug(title), title);
  const words = textOption(args, "budget")?.split(/[\s,]+/);
  const budget = words === undefined ? [] : parseLimits(words, id).map((limit) => convertHours(limit, "hours"));
  return { goal, title, id, plan: plan && withTitle(plan, goal), template: textOption(args, "template"), mode, budget };
}

function withTitle(plan: Plan, goal: string): Plan {
  const title = plainLine(goal, LIMITS.titleLength);
  return title === "" ? plan : { ...plan, mission: { ...plan.mission, title } };
}

function demandPlan(context: Context, file: string): Plan {
  const read = readPlan(context.cwd, file);
  if (read.kind === "plan") return read.plan;
  context.screen.warn(renderFindings(read.findings, [], pageOf(context)).join("\n"));
  throw new CommandError(
    "findings",
    `${file} is no plan: nothing was written`,
    "put it right, then the same command",
    1,
  );
}

function demandId(id: string, title: string): string {
  const next = `mission new "${title.replaceAll('"', "'")}" --id NAME`;
  if (isReservedId(id))
    throw new CommandError(
      "reserved-id",
      `a mission can't be called ${id}: the word has a meaning of its own here`,
      next,
    );
  if (!isId(id))
    throw new CommandError(
      "bad-id",
      `${id || "that"} is no name for a mission: a-z, 0-9 and - in between, at most 63`,
      next,
    );
  return id;
}
