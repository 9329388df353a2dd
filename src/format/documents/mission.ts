import type { Budget, Check, MissionDocument, MissionRoot, Mode, SignOff, SourceFile } from "../../model/documents.ts";
import { ALERT_AT } from "../../model/limits.ts";
import { parseChecks } from "../check-list.ts";
import { parseDateEnd } from "../scalar.ts";
import { plainValue } from "../yaml/node.ts";
import type { Fields } from "./fields.ts";
import { readHeader } from "./header.ts";
import { checkId } from "./identity.ts";
import type { Parsed } from "./parsed.ts";
import { quote } from "./report.ts";
import { readResources } from "./resource.ts";
import { readTitle } from "./title.ts";

const KEYS = [
  "title",
  "status",
  "mode",
  "home",
  "sign_off",
  "budget",
  "deadline",
  "land",
  "review",
  "models",
  "setup",
  "verify",
  "verify_only",
  "parallel",
  "resources",
  "preferences",
];
const MOST_PARALLEL = 1000;

/** Reads a mission.md. */
export function parseMission(file: SourceFile, root: MissionRoot, id: string): Parsed<MissionDocument> {
  const { fields, body, report } = readHeader(file, KEYS);
  checkId(report, id, "mission's folder name");
  const mode = fields.word("mode", ["poc", "full"]) ?? "full";
  const preferences = fields.node("preferences");
  const document: MissionDocument = {
    id,
    root,
    path: `${root}/${id}`,
    file: file.path,
    title: readTitle(fields, body, id),
    status: fields.status(["planning", "active", "paused", "cancelled", "completed"]) ?? "planning",
    mode,
    home: fields.word("home", ["branch", "default"]) ?? "branch",
    signOff: readSignOff(fields, mode),
    budget: readBudget(fields),
    deadline: readDeadline(fields),
    land: fields.word("land", ["push", "pull"]) ?? "push",
    review: fields.text("review"),
    models: readModels(fields),
    setup: fields.texts("setup"),
    verify: parseChecks(report, fields.node("verify")),
    verifyOnly: readVerifyOnly(fields),
    parallel: fields.integer("parallel", 1, MOST_PARALLEL),
    resources: readResources(fields),
    preferences: preferences === null ? null : plainValue(preferences),
    body,
    at: fields.positions(),
  };
  return { document, findings: report.findings };
}

function readSignOff(fields: Fields, mode: Mode): SignOff {
  return fields.word("sign_off", ["feature", "milestone", "mission"]) ?? (mode === "poc" ? "mission" : "milestone");
}

function readBudget(fields: Fields): Budget | "none" | null {
  const node = fields.node("budget");
  if (node === null) return null;
  if (node.kind === "scalar" && node.text === "none") return "none";
  const budget = fields.fields("budget", ["usd", "hours", "tokens", "alert_at"]);
  if (budget === null) return null;
  if (!budget.has("usd") && !budget.has("hours") && !budget.has("tokens")) {
    fields.report.error(node.start, "bad-value", "The budget limits nothing", "usd, hours or tokens; or budget: none");
    return null;
  }
  return {
    usd: budget.number("usd"),
    hours: budget.number("hours"),
    tokens: budget.count("tokens"),
    alertAt: readAlerts(budget),
  };
}

function readAlerts(budget: Fields): readonly number[] {
  if (!budget.has("alert_at")) return ALERT_AT;
  const alerts = budget.textNodes("alert_at").flatMap(({ value, start, text }) => {
    if (typeof value === "number" && value > 0 && value <= 100) return [value];
    budget.report.error(start, "bad-value", `alert_at has ${quote(text)}`, "percentages above 0 and up to 100");
    return [];
  });
  return [...new Set(alerts)].sort((left, right) => left - right);
}

function readDeadline(fields: Fields): number | null {
  const text = fields.text("deadline");
  if (text === null) return null;
  const deadline = parseDateEnd(text);
  if (deadline === null) {
    fields.report.error(
      fields.offset("deadline"),
      "bad-value",
      `deadline is ${quote(text)}`,
      "a day such as 2026-12-24",
    );
  }
  return deadline;
}

function readModels(fields: Fields): Readonly<Record<string, string>> {
  const models: Record<string, string> = Object.create(null);
  for (const { name, at, value } of fields.named("models")) {
    if (value.kind === "scalar" && value.value !== null) models[name] = value.text;
    else
      fields.report.error(
        at,
        "bad-value",
        `The model of ${quote(name)} is no name`,
        "economy, standard, thinking or a model",
      );
  }
  return models;
}

function readVerifyOnly(fields: Fields): readonly Check[] | null {
  return fields.has("verify_only") ? parseChecks(fields.report, fields.node("verify_only")) : null;
}
