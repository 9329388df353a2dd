/** An explanation on a screen: why it is so, what it cost, then a line or three for each transition. */

import type { Usage } from "../../model/record.ts";
import type { Cost, MissionStatus } from "../../model/state.ts";
import { nextStep } from "../condition.ts";
import { costOf } from "../cost-share.ts";
import { countText, sourcedCostText } from "../money.ts";
import type { Page } from "../page.ts";
import { shortHashes } from "../short-hash.ts";
import { dotted, gap, type Look, type Span, span } from "../span.ts";
import { statusWord } from "../status-word.ts";
import { BLANK, heading, type Line, paragraph, type Row, renderTable } from "../table.ts";
import { dateText, dayText, durationText } from "../time.ts";
import type { Explanation } from "./explanation.ts";
import type { Step } from "./step.ts";

/** What is longer is shown by its beginning and its end. */
const MOST_STEPS = 16;
const FIRST_STEPS = 3;
const MOST_PASSED = 2;

const LOOKS: Readonly<Partial<Record<Step["kind"], Look>>> = {
  landed: "good",
  merged: "good",
  completed: "good",
  asked: "waiting",
  blocked: "bad",
};

const RESULT_LOOKS: Readonly<Record<string, Look>> = { passed: "good", failed: "bad", inconclusive: "waiting" };

/** `all`: every step; else what a screen holds, with the way to the rest. */
export function renderExplanation(explanation: Explanation, page: Page, { all }: { all: boolean }): string[] {
  const { thing, title, status, condition, next, cost, steps } = explanation;
  const shown = all ? { first: steps, left: 0, last: [] } : chooseSteps(explanation);
  const rows = (some: readonly Step[], before: number | null) =>
    stepRows(some, { page, before, tellBelow: all || !isWide(explanation) ? tellAll : tellBriefly });
  return renderTable(
    [
      heading(span(thing, "strong"), gap(), span(title)),
      paragraph(...dotted(statusWord(status as MissionStatus), span(condition.message))),
      ...(next === null ? [] : [paragraph(...nextStep(next))]),
      ...costLine(cost),
      BLANK,
      ...rows(shown.first, null),
      ...(shown.left > 0 ? [leftLine(shown.left, thing)] : []),
      ...rows(shown.last, shown.first.at(-1)?.at ?? null),
      ...(steps.length === 0 ? [paragraph(span("Nothing is recorded about it yet.", "quiet"))] : []),
    ],
    page,
  );
}

interface Chosen {
  first: readonly Step[];
  left: number;
  last: readonly Step[];
}

/** Of a mission only what moved it as a whole: how each feature came along is the feature's own. */
function chooseSteps({ kind, steps }: Explanation): Chosen {
  const main = kind === "mission" ? steps.filter(movesMission) : steps;
  if (main.length <= MOST_STEPS) return { first: main, left: steps.length - main.length, last: [] };
  const last = main.slice(FIRST_STEPS - MOST_STEPS);
  return { first: main.slice(0, FIRST_STEPS), left: steps.length - FIRST_STEPS - last.length, last };
}

function movesMission({ kind, what }: Step): boolean {
  if (kind === "verdict") return what.startsWith("validation");
  return !["claim", "run-ended", "comment"].includes(kind);
}

function leftLine(count: number, thing: string): Line {
  const words = count === 1 ? "1 more record: " : `${count} more records: `;
  return heading(gap(), span(words, "quiet"), span(`mission explain ${thing} --all`, "command"));
}

type TellBelow = (step: Step) => readonly (readonly Span[])[];

interface Telling {
  page: Page;
  /** When the step before the first of these was. */
  before: number | null;
  /** What stands below a step. */
  tellBelow: TellBelow;
}

function stepRows(steps: readonly Step[], { page, before, tellBelow }: Telling): (Row | Line)[] {
  let day = before === null ? "" : dayText(before, page);
  return steps.flatMap((step) => {
    const today = dayText(step.at, page);
    const isNew = today !== day;
    day = today;
    return [...(isNew ? [heading(span(today, "quiet"))] : []), stepRow(step, page, tellBelow)];
  });
}

function stepRow(step: Step, page: Page, tellBelow: TellBelow): Row {
  const { id, at, kind, what, by, isPerson } = step;
  return {
    cells: [span(dateText(at, page).slice(11), "quiet"), span(id.slice(0, 10), "quiet")],
    text: [span(what, LOOKS[kind] ?? "plain"), ...personSpans(isPerson, by)],
    fit: "wrap",
    below: tellBelow(step).filter((line) => line.length > 0),
  };
}

/** A mission or milestone is made of many things: of each of them one line says enough. */
function isWide({ kind }: Explanation): boolean {
  return kind === "mission" || kind === "milestone";
}

function tellAll(step: Step): Span[][] {
  const { why, inputs, commands, cost, billing } = step;
  // The verdict of a landing stands in its reason.
  const facts = inputs.filter(({ name }) => name !== "verdict").map(({ name, value }) => `${name} ${value}`);
  return [
    why === null ? [] : [span(shortHashes(why))],
    commandSpans(commands),
    dotted(
      ...facts.map((fact) => span(shortHashes(fact), "quiet")),
      span(cost === null ? "" : usageText(cost, billing), "quiet"),
    ),
  ];
}

function tellBriefly({ kind, why, inputs, commands }: Step): Span[][] {
  const verdict = inputs.find(({ name }) => name === "verdict")?.value;
  if (kind === "landed") return [verdict === undefined ? [] : [span(`verdict ${verdict.slice(0, 10)}`, "quiet")]];
  return [why === null ? [] : [span(shortHashes(why))], commandSpans(commands)];
}

/** What did not pass is named first; of many that passed only their number counts. */
function commandSpans(commands: Step["commands"]): Span[] {
  const passed = commands.filter(({ result }) => result === "passed");
  const others = commands.filter(({ result }) => result !== "passed");
  const isFew = passed.length <= MOST_PASSED;
  const named = [...others, ...(isFew ? passed : [])].map(({ result, label }) => {
    return span(`${result} ${label}`, RESULT_LOOKS[result] ?? "plain");
  });
  return dotted(...named, isFew ? null : span(`${passed.length} passed`, "good"));
}

function personSpans(isPerson: boolean, by: string): Span[] {
  const name = by.replace(/\s*<[^<>]*>$/, "");
  return isPerson && name !== "" ? [span(` by ${name}`, "quiet")] : [];
}

function costLine(cost: Cost): Line[] {
  const text = sourcedCostText(cost);
  return text === "" ? [] : [paragraph(span("cost: ", "quiet"), span(text))];
}

function usageText(usage: Usage, billing: Step["billing"]): string {
  const { minutes, tokensIn, tokensOut } = usage;
  const parts = [
    sourcedCostText({ ...costOf({ usage, billing: billing ?? undefined }), minutes: 0, tokens: 0 }),
    minutes * 60 >= 1 ? durationText(minutes * 60_000) : "",
    tokensIn + tokensOut > 0 ? `${countText(tokensIn + tokensOut)} tokens` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
