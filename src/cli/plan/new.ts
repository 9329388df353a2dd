import type { MissionRoot } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import type { Plan } from "../../planning/plan.ts";
import type { PlanFile } from "../../planning/plan-files.ts";
import { renderFindings } from "../../view/findings.ts";
import { askPerson } from "../ask-person.ts";
import { type Arguments, type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, refuseInsideRun } from "../control/control-records.ts";
import { pageOf, type Sight } from "../read/look.ts";
import { chooseRoot, findingsOf, makeFiles, refuseTaken, writeFiles } from "./new-files.ts";
import { type Request, readRequest } from "./new-request.ts";
import { saveNewMission } from "./new-save.ts";
import { findPlanner } from "./planner/find-planner.ts";
import { keepPlan } from "./planner/keep-plan.ts";
import { outlinePlan } from "./planner/outline-plan.ts";
import { savedLine } from "./save-world.ts";

export const command: Command = {
  name: "new",
  summary: "plan and save a mission",
  group: "every day",
  arguments: [{ usage: "[goal...]", about: "what you want to have" }],
  options: [
    { usage: "--plan <file>", about: "mission, milestones, features and contract in JSON or YAML; - reads them" },
    { usage: "--template <name>", about: "begin with these files (blank), and no agent makes a plan" },
    { usage: "--mode <mode>", about: "poc or full" },
    { usage: "--id <id>", about: "its name; made from the goal without it" },
    { usage: "--budget <limits>", about: "usd=50,hours=10,tokens=30M" },
    { usage: "--yes", about: "ask nothing" },
    { usage: "--no-save", about: "write the files and commit nothing" },
  ],
  example: 'mission new "Build a CRM" --budget usd=50\nmission new --plan plan.yaml',
  async run(context, args) {
    refuseInsideRun(context, "begin a mission");
    const wanted = readRequest(context, args);
    const before = await lookToWrite(context);
    const root = await chooseRoot(context, before);
    refuseTaken(context, before, wanted.id);
    const { request, by } = await withPlan(context, before, { args, request: wanted, root });
    if (by === null || request.plan === null) return finish(context, before, { args, request, by, root });
    // Planning takes minutes: what there is may have changed. What an agent has planned is not lost for that.
    try {
      await confirm(context, args, request.plan);
      const now = await lookToWrite(context);
      refuseTaken(context, now, request.id);
      return await finish(context, now, { args, request, by, root });
    } catch (error) {
      const file = keepPlan(context, { ...request, plan: request.plan });
      context.screen.warn(`The plan is kept: mission new --plan ${file}`);
      throw error;
    }
  },
};

/** Shows a plan that an agent has made; at a terminal the person has the last word. */
async function confirm(context: Context, args: Arguments, plan: Plan): Promise<void> {
  const { screen, json } = context;
  if (json) return;
  screen.print(["", ...outlinePlan(plan)].join("\n"));
  if (!screen.canAsk || hasFlag(args, "yes")) return;
  const answer = await askPerson("\nSave it? Enter or yes does; no keeps it aside.");
  if (!/^(?:y|yes|)$/i.test(answer)) throw new CommandError("not-saved", "nothing was saved", null, 1);
}

interface Wanted {
  request: Request;
  /** Who made its plan; null: nobody, or the person. */
  by: string | null;
}

/** Where neither a plan nor a template is given, an agent makes a plan of the goal. */
async function withPlan(
  context: Context,
  sight: Sight,
  { args, request, root }: { args: Arguments; request: Request; root: MissionRoot },
): Promise<Wanted> {
  if (request.plan !== null || request.template !== null) return { request, by: null };
  const planner = findPlanner(context.doors, sight.snapshot);
  if (typeof planner === "string") {
    if (!context.json) context.screen.warn(`Nobody here makes a plan of it (${planner}): the files are blank.`);
    return { request, by: null };
  }
  if (!context.json)
    context.screen.print(`${planner.runtime.name} makes a plan of it. Ctrl-C ends that, and nothing is written.\n`);
  const { planWithAgent } = await import("./planner/plan-with-agent.ts");
  const check = (plan: Plan) => {
    const planned = { ...request, plan };
    return findingsOf(context, sight, planned, { root, files: makeFiles(context, planned, root) });
  };
  const canAsk = context.screen.canAsk && !context.json && !hasFlag(args, "yes");
  const usd = request.budget.find(({ name }) => name === "usd")?.value ?? null;
  const { plan, by } = await planWithAgent(context, sight, { planner, request: { ...request, usd, canAsk, check } });
  return { request: { ...request, plan }, by };
}

interface Made extends Wanted {
  args: Arguments;
  root: MissionRoot;
}

async function finish(context: Context, sight: Sight, made: Made): Promise<number> {
  const { request, root } = made;
  const files = makeFiles(context, request, root);
  const findings = findingsOf(context, sight, request, { root, files });
  const errors = findings.filter(({ severity }) => severity === "error");
  if (findings.length > 0 && !context.json)
    context.screen.warn(renderFindings(findings, [], pageOf(context)).join("\n"));
  if (errors.length > 0 && request.plan)
    throw new CommandError(
      "findings",
      "the plan has errors: nothing was written",
      "put them right, then the same command",
      1,
    );
  return write(context, sight, { ...made, files, findings });
}

type Checked = Made & { files: readonly PlanFile[]; findings: readonly Finding[] };

async function write(
  context: Context,
  sight: Sight,
  { args, request, by, root, files, findings }: Checked,
): Promise<number> {
  const { id } = request;
  const isSaved = args.options.save !== false;
  const saved = isSaved
    ? await saveNewMission(context, sight, { id, root, files, by, goal: request.goal })
    : writeFiles(context, files);
  const paths = files.map(({ path }) => path);
  if (context.json) {
    printJson(context, { schema: 1, mission: id, by, files: paths, saved: saved.saved, notes: saved.notes, findings });
    return 0;
  }
  const next = isSaved ? nextOf(request, files) : "next: mission save";
  const made = by === null ? [] : ["", `Planned by ${by}.`];
  context.screen.print(
    [...made, ...paths, ...saved.saved.map(savedLine(saved.remote)), ...saved.notes, next].join("\n"),
  );
  return 0;
}

function nextOf({ id, plan }: Request, files: readonly PlanFile[]): string {
  const hasBudget = files.some(({ text }) => /^budget:/m.test(text));
  if (plan === null) return `next: mission edit ${id}, mission add ${id} "a feature", then mission run ${id}`;
  return hasBudget ? `next: mission run ${id}` : `next: mission budget ${id} usd=50, then mission run ${id}`;
}
