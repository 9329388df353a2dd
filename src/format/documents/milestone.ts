import type { MilestoneDocument, SourceFile } from "../../model/documents.ts";
import { parseChecks } from "../check-list.ts";
import { readHeader } from "./header.ts";
import { checkId } from "./identity.ts";
import type { Parsed } from "./parsed.ts";
import { readTitle } from "./title.ts";

const KEYS = ["title", "status", "verify", "fulfills"];

/** Reads the milestone.md of a folder such as `01-foundation`. */
export function parseMilestone(file: SourceFile, folder: string): Parsed<MilestoneDocument> {
  const { fields, body, report } = readHeader(file, KEYS);
  const id = readMilestoneId(folder);
  checkId(report, id, "milestone's folder name");
  const document: MilestoneDocument = {
    id,
    folder,
    file: file.path,
    title: readTitle(fields, body, id),
    status: fields.status(["todo", "hold", "cancelled"]) ?? "todo",
    verify: parseChecks(report, fields.node("verify")),
    fulfills: fields.texts("fulfills"),
    body,
    at: fields.positions(),
  };
  return { document, findings: report.findings };
}

/** A folder with features and no milestone.md. What its validation would run is not known, so this is an error. */
export function makeMissingMilestone(file: string, folder: string): Parsed<MilestoneDocument> {
  const id = readMilestoneId(folder);
  const document: MilestoneDocument = {
    id,
    folder,
    file,
    title: id,
    status: "todo",
    verify: [],
    fulfills: [],
    body: "",
    at: {},
  };
  const message = `The milestone ${id} has no milestone.md`;
  const expected = "a milestone.md with title and verify";
  return {
    document,
    findings: [{ file, line: 1, column: 1, severity: "error", code: "missing-file", message, expected }],
  };
}

/** The folder's name without the number that sorts it: `02a-contacts` is `contacts`. */
function readMilestoneId(folder: string): string {
  return folder.replace(/^\d+[a-z]?-(?=.)/, "");
}

/** The order of milestones: by number, then letter (`02a` after `02`), then name. `2-` and `02-` are one number. */
export function compareMilestoneFolders(left: string, right: string): number {
  const [a, b] = [splitFolder(left), splitFolder(right)];
  return a.number - b.number || compareText(a.letter, b.letter) || compareText(left, right);
}

function splitFolder(folder: string): { number: number; letter: string } {
  const match = /^(\d+)([a-z]?)-/.exec(folder);
  return { number: match ? Number(match[1]) : Number.MAX_VALUE, letter: match?.[2] ?? "" };
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
