import { deriveQuestionInput } from "../derive/prompt-input.ts";
import { printPrompt } from "../format/prompt.ts";
import { checkLabel } from "../model/documents.ts";
import type { Order, Question } from "../model/run.ts";
import type { Judge } from "../model/state.ts";
import type { ApplyContext, Subject } from "./context.ts";
import { findPlayer, permissionsOf } from "./player.ts";
import { readTemplate } from "./prompt.ts";
import { readRules } from "./rules.ts";

/** A question is about no feature alone: what is usual is allowed. */
const RISK = "yellow";

/** What the agents that answer checks of a run are asked, each with its prompt. */
export async function makeQuestions(
  context: ApplyContext,
  subject: Subject,
  order: Order,
  judges: readonly Judge[],
): Promise<readonly Question[]> {
  if (judges.length === 0) return [];
  const { git } = context.doors;
  const rules = await readRules(git, subject.mission.repository.config, subject.home.tip);
  const template = readTemplate(context, "validate");
  const { run, runKind, attempt, policy, about } = order;
  return judges.flatMap((judge): readonly Question[] => {
    const asked = order.checks.find(({ check }) => checkLabel(check) === judge.label);
    const { role, runtime, model, tier } = findPlayer(context, subject, judge);
    if (!asked || !runtime) return [];
    const { minutes, usd, tokens } = judge.reserve;
    const limits = { minutes, usd: usd > 0 ? usd : null, tokens: tokens > 0 ? tokens : null };
    const milestone = about.kind === "milestone" ? about.milestone : null;
    const told = { run, runKind, attempt, policy, limits, rules, milestone, role };
    const input = deriveQuestionInput(subject.mission, subject.document, asked, told);
    const prompt = printPrompt(input, template);
    const permissions = permissionsOf(role, { risk: RISK });
    return [{ label: judge.label, role: judge.role, permissions, runtime, model, tier, prompt, ...limits }];
  });
}
