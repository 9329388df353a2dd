import type { SourceFile } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { compareMilestoneFolders } from "./documents/milestone.ts";
import { findKindProblem } from "./source-text.ts";

const TOP = ["mission.md", "contract.md", "milestones", "agents"];

export interface MilestoneFolder {
  /** Its name, such as `01-foundation`. */
  name: string;
  file: SourceFile | null;
  features: SourceFile[];
}

/** The files of a mission's folder by what they are. */
export interface MissionLayout {
  mission: SourceFile | null;
  contract: SourceFile | null;
  roles: SourceFile[];
  milestones: MilestoneFolder[];
  findings: Finding[];
}

/** Tells the files of the mission in `folder` apart by their paths. Milestones and features come in their order. */
export function sortMissionFiles(folder: string, files: readonly SourceFile[]): MissionLayout {
  const layout: MissionLayout = { mission: null, contract: null, roles: [], milestones: [], findings: [] };
  const milestones = new Map<string, MilestoneFolder>();
  for (const file of files) {
    const parts = file.path.slice(folder.length + 1).split("/");
    if (parts[0] === "milestones") addToMilestone(layout, milestones, file, parts);
    else if (parts[0] === "agents" && parts.length === 2 && isMarkdown(file.path)) layout.roles.push(file);
    else if (parts.length === 1) addTopFile(layout, file, parts[0] ?? "");
    else addStrayFolder(layout, file, parts[0] ?? "");
  }
  layout.milestones = [...milestones.values()].sort((a, b) => compareMilestoneFolders(a.name, b.name));
  for (const milestone of layout.milestones) milestone.features.sort((a, b) => (a.path < b.path ? -1 : 1));
  return layout;
}

function addToMilestone(
  layout: MissionLayout,
  milestones: Map<string, MilestoneFolder>,
  file: SourceFile,
  parts: readonly string[],
): void {
  const [, name = "", base = ""] = parts;
  if (parts.length !== 3) addUnread(layout, file, isMarkdown(file.path));
  else if (isMarkdown(base)) {
    const milestone = milestones.get(name) ?? { name, file: null, features: [] };
    milestones.set(name, milestone);
    if (base === "milestone.md") milestone.file = file;
    else milestone.features.push(file);
  }
}

/** A link or submodule where a folder should be, or markdown where no document is looked for. */
function addUnread(layout: MissionLayout, file: SourceFile, isNoticed: boolean): void {
  const problem = findKindProblem(file);
  if (problem) layout.findings.push(problem);
  else if (isNoticed) {
    const message = "No document is looked for at this place";
    layout.findings.push(findingAt(file, "warning", "stray-file", message, "milestones/<number>-<name>/<feature>.md"));
  }
}

function addTopFile(layout: MissionLayout, file: SourceFile, name: string): void {
  if (name === "mission.md") layout.mission = file;
  else if (name === "contract.md") layout.contract = file;
  else if (name === "" || TOP.includes(name)) addUnread(layout, file, false);
  else addStrayFolder(layout, file, name);
}

/** `Mission.md` beside `mission.md` is one file on some machines and two on others. */
function addStrayFolder(layout: MissionLayout, file: SourceFile, name: string): void {
  const folded = name.toLowerCase();
  if (folded === name || !TOP.includes(folded)) return;
  layout.findings.push(findingAt(file, "error", "bad-name", `${name} is not written as the format has it`, folded));
}

function isMarkdown(path: string): boolean {
  return path.length > 3 && path.slice(-3).toLowerCase() === ".md";
}

function findingAt(
  file: SourceFile,
  severity: Finding["severity"],
  code: string,
  message: string,
  expected: string,
): Finding {
  return { file: file.path, line: 1, column: 1, severity, code, message, expected };
}
