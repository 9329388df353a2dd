import { cutMiddleToBytes, plainLine } from "../../../format/plain-text.ts";
import { fillTemplate } from "../../../format/prompt-template.ts";
import { fenceText, lowerHeadings, muteSignals, promptText } from "../../../format/prompt-text.ts";
import type { Mode } from "../../../model/documents.ts";

/** What a planner is told. */
export interface PlanRequest {
  mission: string;
  goal: string;
  /** As the person wants it; null: the planner proposes. */
  mode: Mode | null;
  role: { name: string; body: string };
  /** Names of the roles that features can be given to. */
  roles: readonly string[];
  /** Labels of the checks that hold for all that lands. */
  checks: readonly string[];
  missions: readonly { id: string; title: string }[];
  rules: readonly { source: string; text: string }[];
  answers: readonly { question: string; answer: string }[];
  /** The last plan and what is wrong with it; null for the first one. */
  last: { text: string; findings: readonly string[] } | null;
}

/** What changes from round to round. */
export type Told = Pick<PlanRequest, "answers" | "last">;

const RULES_BYTES = 48 * 1024;
const FINDINGS_BYTES = 16 * 1024;
const PLAN_BYTES = 96 * 1024;
const MOST_MISSIONS = 50;
const LOWER = 2;

/** The prompt of a planner. Bounded, as all that goes into it is. */
export function printPlanPrompt(request: PlanRequest, template: string): string {
  const { mission, goal, mode, role, last } = request;
  const values = {
    mission,
    goal_line: promptText(plainLine(goal, 120)),
    goal: promptText(goal),
    role_name: role.name,
    role: lowerHeadings(promptText(role.body), LOWER),
    roles: request.roles.map((name) => `\`${name}\``).join(", "),
    checks: request.checks.map((label) => `- \`${plainLine(label, 500)}\``).join("\n"),
    missions: missionLines(request.missions),
    rules: request.rules.map(printRules).join("\n\n"),
    answers: request.answers
      .map(({ question, answer }) => `${fenceText(question)}\n\n${promptText(answer)}`)
      .join("\n\n"),
    findings: last === null ? "" : fenceText(cutMiddleToBytes(promptText(last.findings.join("\n")), FINDINGS_BYTES)),
    last: last === null ? "" : fenceText(cutMiddleToBytes(promptText(last.text), PLAN_BYTES), "yaml"),
    mode: mode ?? "full",
    poc: mode === "poc" ? "yes" : "",
  };
  return muteSignals(fillTemplate(template, values));
}

function missionLines(missions: PlanRequest["missions"]): string {
  const lines = missions
    .slice(0, MOST_MISSIONS)
    .map(({ id, title }) => `- \`${id}\`: ${promptText(plainLine(title, 200))}`);
  if (missions.length > MOST_MISSIONS) lines.push(`- and ${missions.length - MOST_MISSIONS} more`);
  return lines.join("\n");
}

function printRules({ source, text }: PlanRequest["rules"][number]): string {
  return `From \`${source}\`:\n\n${lowerHeadings(cutMiddleToBytes(promptText(text), RULES_BYTES), LOWER)}`;
}
