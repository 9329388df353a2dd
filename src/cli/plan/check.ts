import type { Finding } from "../../model/finding.ts";
import type { Plan } from "../../planning/plan.ts";
import { planFiles } from "../../planning/plan-files.ts";
import { missionSlug } from "../../planning/slug.ts";
import { renderFindings } from "../../view/findings.ts";
import { findingJson } from "../../view/status-json.ts";
import { type Command, type Context, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { look, pageOf, type Sight } from "../read/look.ts";
import { repositoryPath } from "../repository-path.ts";
import { checkFiles } from "./check-files.ts";
import { listReadiness } from "./check-readiness.ts";
import { checkPlan, readPlan } from "./new-plan.ts";
import { listUnsaved, unsavedLine } from "./unsaved.ts";

export const command: Command = {
  name: "check",
  summary: "findings in mission files and readiness of the machine",
  group: "machine",
  arguments: [{ usage: "[path...]", about: "only findings in these files and folders" }],
  options: [{ usage: "--plan <file>", about: "judge a plan before mission new takes it" }],
  example: "mission check missions/crm",
  async run(context, args) {
    const sight = await look(context);
    const plan = textOption(args, "plan");
    if (plan !== null) return checkPlanFile(context, sight, plan);
    const { worktree } = context.doors;
    const all =
      worktree === null ? sight.state.findings : checkFiles(context.doors, worktree, sight.snapshot.builtinRoles);
    const findings = args.words.length === 0 ? all : only(all, context, args.words);
    const readiness = args.words.length === 0 ? await listReadiness(context, sight) : [];
    if (context.json)
      printJson(context, {
        schema: 1,
        findings: findings.map(findingJson),
        readiness,
      });
    else {
      const page = pageOf(context);
      context.screen.print(
        [...renderFindings(findings, readiness, page), ...unsavedLine(await listUnsaved(context, sight), page)].join(
          "\n",
        ),
      );
    }
    return findings.some(({ severity }) => severity === "error") ? 1 : 0;
  },
};

/** Findings of a plan and of the files that it would become. Nothing is written. */
function checkPlanFile(context: Context, { state, snapshot }: Sight, file: string): number {
  const read = readPlan(context.cwd, file);
  const findings = read.kind === "findings" ? read.findings : findInPlan(context, { state, snapshot }, read.plan);
  if (context.json) printJson(context, { schema: 1, findings: findings.map(findingJson), readiness: [] });
  else context.screen.print(renderFindings(findings, [], pageOf(context)).join("\n"));
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

function findInPlan({ doors }: Context, { state, snapshot }: Sight, plan: Plan): readonly Finding[] {
  const id = plan.mission.id ?? missionSlug(plan.mission.title);
  const place = { root: "missions" as const, id };
  return checkPlan(doors, plan, planFiles(plan, place), {
    ...place,
    others: state.missions
      .filter((mission) => mission.id !== id)
      .map((mission) => ({ id: mission.id, root: mission.root })),
    hasChecks: snapshot.repository.config.verify.length > 0,
  });
}

function only(findings: readonly Finding[], context: Context, words: readonly string[]): Finding[] {
  const paths = words.map((word) => {
    const path = repositoryPath(context, word);
    if (path === null) throw new CommandError("no-file", `there is no ${word} in this repository`, "mission check");
    return path;
  });
  return findings.filter(({ file }) =>
    paths.some((path) => path === "" || file === path || file.startsWith(`${path}/`)),
  );
}
