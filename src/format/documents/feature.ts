import type { FeatureBudget, FeatureDocument, SourceFile } from "../../model/documents.ts";
import { parseChecks } from "../check-list.ts";
import { printSpec } from "../spec.ts";
import { readAcceptance } from "./acceptance.ts";
import type { Fields } from "./fields.ts";
import { readHeader } from "./header.ts";
import { checkId, readDependencies, readId, readIds } from "./identity.ts";
import type { Parsed } from "./parsed.ts";
import { readPaths } from "./paths.ts";
import { readTitle } from "./title.ts";

const KEYS = [
  "title",
  "status",
  "depends_on",
  "agent",
  "size",
  "priority",
  "risk",
  "budget",
  "scope",
  "fulfills",
  "fixes",
  "verify",
  "secrets",
  "was",
];

/** The template's own sentence: nobody is to work on it. */
const UNWRITTEN = /^What is wanted, and why\.$/m;

/** Reads a feature file. Its id is the file's name, its milestone the id of the folder. */
export function parseFeature(
  file: SourceFile,
  milestone: string,
  hash: (text: string) => string,
): Parsed<FeatureDocument> {
  const { fields, body, report } = readHeader(file, KEYS);
  const id = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.md$/i, "");
  checkId(report, id, "file name");
  const title = readTitle(fields, body, id);
  if (UNWRITTEN.test(body)) {
    report.error(0, "not-written", "It still says what the template says", "what is wanted, and why, in your words");
  }
  const scope = readPaths(fields, "scope");
  const fulfills = fields.texts("fulfills");
  const fixes = fields.texts("fixes");
  const document: FeatureDocument = {
    id,
    milestone,
    file: file.path,
    title,
    status: fields.status(["todo", "hold", "cancelled", "done"]) ?? "todo",
    dependsOn: readDependencies(fields),
    agent: readId(fields, "agent", "an agent") ?? "coder",
    size: fields.word("size", ["S", "M", "L", "XL"]) ?? "M",
    priority: fields.integer("priority", 1, 4) ?? 3,
    risk: fields.word("risk", ["green", "yellow", "red"]) ?? "yellow",
    budget: readBudget(fields),
    scope,
    fulfills,
    fixes,
    verify: parseChecks(report, fields.node("verify")),
    secrets: readIds(fields, "secrets", "the name of a resource"),
    was: readId(fields, "was", "a feature"),
    body,
    acceptance: readAcceptance(body),
    spec: hash(printSpec({ title, body, fulfills, fixes, scope })),
    blob: file.blob,
    at: fields.positions(),
  };
  return { document, findings: report.findings };
}

function readBudget(fields: Fields): FeatureBudget {
  const budget = fields.fields("budget", ["usd", "minutes", "tokens"]);
  return {
    usd: budget?.number("usd") ?? null,
    minutes: budget?.number("minutes") ?? null,
    tokens: budget?.count("tokens") ?? null,
  };
}
