import type { Approver, Config, Limits, SourceFile } from "../../model/documents.ts";
import { parseChecks } from "../check-list.ts";
import { defaultConfig } from "./config-default.ts";
import { checkNames } from "./config-names.ts";
import type { Fields } from "./fields.ts";
import { readHeader } from "./header.ts";
import { readNotify } from "./notify.ts";
import type { Parsed } from "./parsed.ts";
import { readPaths } from "./paths.ts";
import { quote } from "./report.ts";
import { readRuntimes } from "./runtime.ts";

const KEYS = [
  "parallel",
  "isolation",
  "setup",
  "verify",
  "runtime",
  "review",
  "runtimes",
  "models",
  "protected",
  "limits",
  "approvers",
  "notify",
];
const LIMIT_KEYS = ["attempts", "rounds", "run_usd", "usd_per_day", "idle_minutes", "output_mb", "evidence_kb"];
const MEBIBYTE = 1024 * 1024;

/** Reads a config.md over the defaults. */
export function parseConfig(file: SourceFile): Parsed<Config> {
  const { fields, body, report } = readHeader(file, KEYS);
  const standard = defaultConfig(file.path);
  const document: Config = {
    file: file.path,
    parallel: fields.integer("parallel", 1, 1000) ?? standard.parallel,
    isolation: fields.word("isolation", ["clone", "sandbox", "linked"]) ?? standard.isolation,
    setup: fields.texts("setup"),
    verify: parseChecks(report, fields.node("verify")),
    runtime: fields.text("runtime"),
    review: fields.text("review"),
    runtimes: readRuntimes(fields),
    models: readModels(fields),
    protected: fields.has("protected") ? readPaths(fields, "protected") : standard.protected,
    limits: readLimits(fields, standard.limits),
    approvers: readApprovers(fields),
    notify: readNotify(fields),
    body,
    at: fields.positions(),
  };
  checkNames(fields);
  return { document, findings: report.findings };
}

function readModels(fields: Fields): Config["models"] {
  const models: Record<string, Record<string, string>> = Object.create(null);
  for (const { name, at, value } of fields.named("models")) {
    const byRuntime: Record<string, string> = Object.create(null);
    models[name] = byRuntime;
    const entries = value.kind === "map" ? value.entries : [];
    const isEmpty = value.kind === "scalar" && value.value === null;
    if (value.kind !== "map" && !isEmpty) {
      fields.report.error(
        at,
        "bad-value",
        `The tier ${quote(name)} is no map`,
        "runtimes and models, such as { claude: sonnet }",
      );
    }
    for (const entry of entries) {
      if (entry.value.kind === "scalar" && entry.value.value !== null) byRuntime[entry.key] = entry.value.text;
      else
        fields.report.error(
          entry.keyStart,
          "bad-value",
          `The model for ${quote(entry.key)} is no name`,
          "the name of a model",
        );
    }
  }
  return models;
}

function readLimits(fields: Fields, standard: Limits): Limits {
  const limits = fields.fields("limits", LIMIT_KEYS);
  if (limits === null) return standard;
  return {
    attempts: limits.integer("attempts", 1, 100) ?? standard.attempts,
    rounds: limits.integer("rounds", 1, 100) ?? standard.rounds,
    runUsd: limits.number("run_usd") ?? standard.runUsd,
    usdPerDay: limits.number("usd_per_day") ?? standard.usdPerDay,
    idleMs: scale(limits.number("idle_minutes"), 60_000) ?? standard.idleMs,
    outputBytes: scale(limits.number("output_mb"), MEBIBYTE) ?? standard.outputBytes,
    evidenceBytes: scale(limits.number("evidence_kb"), 1024) ?? standard.evidenceBytes,
  };
}

function scale(value: number | null, factor: number): number | null {
  return value === null ? null : Math.round(value * factor);
}

function readApprovers(fields: Fields): Approver[] {
  return fields.fieldsList("approvers", ["email", "github"]).flatMap((item) => {
    const approver = { email: item.text("email"), github: item.text("github") };
    if (approver.email !== null || approver.github !== null) return [approver];
    item.report.error(
      item.map.start,
      "missing-key",
      "An approver has neither email nor github",
      "email, github or both",
    );
    return [];
  });
}
