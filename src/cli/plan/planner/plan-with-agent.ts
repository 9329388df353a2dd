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
import { printPlanPrompt, type Told } from "./plan-prompt.ts";
import { openPlannerRun, type PlannerRun } from "./planner-run.ts";

const ROUNDS = 3;
const QUESTIONS = 5;
const MOST_SHOWN = 3;
const PLAN_NAME = "the plan";

export interface PlanningRequest {
  id: string;
  goal: string;
  mode: Mode | null;
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
  const { authority } = await openLedgers(context.doors, sight.snapshot);
  const base = sight.snapshot.defaultBranch.tip ?? (await emptyCommit(context));
  const order = makePlanOrder(context, sight, { authority, mission: request.id, base, planner });
  const told = await describeTask(context, sight, { role: planner.role, request, base });
  const template = readTemplate(context, "plan");
  const run = await openPlannerRun(context, authority, order);
  try {
    return await goRounds(context, run, {
      planner,
      request,
      prompt: (parts) => printPlanPrompt({ ...told, ...parts }, template),
    });
  } finally {
    await run.end();
  }
}

interface Rounds {
  planner: Planner;
  request: PlanningRequest;
  prompt(told: Told): string;
}

async function goRounds(context: Context, run: PlannerRun, { planner, request, prompt }: Rounds): Promise<Planned> {
  const answers: { question: string; answer: string }[] = [];
  const spent: Supervised[] = [];
  let last: Told["last"] = null;
  for (let round = 1; ; ) {
    const supervised = await run.start(prompt({ answers, last }), spent);
    spent.push(supervised);
    const question = questionOf(context, supervised);
    if (question !== null) {
      answers.push({ question, answer: await answerTo(context, question, answers.length) });
      continue;
    }
    const text = takeFence(run.readPlan(supervised));
    const { plan, findings } = judge(text, request);
    const errors = findings.filter(({ severity }) => severity === "error");
    if (plan !== null && errors.length === 0) return { plan, by: describeWork(planner, spent) };
    if (round === ROUNDS) throw giveUp(context, request, text, errors);
    last = { text, findings: findings.map(findingLine) };
    round += 1;
  }
}

function judge(text: string, request: PlanningRequest): { plan: Plan | null; findings: readonly Finding[] } {
  const read = parsePlan(PLAN_NAME, text);
  return read.kind === "plan"
    ? { plan: read.plan, findings: request.check(read.plan) }
    : { plan: null, findings: read.findings };
}

function findingLine({ file, line, severity, message, expected }: Finding): string {
  return `- ${severity}: ${file}:${line}: ${message}; expected: ${expected}`;
}

/** What it asks; null when it made a plan. Throws where it could do neither. */
function questionOf({ doors }: Context, { end, because, problem }: Supervised): string | null {
  if (end.reason === "stopped") throw stopped("it was interrupted");
  const signal = end.lastSignal;
  if (signal?.kind === "question") return signal.text;
  if (signal?.kind === "blocked") throw stopped(signal.text);
  if (end.reason === "exited" && signal !== null) return null;
  const kept = judgeProvider({ end, because, problem, now: doors.clock.now() });
  if (kept !== null) throw stopped(kept.text);
  if (end.reason !== "exited" || problem !== null) throw stopped(because ?? problem?.text ?? end.reason);
  return null;
}

function stopped(why: string): CommandError {
  const next = "the same command again, or with --template blank to write the plan yourself";
  return new CommandError("no-plan", `no plan was made, and nothing was written: ${why}`, next, 1);
}

async function answerTo({ screen }: Context, question: string, asked: number): Promise<string> {
  const answer = screen.canAsk && asked < QUESTIONS ? await askPerson(`\nThe planner asks: ${question}`) : "";
  if (answer !== "") return answer;
  const next = "the same command with the answer in the goal";
  throw new CommandError("question", `nothing was written: the planner asks: ${question}`, next, 1);
}

/** What stands between the first fence and the last one, where an agent puts its plan into a message. */
function takeFence(text: string): string {
  return /^```(?:ya?ml|json)?\n([\s\S]*?)^```/m.exec(text)?.[1] ?? text;
}

/** The last plan may lack little. */
function giveUp(context: Context, { id }: PlanningRequest, text: string, errors: readonly Finding[]): CommandError {
  const file = keepPlanText(context, id, text);
  const why = errors.slice(0, MOST_SHOWN).map(findingLine).join("\n");
  return new CommandError(
    "no-plan",
    `the planner's plan has errors after ${ROUNDS} rounds, and nothing was written\n${why}`,
    `put ${file} right, then mission new --plan ${file}`,
    1,
  );
}

function describeWork({ runtime, model }: Planner, spent: readonly Supervised[]): string {
  const session = spent.at(-1)?.notes.session;
  const name = session?.program ?? runtime.name;
  const usd = spent.reduce((sum, { notes: { tally } }) => sum + (tally.usd ?? 0), 0);
  const money = usd > 0 ? [`${usdText(usd)}${runtime.billing === "subscription" ? " (subscription)" : ""}`] : [];
  return [[name, session?.model ?? model ?? ""].filter((word) => word !== "").join(" "), ...money].join(", ");
}
