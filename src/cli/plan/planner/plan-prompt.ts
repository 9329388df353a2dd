import { cutMiddleToBytes, plainLine } from "../../../format/plain-text.ts";
import { fillTemplate } from "../../../format/prompt-template.ts";
import { closeFence, fenceText, lowerHeadings, muteSignals, promptText } from "../../../format/prompt-text.ts";
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
  /** The last plan, empty where there was none, and what is wrong with it; null for the first one. */
  last: { text: string; findings: readonly string[] } | null;
}

/** What changes from round to round. */
export type Told = Pick<PlanRequest, "answers" | "last">;

const RULES_BYTES = 48 * 1024;
const FINDINGS_BYTES = 16 * 1024;
const PLAN_BYTES = 96 * 1024;
const ROLE_BYTES = 16 * 1024;
const MOST_LISTED = 50;
const LOWER = 2;

/** The prompt of a planner: bounded, as the goal is, and each of the other parts here. */
export function printPlanPrompt(request: PlanRequest, template: string): string {
  const { mission, goal, mode, role } = request;
  const values = {
    ...newsOf(request),
    mission,
    goal: closeFence(promptText(goal)),
    role_name: role.name,
    role: ownText(role.body, ROLE_BYTES),
    roles: request.roles.map((name) => `\`${name}\``).join(", "),
    checks: listed(request.checks, (label) => `- \`${plainLine(label, 500)}\``),
    missions: listed(request.missions, ({ id, title }) => `- \`${id}\`: ${promptText(plainLine(title, 200))}`),
    rules: request.rules.map(({ source, text }) => `From \`${source}\`:\n\n${ownText(text, RULES_BYTES)}`).join("\n\n"),
    mode: mode ?? "full",
    poc: mode === "poc" ? "yes" : "",
  };
  return muteSignals(fillTemplate(template, values));
}

/** What is new to a planner whose conversation goes on. */
export function printPlanNews(request: PlanRequest, template: string): string {
  return muteSignals(fillTemplate(template, newsOf(request)));
}

function newsOf({ goal, answers, last }: PlanRequest) {
  return {
    goal_line: promptText(plainLine(goal, 120)),
    answers: answers
      .map(({ question, answer }) => `${fenceText(promptText(question))}\n\n${closeFence(promptText(answer))}`)
      .join("\n\n"),
    findings: last === null ? "" : fenceText(cutMiddleToBytes(promptText(last.findings.join("\n")), FINDINGS_BYTES)),
    last:
      last === null || last.text === "" ? "" : fenceText(cutMiddleToBytes(promptText(last.text), PLAN_BYTES), "yaml"),
  };
}

/** What the person and the repository say stands as it is; an open fence in it ends with it. */
function ownText(text: string, maxBytes: number): string {
  return closeFence(lowerHeadings(cutMiddleToBytes(promptText(text), maxBytes), LOWER));
}

function listed<Item>(items: readonly Item[], print: (item: Item) => string): string {
  const lines = items.slice(0, MOST_LISTED).map(print);
  if (items.length > MOST_LISTED) lines.push(`- and ${items.length - MOST_LISTED} more`);
  return lines.join("\n");
}
