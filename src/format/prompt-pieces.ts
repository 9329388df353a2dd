/** The parts of a prompt that come from files, the ledger and other workers: each with its words and how much it matters. */

import type { PromptFinding, PromptInput } from "../model/prompt.ts";
import type { Handoff } from "../model/run.ts";
import { HANDOFF_HEADINGS } from "./handoff.ts";
import { plainLine } from "./plain-text.ts";
import { closeFence, fenceText, lowerHeadings, promptText } from "./prompt-text.ts";

export interface Piece {
  /** Place in the template. */
  place: string;
  /** What it is, for the note that says what was left out. */
  name: string;
  /** The lightest are cut first when the prompt is too long. */
  weight: number;
  /** Our own words in front of it. */
  lead: string;
  text: string;
  /** Language of the fence around it; null for what the mission itself says, which is not fenced. */
  fence: string | null;
}

const JUDGES: Readonly<Record<PromptFinding["by"], string>> = {
  gate: "The gate sent the work back.",
  review: "A reviewer sent the work back.",
};

const DECISIONS = { approved: "approved", denied: "denied", answer: "answered" } as const;
/** Levels by which headings of files go down: they stand below the second-level headings of the template. */
const LOWER = 2;

export function listPieces(input: PromptInput): readonly Piece[] {
  return [...assignment(input), ...judgedWork(input), ...lastTime(input), ...surroundings(input)].filter(
    ({ text }) => text !== "",
  );
}

export function printPiece({ lead, text, fence }: Piece): string {
  const shown = fence === null ? closeFence(text) : fenceText(text, fence);
  return lead === "" ? shown : `${lead}\n\n${shown}`;
}

function assignment({ role, mission, milestone, feature, assertions, checks, ask }: PromptInput): readonly Piece[] {
  return [
    own("role", `instructions of the role ${role?.name}`, 80, role?.text ?? ""),
    own("mission_text", "text of the mission", 60, mission.text),
    own("milestone_text", "text of the milestone", 40, milestone?.text ?? ""),
    own("feature_text", "text of the feature", 95, feature?.text ?? ""),
    ...assertions.map(printAssertion),
    own("ask", "question to decide", 96, ask ?? ""),
    own("checks", "list of checks", 85, checkLines(checks)),
  ];
}

function printAssertion({ id, title, text, checks }: PromptInput["assertions"][number], index: number): Piece {
  const parts = [promptText(text), checkLines(checks)].filter((part) => part !== "");
  const piece = own("assertions", `assertion ${id}`, 90 - index / 1000, parts.join("\n\n"));
  return { ...piece, text: `### ${line(`${id}: ${title}`)}\n\n${piece.text}`.trim() };
}

function judgedWork({ judged }: PromptInput): readonly Piece[] {
  if (judged === null) return [];
  const { diff, files, unshown, gate } = judged;
  const cut = unshown.length === 0 ? "" : `Too long to be shown whole. Look for yourself at: ${nameFiles(unshown)}.`;
  return [
    data("files", "list of changed files", 88, "", files.join("\n")),
    data("diff", "diff of the change", 77, cut, diff, "diff"),
    ...(gate === null ? [] : [data("gate", "evidence of the gate", 45, gateWords(gate), gate.text || "(nothing)")]),
  ];
}

function nameFiles(paths: readonly string[]): string {
  return paths.map((path) => codeSpan(plainLine(path, 300))).join(", ");
}

function gateWords({ run, result }: NonNullable<NonNullable<PromptInput["judged"]>["gate"]>): string {
  return `Its gate${run === null ? "" : `, run ${line(run)},`} said \`${result}\`.`;
}

function lastTime({ last, findings, answers, specChange, reverted }: PromptInput): readonly Piece[] {
  return [
    data("spec_change", "change of what is asked", 75, "", specChange ?? "", "diff"),
    ...answers.flatMap(({ question, decision, answer, by }, index) => [
      data("answers", "earlier question", 70 + index / 1000, "Asked:", question),
      data(
        "answers",
        "answer of a person",
        78 + index / 1000,
        `${line(by)} ${DECISIONS[decision]}:`,
        answer || decision,
      ),
    ]),
    ...findings.map(({ by, run, text }, index) =>
      data(
        "findings",
        `findings of the ${by}`,
        76 + index / 1000,
        run === null ? JUDGES[by] : `${JUDGES[by]} Run ${line(run)}.`,
        text,
      ),
    ),
    ...(last === null ? [] : lastRun(last)),
    ...(reverted === null ? [] : takenBack(reverted)),
  ];
}

function takenBack({ commit, words, diff }: NonNullable<PromptInput["reverted"]>): readonly Piece[] {
  const said =
    words === null ? [] : [data("reverted", "why it was taken back", 73, `${line(words.by)} wrote:`, words.text)];
  const lead = `The change, commit ${line(commit.slice(0, 12))}:`;
  return [...said, data("reverted", "earlier change that was taken back", 35, lead, diff ?? "", "diff")];
}

function lastRun({ run, outcome, evidence, handoff }: NonNullable<PromptInput["last"]>): readonly Piece[] {
  return [
    data(
      "last",
      "evidence of the last run",
      74,
      `Run ${line(run)} ended as \`${outcome}\`. What was seen:`,
      evidence || "(nothing)",
    ),
    data(
      "last",
      "handoff of the last run",
      72,
      "What its worker said it did:",
      handoff ? printHandoff(handoff) : "",
      "markdown",
    ),
  ];
}

function surroundings({ earlier, comments, rules }: PromptInput): readonly Piece[] {
  return [
    ...earlier.map(({ feature, title, handoff }, index) =>
      data(
        "earlier",
        `handoff of ${feature}`,
        30 - index / 1000,
        `\`${line(feature)}\`, ${line(title)}:`,
        printHandoff(handoff),
        "markdown",
      ),
    ),
    ...comments.map(({ by, text }, index) =>
      data("comments", `comment of ${by}`, 20 + index / 1000, `${line(by)} wrote:`, text),
    ),
    ...rules.map(({ source, text }, index) => ({
      ...own("rules", `rules of ${source}, which is in your workspace`, 50 - index, text),
      lead: `From \`${line(source)}\`:`,
    })),
  ];
}

/** What the mission and its repository say: instructions. */
function own(place: string, name: string, weight: number, text: string): Piece {
  return { place, name: line(name), weight, lead: "", text: lowerHeadings(promptText(text), LOWER), fence: null };
}

/** What workers, commands and other people say: data. */
function data(place: string, name: string, weight: number, lead: string, text: string, fence = "text"): Piece {
  return { place, name: line(name), weight, lead, text: promptText(text), fence };
}

function line(text: string): string {
  return plainLine(text, 120);
}

function checkLines(labels: readonly string[]): string {
  return labels.map((label) => `- ${codeSpan(plainLine(label, 500))}`).join("\n");
}

/** A span of code that holds any text: its marks are longer than those inside. */
function codeSpan(text: string): string {
  if (!text.includes("`")) return `\`${text}\``;
  const runs = text.match(/`+/g) ?? [];
  const marks = "`".repeat(runs.reduce((longest, run) => Math.max(longest, run.length), 0) + 1);
  return `${marks} ${text} ${marks}`;
}

function printHandoff(handoff: Handoff): string {
  const sections = Object.entries(HANDOFF_HEADINGS) as [keyof Handoff, string][];
  return sections
    .filter(([name]) => handoff[name].trim() !== "")
    .map(([name, heading]) => `## ${heading}\n${handoff[name].trim()}`)
    .join("\n\n");
}
