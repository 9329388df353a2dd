import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spliceValue } from "../../format/splice.ts";
import type { MissionRoot } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import { isId, isReservedId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Plan } from "../../planning/plan.ts";
import { type PlanFile, planFiles } from "../../planning/plan-files.ts";
import { missionSlug } from "../../planning/slug.ts";
import { renderFindings } from "../../view/findings.ts";
import { type Arguments, type Command, type Context, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, refuseInsideRun } from "../control/control-records.ts";
import { pageOf, type Sight } from "../read/look.ts";
import { checkPlan, checkPlanFiles, readPlan } from "./new-plan.ts";
import { saveNewMission } from "./new-save.ts";
import { readMissionTemplate } from "./new-template.ts";
import { savedLine } from "./save-world.ts";

export const command: Command = {
  name: "new",
  summary: "plan and save a mission",
  group: "every day",
  arguments: [{ usage: "[goal...]", about: "what you want to have" }],
  options: [
    { usage: "--plan <file>", about: "mission, milestones, features and contract in JSON or YAML; - reads them" },
    { usage: "--template <name>", about: "begin with these files (blank)" },
    { usage: "--mode <mode>", about: "poc or full" },
    { usage: "--id <id>", about: "its name; made from the goal without it" },
    { usage: "--yes", about: "ask nothing" },
    { usage: "--no-save", about: "write the files and commit nothing" },
  ],
  example: 'mission new "Build a CRM"\nmission new --plan plan.yaml',
  async run(context, args) {
    refuseInsideRun(context, "begin a mission");
    const request = readRequest(context, args);
    const sight = await lookToWrite(context);
    const root = await chooseRoot(context, sight);
    refuseTaken(context, sight, request.id);
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
    return write(context, sight, { args, request, root, files, findings });
  },
};

interface Request {
  title: string;
  id: string;
  plan: Plan | null;
  template: string;
  mode: "poc" | "full" | null;
}

function readRequest(context: Context, args: Arguments): Request {
  const goal = args.words.join(" ").replace(/\s+/g, " ").trim();
  const file = textOption(args, "plan");
  const plan = file === null ? null : demandPlan(context, file);
  const title = goal || plan?.mission.title || "";
  if (title === "") throw new CommandError("no-goal", "what do you want to have?", 'mission new "goal"');
  if (title.length > LIMITS.titleLength)
    throw new CommandError(
      "long-goal",
      `a goal has at most ${LIMITS.titleLength} characters`,
      'mission new "goal in a few words", then mission edit',
    );
  const mode = textOption(args, "mode");
  if (mode !== null && mode !== "poc" && mode !== "full")
    throw new CommandError("bad-mode", `there is no mode ${mode}`, "--mode poc or --mode full");
  const id = textOption(args, "id") ?? plan?.mission.id ?? missionSlug(title);
  return {
    title,
    id: demandId(id, title),
    plan: plan && withTitle(plan, goal),
    template: textOption(args, "template") ?? "blank",
    mode,
  };
}

function withTitle(plan: Plan, goal: string): Plan {
  return goal === "" ? plan : { ...plan, mission: { ...plan.mission, title: goal } };
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

/** `todo/missions` where the repository keeps a `todo` folder. */
async function chooseRoot({ doors: { git, worktree, files } }: Context, { snapshot }: Sight): Promise<MissionRoot> {
  const { tip } = snapshot.defaultBranch;
  const saved = tip === null ? null : await git.readObject(`${tip}:todo`);
  const hasFolder = worktree !== null && files.list(join(worktree, "todo")).length > 0;
  return saved?.type === "tree" || hasFolder ? "todo/missions" : "missions";
}

function refuseTaken({ doors: { worktree, files } }: Context, { state }: Sight, id: string): void {
  const roots: readonly MissionRoot[] = ["missions", "todo/missions"];
  const folder = worktree === null ? undefined : roots.find((root) => files.exists(join(worktree, root, id)));
  const known = state.missions.find((mission) => mission.id === id);
  if (!known && folder === undefined) return;
  const where = known?.path ?? `${folder}/${id}`;
  throw new CommandError(
    "taken",
    `there is a mission ${id} already: ${where}`,
    `mission show ${id}, or the same command with --id NAME`,
  );
}

function makeFiles(
  context: Context,
  { plan, template, title, id, mode }: Request,
  root: MissionRoot,
): readonly PlanFile[] {
  const files = plan ? planFiles(plan, { root, id }) : readMissionTemplate(context, template, { title, root, id });
  return mode === null
    ? files
    : files.map((file) => (file.path === `${root}/${id}/mission.md` ? withMode(file, mode) : file));
}

function withMode({ path, text }: PlanFile, mode: string): PlanFile {
  const spliced = spliceValue(Buffer.from(text), ["mode"], mode);
  if (!spliced.ok)
    throw new CommandError(spliced.reason.code, `mode can't be set: ${spliced.reason.message}`, "--mode left out");
  return { path, text: Buffer.from(spliced.bytes).toString("utf8") };
}

function findingsOf(
  { doors }: Context,
  { snapshot, state }: Sight,
  { plan, id, mode }: Request,
  made: { root: MissionRoot; files: readonly PlanFile[] },
): readonly Finding[] {
  const place = {
    root: made.root,
    id,
    others: state.missions,
    hasChecks: snapshot.repository.config.verify.length > 0,
  };
  if (plan === null) return checkPlanFiles(doors, made.files, place).filter(({ severity }) => severity === "error");
  return checkPlan(doors, mode === null ? plan : { ...plan, mission: { ...plan.mission, mode } }, made.files, place);
}

interface Made {
  args: Arguments;
  request: Request;
  root: MissionRoot;
  files: readonly PlanFile[];
  findings: readonly Finding[];
}

async function write(context: Context, sight: Sight, { args, request, root, files, findings }: Made): Promise<number> {
  const { id } = request;
  const isSaved = args.options.save !== false;
  const saved = isSaved ? await saveNewMission(context, sight, { id, root, files }) : writeFiles(context, files);
  const paths = files.map(({ path }) => path);
  if (context.json) {
    printJson(context, { schema: 1, mission: id, files: paths, saved: saved.saved, notes: saved.notes, findings });
    return 0;
  }
  const next = isSaved ? nextOf(request, files) : "next: mission save";
  context.screen.print([...paths, ...saved.saved.map(savedLine(saved.remote)), ...saved.notes, next].join("\n"));
  return 0;
}

function nextOf({ id, plan }: Request, files: readonly PlanFile[]): string {
  const hasBudget = files.some(({ text }) => /^budget:/m.test(text));
  if (plan === null) return `next: mission edit ${id}, mission add ${id} "a feature", then mission start ${id}`;
  return hasBudget ? `next: mission start ${id}` : `next: mission budget ${id} usd=50, then mission start ${id}`;
}

function writeFiles({ doors: { worktree } }: Context, files: readonly PlanFile[]) {
  if (worktree === null)
    throw new CommandError("bare", "a bare repository has no files to write", "the same command without --no-save");
  for (const { path, text } of files) {
    mkdirSync(dirname(join(worktree, path)), { recursive: true });
    writeFileSync(join(worktree, path), text, { flag: "wx" });
  }
  return { saved: [], notes: [], remote: null };
}
