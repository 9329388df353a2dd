/** A plan from a file, and what is wrong with it. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, YAMLParseError } from "yaml";
import type { $ZodIssue } from "zod/v4/core";
import { derivePlanFindings } from "../../derive/plan-findings.ts";
import type { Doors } from "../../doors/doors.ts";
import { parseMissionFiles } from "../../format/mission-files.ts";
import { plainLine } from "../../format/plain-text.ts";
import type { MissionRoot, SourceFile } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import type { Plan } from "../../planning/plan.ts";
import type { PlanFile } from "../../planning/plan-files.ts";
import { lintPlan } from "../../planning/plan-lint.ts";
import { planSchema } from "../../schema/plan.ts";
import { CommandError } from "../command-error.ts";

const MAX_BYTES = 1024 * 1024;
const MAX_ISSUES = 20;

export type ReadPlan = { kind: "plan"; plan: Plan } | { kind: "findings"; findings: readonly Finding[] };

/** Reads a plan in JSON or YAML. What does not fit its shape comes as findings in that file. */
export function readPlan(cwd: string, path: string): ReadPlan {
  return parsePlan(path, readText(cwd, path));
}

export function parsePlan(path: string, text: string): ReadPlan {
  const value = parseText(path, text);
  if ("findings" in value) return { kind: "findings", findings: value.findings };
  const result = planSchema.safeParse(value.value);
  if (result.success) return { kind: "plan", plan: result.data };
  return {
    kind: "findings",
    findings: result.error.issues.slice(0, MAX_ISSUES).map((issue) => issueFinding(path, issue)),
  };
}

export interface PlanCheck {
  root: MissionRoot;
  id: string;
  others: readonly { id: string; root: MissionRoot }[];
  hasChecks: boolean;
}

/** Findings of the plan itself and of the files that it becomes, errors first. */
export function checkPlan(
  { hash }: Pick<Doors, "hash">,
  plan: Plan,
  files: readonly PlanFile[],
  place: PlanCheck,
): readonly Finding[] {
  return sortBySeverity([...lintPlan(plan, place), ...checkPlanFiles({ hash }, files, place)]);
}

/** Findings of a mission's files before they are written. */
export function checkPlanFiles(
  { hash }: Pick<Doors, "hash">,
  files: readonly PlanFile[],
  { root, id, others }: Omit<PlanCheck, "hasChecks">,
): readonly Finding[] {
  const sources = files.map(
    ({ path, text }): SourceFile => ({ path, mode: "100644", blob: "", bytes: Buffer.from(text) }),
  );
  const parsed = parseMissionFiles(root, id, sources, hash);
  return [...parsed.findings, ...derivePlanFindings(parsed, others)];
}

function sortBySeverity(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}

function readText(cwd: string, path: string): string {
  const next = "mission new --plan FILE, in JSON or YAML";
  try {
    const bytes = readFileSync(path === "-" ? 0 : resolve(cwd, path));
    if (bytes.length > MAX_BYTES) throw new CommandError("large-plan", `${path} is larger than 1 MiB`, next);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const why = error instanceof TypeError ? "it is no UTF-8" : error instanceof Error ? error.message : String(error);
    throw new CommandError("no-plan", `${path} can't be read: ${why}`, next);
  }
}

/** YAML reads JSON too. Aliases are bounded, so that a small file can't become a large value. */
function parseText(path: string, text: string): { value: unknown } | { findings: readonly Finding[] } {
  try {
    return { value: parse(text, { uniqueKeys: true, maxAliasCount: 100, schema: "core", logLevel: "error" }) };
  } catch (error) {
    const [{ line, col } = { line: 1, col: 1 }] = error instanceof YAMLParseError ? (error.linePos ?? []) : [];
    const message = plainLine(error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
    return {
      findings: [
        { file: path, line, column: col, severity: "error", code: "bad-plan", message, expected: "JSON or YAML" },
      ],
    };
  }
}

/** `milestones[0].features[1].size: Invalid option ...`. */
function issueFinding(file: string, { path, message }: $ZodIssue): Finding {
  const place = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  const text = plainLine(`${place === "" ? "the plan" : place}: ${message}`);
  return {
    file,
    line: 1,
    column: 1,
    severity: "error",
    code: "bad-plan",
    message: text,
    expected: EXPECTED[String(path.findLast((key) => typeof key === "string"))] ?? "mission, milestones, contract",
  };
}

/** What the keys of a plan hold, where the shape alone says too little. */
const EXPECTED: Readonly<Record<string, string>> = {
  title: "a title of at most 200 characters",
  scope: "paths inside of the repository as globs, such as src/contacts/**",
  fulfills: "ids of assertions, such as VAL-CONTACTS-001",
  id: "a-z, 0-9 and - in between; for an assertion VAL-AREA-001",
  depends_on: "ids of features",
  agent: "the name of a role",
  verify: 'a command such as "npm test", or a check { method: agent, ask: "..." }, or a list of these',
  acceptance: "a list of lines",
  priority: "1 to 4",
  features: "a list of features, each with a title",
  milestones: "a list of milestones, each with a title and features",
};
