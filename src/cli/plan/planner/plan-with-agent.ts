/** From a goal to a plan: an agent proposes, code checks, what is wrong goes back to the agent; a few rounds at most. */

import { readTemplate } from "../../../apply/prompt.ts";
import type { Mode } from "../../../model/documents.ts";
import type { Finding } from "../../../model/finding.ts";
import { openLedgers } from "../../../observe/open-ledgers.ts";
import type { Plan } from "../../../planning/plan.ts";
import { judgeProvider } from "../../../runner/work/outcome.ts";
import type { Supervised } from "../../../runner/work/supervise.ts";
import { usdText } from "../../../view/money.ts";
import { askPerson } from "../../ask-person.ts";
import type { Context } from "../../command.ts";
import { CommandError } from "../../command-error.ts";
import type { Sight } from "../../read/look.ts";
import { parsePlan } from "../new-plan.ts";
import { describeTask, emptyCommit } from "./describe-task.ts";
import type { Planner } from "./find-planner.ts";
import { keepPlanText } from "./keep-plan.ts";
import { makePlanOrder } from "./plan-order.ts";
import { printPlanNews, printPlanPrompt, type Told } from "./plan-prompt.ts";
import { openPlannerRun, type PlannerRun, type Prompts, spentOn } from "./planner-run.ts";
import { cleanPlan, findUnasked, PLAN_BYTES, takePlanText } from "./take-plan.ts";

const ROUNDS = 3;
const QUESTIONS = 5;
const MOST_SHOWN = 5;
const PLAN_NAME = "the plan";

export interface PlanningRequest {
  id: string;
  goal: string;
  mode: Mode | null;
  /** USD that it may cost at most; null: as much as any run. */
  usd: number | null;
  /** The person can be asked. */
  canAsk: boolean;
  /** What is wrong with a plan that has the right form. */
  check(plan: Plan): readonly Finding[];
}

export interface Planned {
  plan: Plan;
  /** Who made it, and what it cost: `claude 2.1.197 opus, 0.42 USD`. */
  by: string;
}

export async function planWithAgent(
  context: Context,
  sight: Sight,
  { planner, request }: { planner: Planner; request: PlanningRequest },
): Promise<Planned> {
  if (context.doors.state.stopped())
    throw new CommandError("stopped", "everything is stopped", "mission resume --all", 1);
  const { authority } = await openLedgers(context.doors, sight.snapshot);
  const base = sight.snapshot.defaultBranch.tip ?? (await emptyCommit(context));
  const order = makePlanOrder(context, sight, { authority, request, base, planner });
  const task = await describeTask(context, sight, { role: planner.role, request, base });
  const template = readTemplate(context, "plan");
  const newsTemplate = readTemplate(context, "plan-resume");
  const prompts = (told: Told): Prompts => ({
    whole: printPlanPrompt({ ...task, ...told }, template),
    resume: printPlanNews({ ...task, ...told }, newsTemplate),
  });
  const run = await openPlannerRun(context, authority, order);
  try {
    return await goRounds({ context, run, planner, request, prompts });
  } finally {
    await run.end();
  }
}

interface Rounds {
  context: Context;
  run: PlannerRun;
  planner: Planner;
  request: PlanningRequest;
  prompts(told: Told): Prompts;
}

async function goRounds({ context, run, planner, request, prompts }: Rounds): Promise<Planned> {
  const answers: { question: string; answer: string }[] = [];
  const spent: Supervised[] = [];
  let last: Told["last"] = null;
  for (let round = 1; ; ) {
    const supervised = await run.start(prompts({ answers, last }), spent);
    spent.push(supervised);
    const question = questionOf(context, spent);
    if (question !== null) {
      answers.push({ question, answer: await answerTo(request, question, answers.length) });
      continue;
    }
    const { text, plan, findings } = judge(run.readHandoff(PLAN_BYTES + 1), supervised, request);
    const errors = findings.filter(({ severity }) => severity === "error");
    if (plan !== null && errors.length === 0) return { plan, by: describeWork(planner, spent) };
    if (round === ROUNDS) throw giveUp(context, request, { text, errors, spent });
    if (!context.json) context.screen.print(["It goes back to the planner:", ...shown(errors)].join("\n"));
    last = { text, findings: findings.map(findingLine) };
    round += 1;
  }
}

function judge(written: string, { notes, end }: Supervised, request: PlanningRequest) {
  const taken = takePlanText(written, notes.lastMessage ?? end.tail);
  if ("missing" in taken) return { text: "", plan: null, findings: [finding(taken.missing)] };
  const read = parsePlan(PLAN_NAME, taken.text);
  if (read.kind === "findings") return { text: taken.text, plan: null, findings: read.findings };
  const unasked = findUnasked(read.plan);
  const plan = cleanPlan(read.plan);
  return { text: taken.text, plan, findings: unasked.length > 0 ? unasked : request.check(plan) };
}

function finding(message: string): Finding {
  const place = { file: PLAN_NAME, line: 1, column: 1 };
  return { ...place, severity: "error", code: "bad-plan", message, expected: "one YAML document of at most 1 MiB" };
}

function findingLine({ file, line, severity, message, expected }: Finding): string {
  const place = file === PLAN_NAME ? "" : `${file}:${line}: `;
  return `- ${severity}: ${place}${message}; expected: ${expected}`;
}

function shown(errors: readonly Finding[]): string[] {
  const more = errors.length > MOST_SHOWN ? [`- and ${errors.length - MOST_SHOWN} more`] : [];
  return [...errors.slice(0, MOST_SHOWN).map(findingLine), ...more];
}

/** What it asks; null when it made a plan. Throws where it could do neither. */
function questionOf({ doors }: Context, spent: readonly Supervised[]): string | null {
  const last = spent.at(-1);
  if (last === undefined) return null;
  const { end, because, problem } = last;
  if (end.reason === "stopped") throw noPlan(because ?? "it was stopped", spent);
  const signal = end.lastSignal;
  if (signal?.kind === "question") return signal.text;
  if (signal?.kind === "blocked") throw noPlan(signal.text, spent);
  if (end.reason === "exited" && signal !== null) return null;
  const kept = judgeProvider({ end, because, problem, now: doors.clock.now() });
  if (kept !== null) throw noPlan(kept.text, spent);
  if (end.reason !== "exited" || problem !== null) throw noPlan(because ?? problem?.text ?? end.reason, spent);
  return null;
}

function noPlan(why: string, spent: readonly Supervised[]): CommandError {
  const next = "the same command again, or with --template blank to write the plan yourself";
  return new CommandError("no-plan", `no plan was made, and nothing was written${costOf(spent)}: ${why}`, next, 1);
}

async function answerTo({ canAsk }: PlanningRequest, question: string, asked: number): Promise<string> {
  const answer = canAsk && asked < QUESTIONS ? await askPerson(`\nThe planner asks: ${question}`) : "";
  if (answer !== "") return answer;
  const next = "the same command with the answer in the goal";
  throw new CommandError("question", `nothing was written: the planner asks: ${question}`, next, 1);
}

/** The last plan may lack little. */
function giveUp(
  context: Context,
  { id }: PlanningRequest,
  { text, errors, spent }: { text: string; errors: readonly Finding[]; spent: readonly Supervised[] },
): CommandError {
  const why = ["", ...shown(errors)].join("\n");
  const end = `the plan has errors after ${ROUNDS} rounds${costOf(spent)}, and nothing was written${why}`;
  if (text === "") return noPlan(`after ${ROUNDS} rounds${why}`, spent);
  const file = keepPlanText(context, id, text);
  return new CommandError("no-plan", end, `put ${file} right, then mission new --plan ${file} --id ${id}`, 1);
}

function costOf(spent: readonly Supervised[]): string {
  const usd = spentOn(spent);
  return usd > 0 ? ` (${usdText(usd)} spent)` : "";
}

function describeWork({ runtime, model }: Planner, spent: readonly Supervised[]): string {
  const session = spent.at(-1)?.notes.session;
  const name = session?.program ?? runtime.name;
  const usd = spentOn(spent);
  const money = usd > 0 ? [`${usdText(usd)}${runtime.billing === "subscription" ? " (subscription)" : ""}`] : [];
  return [[name, session?.model ?? model ?? ""].filter((word) => word !== "").join(" "), ...money].join(", ");
}
