/** The handoff: what a worker says it did, as markdown under six headings. */

import type { Handoff } from "../model/run.ts";
import { cutMiddle, plainText } from "./plain-text.ts";
import { fenceAfter } from "./prompt-text.ts";

/** The headings as prompts ask for them, in the order of reading. */
export const HANDOFF_HEADINGS: Readonly<Record<keyof Handoff, string>> = {
  plan: "Plan",
  summary: "Summary",
  selfReview: "Self-review",
  decisions: "Decisions",
  evidence: "Evidence",
  openPoints: "Open points",
};

const SECTION_LENGTH = 20_000;
/** More than the sections together can hold is not looked at. */
const TEXT_LENGTH = 200_000;

/**
 * The sections of a handoff, empty where they are missing. Headings of any level and case count, others belong to the
 * section that they are in; text before the first one is a summary where there is no other.
 */
export function parseHandoff(markdown: string): Handoff {
  const sections: Record<keyof Handoff, string[]> = {
    plan: [],
    summary: [],
    selfReview: [],
    decisions: [],
    evidence: [],
    openPoints: [],
  };
  const before: string[] = [];
  let section = before;
  let fence: string | null = null;
  for (const line of plainText(markdown.slice(0, TEXT_LENGTH)).split("\n")) {
    const name = fence === null ? headingName(line) : null;
    fence = fenceAfter(fence, line);
    if (name !== null) section = sections[name];
    else section.push(line);
  }
  const texts = Object.fromEntries(Object.entries(sections).map(([name, lines]) => [name, joinLines(lines)]));
  const handoff = texts as unknown as Handoff;
  return handoff.summary === "" ? { ...handoff, summary: joinLines(withoutTitle(before)) } : handoff;
}

/** Whether a worker wrote anything at all. */
export function isEmptyHandoff(handoff: Handoff): boolean {
  return Object.values(handoff).every((text) => text === "");
}

function headingName(line: string): keyof Handoff | null {
  const words = /^ {0,3}#{1,6}[ \t]+(.*)$/.exec(line)?.[1];
  if (words === undefined) return null;
  const plain = words.toLowerCase().replace(/[^a-z]/g, "");
  for (const [name, heading] of Object.entries(HANDOFF_HEADINGS)) {
    if (plain === heading.toLowerCase().replace(/[^a-z]/g, "")) return name as keyof Handoff;
  }
  return null;
}

function withoutTitle(lines: readonly string[]): readonly string[] {
  return lines.filter(
    (line, index) => !(/^#[ \t]/.test(line) && lines.slice(0, index).every((each) => each.trim() === "")),
  );
}

function joinLines(lines: readonly string[]): string {
  return cutMiddle(lines.join("\n").trim(), SECTION_LENGTH);
}
