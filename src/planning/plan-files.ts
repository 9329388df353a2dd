/** From a plan to the files of its mission, as a person would have written them. */

import type { Plan, PlanAssertion, PlanFeature, PlanMilestone, PlanMission } from "./plan.ts";
import { type PlanPlace, placePlan } from "./plan-layout.ts";
import { printFlow, printHeader } from "./print-flow.ts";

export interface PlanFile {
  path: string;
  text: string;
}

/** All files of the mission, in the order in which a person reads them. */
export function planFiles(plan: Plan, place: PlanPlace): readonly PlanFile[] {
  const folder = `${place.root}/${place.id}`;
  const contract =
    plan.contract.length === 0 ? [] : [{ path: `${folder}/contract.md`, text: printContract(plan.contract) }];
  const milestones = placePlan(plan, place).flatMap(({ path, milestone, features }) => [
    { path, text: printMilestone(milestone) },
    ...features.map(({ path: file, feature }) => ({ path: file, text: printFeature(feature) })),
  ]);
  return [{ path: `${folder}/mission.md`, text: printMission(plan.mission) }, ...contract, ...milestones];
}

function printMission({ id: _, title, body, goal, non_goals, constraints, ...rest }: PlanMission): string {
  const text =
    body ??
    [
      `# ${oneLine(title)}\n`,
      section("Goal", goal === undefined ? [] : [goal.trim()]),
      ...[list(non_goals)].filter(isSaid).map((lines) => section("Non-goals", lines)),
      ...[list(constraints)].filter(isSaid).map((lines) => section("Constraints", lines)),
    ].join("\n");
  return printFile({ title, status: "planning", ...rest, ...checksOf(rest) }, text);
}

function printMilestone({ id: _, features: __, title, body, ...rest }: PlanMilestone): string {
  return printFile({ title, status: "todo", ...rest, ...checksOf(rest) }, body ?? `# ${oneLine(title)}`);
}

function printFeature({ id: _, title, body, acceptance, ...rest }: PlanFeature): string {
  const text = body ?? `# ${oneLine(title)}`;
  const criteria = (acceptance ?? []).map((criterion) => `- [ ] ${oneLine(criterion)}`);
  const parts = criteria.length === 0 ? [text] : [text.trimEnd(), "", "## Acceptance", ...criteria];
  return printFile({ title, status: "todo", ...rest, ...checksOf(rest) }, parts.join("\n"));
}

function printFile(header: Readonly<Record<string, unknown>>, body: string): string {
  return `---\n${printHeader(header)}---\n${body.replace(/\r\n?/g, "\n").trim()}\n`;
}

function printContract(contract: readonly PlanAssertion[]): string {
  const parts = contract.map(({ id, title, text, verify }) => {
    const blocks = listChecks(verify).map((check) => `\n\`\`\`yaml verify\n${printBlock(check)}\`\`\`\n`);
    const prose = text === undefined || text.trim() === "" ? "" : `${text.replace(/\r\n?/g, "\n").trim()}\n`;
    return `### ${id}: ${oneLine(title)}\n${prose}${blocks.join("")}`;
  });
  return `# Contract\n\n${parts.join("\n")}`;
}

function printBlock(check: unknown): string {
  return typeof check === "object" && check !== null
    ? printHeader(check as Record<string, unknown>)
    : `run: ${printFlow(check)}\n`;
}

/** A command alone stands for a check that runs it. */
function checksOf(header: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const checks: Record<string, unknown> = {};
  for (const key of ["verify", "verify_only"]) {
    if (header[key] !== undefined && header[key] !== null) {
      checks[key] = listChecks(header[key]).map((check) => (typeof check === "object" ? check : { run: check }));
    }
  }
  return checks;
}

function listChecks(verify: unknown): readonly unknown[] {
  if (verify === null || verify === undefined) return [];
  return Array.isArray(verify) ? verify : [verify];
}

function isSaid(lines: readonly string[]): boolean {
  return lines.length > 0;
}

function section(title: string, paragraphs: readonly string[]): string {
  return [`## ${title}`, ...paragraphs, ""].join("\n");
}

function list(items: readonly string[] | undefined): string[] {
  return (items ?? []).map((item) => `- ${oneLine(item)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
