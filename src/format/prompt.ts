/**
 * Prompts: a template filled with what a run is about. What a mission and its repository say stands as it is; what workers,
 * commands and other people say is fenced and called data.
 */

import type { PromptInput } from "../model/prompt.ts";
import { cutMiddleToBytes, plainLine, utf8Length } from "./plain-text.ts";
import { listPieces, type Piece, printPiece } from "./prompt-pieces.ts";
import { printNotes, sharePieces, shortenPieces } from "./prompt-size.ts";
import { fillTemplate, type TemplateValues } from "./prompt-template.ts";
import { muteSignals, promptText } from "./prompt-text.ts";

const MAX_BYTES = 200_000;
const MOST_CONFLICTS = 50;

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
  const notes: string[] = [];
  const asked = listPieces(input).filter(({ place }) => template.includes(`{{${place}}}`));
  let pieces = sharePieces(asked, notes);
  for (;;) {
    const values = { ...facts, ...fillPlaces(pieces), left_out: printNotes(notes) };
    const prompt = muteSignals(fillTemplate(template, values));
    const over = utf8Length(prompt) - maxBytes;
    if (over <= 0) return prompt;
    const smaller = shortenPieces(pieces, over, notes);
    // One byte for the line that a cut begins.
    if (smaller === null) return muteSignals(cutMiddleToBytes(prompt, maxBytes - 1));
    pieces = smaller;
  }
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
  const conflicts = listInline(input.conflicts.slice(0, MOST_CONFLICTS));
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
    commits: condition(input.commits),
    leaves: condition(!input.commits),
    narrow: condition(input.isNarrow),
    offline: condition(input.isOffline),
    retry: condition(input.attempt > 1),
    taken_back: condition(input.reverted !== null),
    taken_back_here: condition(input.reverted !== null && input.start !== "home"),
    taken_back_away: condition(input.reverted !== null && input.start === "home"),
    kept: condition(input.start === "kept"),
    afresh: condition(input.start === "home"),
    conflicted: condition(input.start === "conflicted"),
    conflicts: input.start === "conflicted" ? conflicts : "",
    marked: input.start === "kept" ? conflicts : "",
    more_conflicts: input.conflicts.length > MOST_CONFLICTS ? " and more" : "",
    scope: listInline(policy.scope),
    protected: listInline(policy.protected),
    mission_folders: listInline(policy.missionFolders),
    writable: listInline(policy.writable),
    limits: printLimits(limits),
    secrets: secrets.map(({ name, variable }) => `${listInline([variable])} (${inline(name)})`).join(", "),
    setup: listInline(input.setup),
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
  return parts.join(" or ");
}
