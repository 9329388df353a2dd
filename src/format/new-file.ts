/** Prints new files from values; what is null or left out gets no line, so the reader's defaults hold. Never for a file that exists. */
import type {
  Assertion,
  Budget,
  Check,
  FeatureBudget,
  FeatureDocument,
  MilestoneDocument,
  MissionDocument,
  Resource,
} from "../model/documents.ts";
import { ALERT_AT } from "../model/limits.ts";
import { printCount, printDate, printDuration } from "./scalar.ts";
import { printList, printMap, printScalar } from "./yaml/print.ts";

/** A title and, if wanted, any other value of the file. Of a body left out, the title is the heading. */
export type NewFeature = New<
  FeatureDocument,
  | "status"
  | "dependsOn"
  | "agent"
  | "size"
  | "priority"
  | "risk"
  | "budget"
  | "scope"
  | "fulfills"
  | "fixes"
  | "verify"
  | "secrets"
  | "was"
  | "acceptance"
>;

export type NewMilestone = New<MilestoneDocument, "status" | "verify" | "fulfills">;

export type NewMission = New<
  MissionDocument,
  | "status"
  | "mode"
  | "home"
  | "signOff"
  | "budget"
  | "deadline"
  | "land"
  | "review"
  | "models"
  | "setup"
  | "verify"
  | "verifyOnly"
  | "parallel"
  | "resources"
>;

export type NewAssertion = Pick<Assertion, "id" | "title" | "text" | "checks">;

type New<Document extends { title: string; body: string }, Keys extends keyof Document> = Pick<Document, "title"> &
  Partial<Pick<Document, Keys | "body">>;

/** The text of a new feature file. */
export function printFeatureFile(feature: NewFeature): string {
  const lines = [
    line("title", scalar(feature.title)),
    line("status", scalar(feature.status)),
    line("depends_on", list(feature.dependsOn)),
    line("agent", scalar(feature.agent)),
    line("size", scalar(feature.size)),
    line("priority", scalar(feature.priority)),
    line("risk", scalar(feature.risk)),
    line("budget", printFeatureBudget(feature.budget)),
    line("scope", list(feature.scope)),
    line("fulfills", list(feature.fulfills)),
    line("fixes", list(feature.fixes)),
    line("verify", checks(feature.verify)),
    line("secrets", list(feature.secrets)),
    line("was", scalar(feature.was)),
  ];
  const criteria = (feature.acceptance ?? []).map((criterion) => `- [ ] ${oneLine(criterion)}\n`).join("");
  return printFile(lines, feature, criteria === "" ? "" : `\n## Acceptance\n${criteria}`);
}

/** The text of a new milestone.md. */
export function printMilestoneFile(milestone: NewMilestone): string {
  const lines = [
    line("title", scalar(milestone.title)),
    line("status", scalar(milestone.status)),
    line("verify", checks(milestone.verify)),
    line("fulfills", list(milestone.fulfills)),
  ];
  return printFile(lines, milestone);
}

/** The text of a new mission.md. */
export function printMissionFile(mission: NewMission): string {
  const lines = [
    line("title", scalar(mission.title)),
    line("status", scalar(mission.status)),
    line("mode", scalar(mission.mode)),
    line("home", scalar(mission.home)),
    line("sign_off", scalar(mission.signOff)),
    line("budget", printBudget(mission.budget)),
    line("deadline", mission.deadline == null ? null : printDate(mission.deadline)),
    line("land", scalar(mission.land)),
    line("review", scalar(mission.review)),
    line("models", mission.models ? printMap(mission.models) : null),
    line("setup", list(mission.setup)),
    line("verify", checks(mission.verify)),
    line("verify_only", checks(mission.verifyOnly)),
    line("parallel", scalar(mission.parallel)),
    ...(mission.resources ?? []).map(printResource),
  ];
  return printFile(lines, mission);
}

/** The text of a new contract.md. */
export function printContractFile(assertions: readonly NewAssertion[]): string {
  const parts = assertions.map((assertion) => {
    const blocks = assertion.checks.map((check) => `\n\`\`\`yaml verify\n${printCheckBlock(check)}\`\`\`\n`);
    const text = assertion.text.trim();
    return `### ${assertion.id}: ${oneLine(assertion.title)}\n${text === "" ? "" : `${text}\n`}${blocks.join("")}`;
  });
  return `# Contract\n\n${parts.join("\n")}`;
}

function printFile(lines: readonly string[], file: { title: string; body?: string }, end = ""): string {
  const body = file.body ?? `# ${oneLine(file.title)}`;
  return `---\n${lines.join("")}---\n${body.trimEnd()}\n${end}`;
}

function line(key: string, value: string | null): string {
  return value === null ? "" : `${key}: ${value}\n`;
}

function scalar(value: string | number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return printScalar(typeof value === "string" ? oneLine(value) : value);
}

function list(values: readonly string[] | undefined): string | null {
  return values ? printList(values) : null;
}

function checks(values: readonly Check[] | null | undefined): string | null {
  return values ? `[${values.map((check) => `{ ${printCheck(check).join(", ")} }`).join(", ")}]` : null;
}

function printCheckBlock(check: Check): string {
  return printCheck(check)
    .map((part) => `${part}\n`)
    .join("");
}

/** The parts `key: value` of a check. A command needs no method. */
function printCheck(check: Check): string[] {
  const { method, ...values } = check;
  const parts = method === "bash" ? [] : [`method: ${method}`];
  for (const [key, value] of Object.entries(values)) {
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    if (key === "timeoutMs") parts.push(`timeout: ${printDuration(Number(value))}`);
    else if (key === "expectOutput") parts.push(`expect_output: ${printScalar(String(value))}`);
    else parts.push(`${key}: ${Array.isArray(value) ? printList(value) : printScalar(String(value))}`);
  }
  return parts;
}

function printBudget(budget: Budget | "none" | null | undefined): string | null {
  if (budget === "none") return "none";
  if (!budget) return null;
  const { usd, hours, tokens, alertAt } = budget;
  const limits = printMap({ usd, hours, tokens: tokens === null ? null : printCount(tokens) });
  const isStandard = alertAt.join() === ALERT_AT.join();
  return isStandard ? limits : limits.replace(/ }$/, `, alert_at: ${printList(alertAt)} }`);
}

function printFeatureBudget(budget: FeatureBudget | undefined): string | null {
  if (!budget) return null;
  const { usd, minutes, tokens } = budget;
  if (usd === null && minutes === null && tokens === null) return null;
  return printMap({ usd, minutes, tokens: tokens === null ? null : printCount(tokens) });
}

function printResource({ name, kind, purpose, secret }: Resource, index: number): string {
  const values = { name, kind: kind || null, purpose: purpose || null, secret };
  return `${index === 0 ? "resources:\n" : ""}  - ${printMap(values)}\n`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
