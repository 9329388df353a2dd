/** What an agent says and does, line by line, as a person follows it. What it says is shown as it is, what it does has a mark. */

import { plainLine, plainText } from "../format/plain-text.ts";
import { countText, usdText } from "./money.ts";
import type { Page } from "./page.ts";
import { gap, type Look, paintSpans, type Span, span } from "./span.ts";
import { durationText, momentText } from "./time.ts";
import { cut, widthOf } from "./width.ts";

/** One line of a run's events; a worker may have written it: nothing in it is taken for granted. */
export interface OutputEvent {
  kind: string;
  at: number;
  /** Bytes of the log before it. */
  log: number | null;
  [key: string]: unknown;
}

export type OutputItem = { kind: "text"; text: string } | OutputEvent;

/** Spending is said again after this time. */
const SPENDING_EVERY_MS = 60_000;
const WORD_LENGTH = 400;

export interface OutputView {
  /** The lines to print for what has come. */
  render(items: readonly OutputItem[]): readonly string[];
  /** The last figures, when they were not said yet. */
  finish(): readonly string[];
}

/** A view of one run, from its beginning: it remembers what was said of spending, and whether a blank line stands above. */
export function openOutputView(page: Page): OutputView {
  const spending = openSpending();
  let isBlank = true;
  const before: Before = { tool: null, session: null, error: null };

  function add(line: string): string[] {
    const isAnother = line === "" && isBlank;
    isBlank = line === "";
    return isAnother ? [] : [line];
  }

  return {
    render: (items) =>
      items.flatMap((item) => {
        if (isText(item)) return textLines(item.text).flatMap(add);
        spending.hear(item);
        const line = describe(item, page, before) ?? spending.due(item.at);
        if (item.kind === "tool") before.tool = item;
        if (item.kind === "session") before.session = item;
        if (item.kind === "error") before.error = item;
        return line === null ? [] : add(fitted(line, page));
      }),
    finish: () => {
      const line = spending.rest();
      return line === null ? [] : add(fitted(line, page));
    },
  };
}

function isText(item: OutputItem): item is { kind: "text"; text: string } {
  return item.kind === "text";
}

function textLines(text: string): string[] {
  const lines = plainText(text).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => line.trimEnd());
}

function fitted(spans: readonly Span[], page: Page): string {
  let left = page.width;
  const kept = spans.map((piece) => {
    const text = cut(piece.text, Math.max(0, left));
    left = text === piece.text ? left - widthOf(text) : 0;
    return { ...piece, text };
  });
  return paintSpans(kept, page.paint).trimEnd();
}

/** The last of each that was told. */
interface Before {
  tool: OutputEvent | null;
  session: OutputEvent | null;
  error: OutputEvent | null;
}

/** null: what is shown elsewhere, or of use to nobody who reads along. */
function describe(event: OutputEvent, page: Page, { tool, session, error }: Before): readonly Span[] | null {
  switch (event.kind) {
    case "started":
      return marked("▸", "quiet", span(`began ${momentText(event.at, page)}`, "quiet"));
    case "session":
      return sessionLine(event, session);
    case "tool":
      return marked("●", "moving", span(word(event.name), "strong"), gap(), span(word(event.text)));
    case "permission":
      return permissionLine(event, tool);
    case "retry":
      return marked("↻", "waiting", span(`tries again: ${word(event.text)}`, "waiting"));
    case "error":
      return errorLine(event, error, page);
    case "harvest": {
      const head = word(event.head).slice(0, 10);
      return head === "" ? null : marked("▸", "quiet", span(`its work is kept as ${head}`, "quiet"));
    }
    case "note":
      return marked("▸", "quiet", span(word(event.text), "quiet"));
    // Signals and the last message stand in what it says.
    case "signal":
    case "done":
    case "usage":
    case "cost":
      return null;
    default:
      return marked("▸", "quiet", span(`${plainLine(event.kind, WORD_LENGTH)} ${word(event.text)}`, "quiet"));
  }
}

/** Some know their version and model only later: then what is new is told. */
function sessionLine({ program, model, id }: OutputEvent, last: OutputEvent | null): readonly Span[] | null {
  const facts = [
    word(program) === word(last?.program) ? "" : word(program),
    word(model) === word(last?.model) ? "" : word(model),
    word(id) === word(last?.id) ? "" : `session ${word(id)}`,
  ].filter((fact) => fact !== "");
  return facts.length === 0 ? null : marked("▸", "quiet", span(facts.join(" · "), "quiet"));
}

/** What an agent may do is no news. Of the tool that was told of just now, the refusal alone. */
function permissionLine(event: OutputEvent, last: OutputEvent | null): readonly Span[] | null {
  if (event.decision === "allowed") return null;
  const what = last !== null && isOf(event, last) ? "" : `: ${word(event.tool)} ${word(event.text)}`.trimEnd();
  const why = word(event.because) === "" ? [] : [span(` (${word(event.because)})`, "quiet")];
  return marked("✗", "bad", span(`refused${what}`, "bad"), ...why);
}

const OF_PROVIDER: Readonly<Record<string, string>> = { quota: "no quota left: ", provider: "its provider: " };

/** Some tell an error once more as they end. */
function errorLine(event: OutputEvent, last: OutputEvent | null, page: Page): readonly Span[] | null {
  if (last !== null && word(event.text) === word(last.text) && event.until === last.until) return null;
  const until = typeof event.until === "number" ? `, until ${momentText(event.until, page)}` : "";
  return marked("✗", "bad", span(`${OF_PROVIDER[word(event.code)] ?? ""}${word(event.text)}${until}`, "bad"));
}

/** A path may be told in full here and in short there. */
function isOf({ tool, text }: OutputEvent, last: OutputEvent): boolean {
  return word(tool) === word(last.name) && word(text).endsWith(word(last.text));
}

function marked(mark: string, look: Look, ...spans: readonly Span[]): readonly Span[] {
  return [span(mark, look), gap(1), ...spans];
}

function word(value: unknown): string {
  return typeof value === "string" ? plainLine(value, WORD_LENGTH) : "";
}

/** `so far 0.12 USD, 3k tokens`: at most once a minute, and at the end. */
function openSpending() {
  let usd: number | null = null;
  let tokens = 0;
  let said = "";
  let saidAt: number | null = null;

  function say(at: number): readonly Span[] | null {
    const text = [usd === null ? "" : usdText(usd), tokens > 0 ? `${countText(tokens)} tokens` : ""]
      .filter((part) => part !== "")
      .join(", ");
    if (text === "" || text === said) return null;
    said = text;
    saidAt = at;
    return marked("$", "quiet", span(`so far ${text}`, "quiet"));
  }

  return {
    hear({ kind, at, usd: money, input, output }: OutputEvent): void {
      saidAt ??= at;
      if (kind === "cost" && isFigure(money)) usd = money;
      if (kind === "usage" && isFigure(input) && isFigure(output)) tokens = input + output;
    },
    due: (at: number) => (saidAt !== null && at - saidAt >= SPENDING_EVERY_MS ? say(at) : null),
    rest: () => say(saidAt ?? 0),
  };
}

function isFigure(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

/** The last line: how it ended, after how long, at what cost. */
export function endLine(end: { outcome: string; ms: number; cost: string; because: string }, page: Page): string {
  const look: Look = ["delivered", "nothing-to-do"].includes(end.outcome) ? "good" : "bad";
  const facts = [durationText(end.ms), end.cost, plainLine(end.because)].filter((fact) => fact !== "");
  return fitted(marked("■", look, span(end.outcome, look), span(` · ${facts.join(" · ")}`, "quiet")), page);
}
