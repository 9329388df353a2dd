/**
 * Prompts: a template filled with what a run is about. What a mission and its repository say stands as it is; what workers,
 * commands and other people say is fenced and called data. A prompt has a size: the lightest parts are shortened or left
 * out first, and it says which.
 */

import type { PromptInput } from "../model/prompt.ts";
import { cutMiddleToBytes, plainLine, utf8Length } from "./plain-text.ts";
import { listPieces, type Piece, printPiece } from "./prompt-pieces.ts";
import { fillTemplate, type TemplateValues } from "./prompt-template.ts";
import { muteSignals, promptText } from "./prompt-text.ts";

const MAX_BYTES = 200_000;
/** A part that would be shorter than this says nothing. */
const SHORTEST_BYTES = 500;
/** Room for the line that says what happened to a part. */
const NOTE_BYTES = 120;
const MOST_NOTES = 20;

/** Places of pieces in templates. */
const PLACES = [
  "role",
  "mission_text",
  "milestone_text",
  "feature_text",
  "assertions",
  "checks",
  "spec_change",
  "answers",
  "findings",
  "ask",
  "files",
  "diff",
  "gate",
  "last",
  "reverted",
  "earlier",
  "comments",
  "rules",
] as const;

/** The prompt of a run. Throws where the template names a place that does not exist. */
export function printPrompt(input: PromptInput, template: string, options: { maxBytes?: number } = {}): string {
  const { maxBytes = MAX_BYTES } = options;
  const facts = listFacts(input);
  let pieces: readonly Piece[] = listPieces(input).filter(({ place }) => template.includes(`{{${place}}}`));
  const notes: string[] = [];
  for (;;) {
    const values = { ...facts, ...fillPlaces(pieces), left_out: printNotes(notes) };
    const prompt = muteSignals(fillTemplate(template, values));
    const over = utf8Length(prompt) - maxBytes;
    if (over <= 0) return prompt;
    const smaller = shorten(pieces, over, notes);
    // One byte for the line that a cut begins.
    if (smaller === null) return muteSignals(cutMiddleToBytes(prompt, maxBytes - 1));
    pieces = smaller;
  }
}

/** The pieces with that many bytes less, as far as there are any; null when nothing can be shortened any more. */
function shorten(pieces: readonly Piece[], over: number, notes: string[]): readonly Piece[] | null {
  const result = new Map(pieces.map((piece) => [piece, piece as Piece | null]));
  let left = over;
  for (const piece of pieces.toSorted((one, other) => one.weight - other.weight)) {
    if (left <= 0) break;
    const bytes = utf8Length(piece.text);
    const text =
      bytes - left - NOTE_BYTES < SHORTEST_BYTES ? "" : cutMiddleToBytes(piece.text, bytes - left - NOTE_BYTES);
    result.set(piece, text === "" ? null : { ...piece, text });
    notes.push(`${text === "" ? "left out" : "shortened"}: ${piece.name}`);
    left -= text === "" ? utf8Length(printPiece(piece)) - NOTE_BYTES : left;
  }
  return pieces.length === 0 ? null : [...result.values()].filter((piece) => piece !== null);
}

function printNotes(notes: readonly string[]): string {
  const lines = notes.slice(0, MOST_NOTES).map((note) => `- ${note}`);
  if (notes.length > MOST_NOTES) lines.push(`- and ${notes.length - MOST_NOTES} more`);
  return lines.join("\n");
}

function fillPlaces(pieces: readonly Piece[]): TemplateValues {
  return Object.fromEntries(
    PLACES.map((place) => [
      place,
      pieces
        .filter((piece) => piece.place === place)
        .map(printPiece)
        .join("\n\n"),
    ]),
  );
}

/** Single words and sentences. A condition is `yes` or empty. */
function listFacts(input: PromptInput): TemplateValues {
  const { mission, milestone, feature, role, policy, limits, secrets } = input;
  return {
    run: inline(input.run),
    attempt: String(input.attempt),
    mission: inline(mission.id),
    mission_title: inline(mission.title),
    milestone: inline(milestone?.id ?? ""),
    milestone_title: inline(milestone?.title ?? ""),
    feature: inline(feature?.id ?? ""),
    feature_title: inline(feature?.title ?? ""),
    role_name: inline(role?.name ?? "worker"),
    lead: condition(role?.autonomy === "lead"),
    intern: condition(role?.autonomy === "intern"),
    poc: condition(input.mode === "poc"),
    full: condition(input.mode === "full"),
    retry: condition(input.attempt > 1),
    failed: condition(input.last !== null || input.findings.length > 0),
    taken_back: condition(input.reverted !== null),
    taken_back_here: condition(input.reverted !== null && input.start !== "home"),
    taken_back_away: condition(input.reverted !== null && input.start === "home"),
    kept: condition(input.start === "kept"),
    afresh: condition(input.start === "home"),
    conflicted: condition(input.start === "conflicted"),
    scope: listInline(policy.scope),
    protected: listInline(policy.protected),
    mission_folders: listInline(policy.missionFolders),
    writable: listInline(policy.writable),
    limits: printLimits(limits),
    secrets: listInline(secrets.map(({ name, variable }) => `${variable} (${name})`)),
  };
}

function condition(holds: boolean): string {
  return holds ? "yes" : "";
}

function inline(text: string): string {
  return promptText(plainLine(text));
}

function listInline(texts: readonly string[]): string {
  return texts.map((text) => `\`${plainLine(text).replaceAll("`", "'")}\``).join(", ");
}

function printLimits({ minutes, usd, tokens }: PromptInput["limits"]): string {
  const parts = [
    ...(minutes === null ? [] : [`${minutes} minutes`]),
    ...(usd === null ? [] : [`${usd} USD`]),
    ...(tokens === null ? [] : [`${tokens} tokens`]),
  ];
  return parts.join(", ");
}
