/** Texts of others inside a prompt: plain, in a fence that nothing in them can close. */

import { plainText } from "./plain-text.ts";

const SIGNAL_WORD = /^(?=[*_`]{0,4}(?:DONE|QUESTION|REVIEW|BLOCKED|USAGE|VERDICT)[*_`]{0,4}:)/gm;
const HEADING = /^#{1,6}(?=\s)/;
const FENCE_LINE = /^ {0,3}(`{3,}|~{3,})/;
const DEEPEST = 6;

/** Text as it may stand in a prompt. */
export function promptText(text: string): string {
  return plainText(text).trim();
}

/** The prompt with no line that could be read as a signal: a worker that prints it must not seem to say what stands there. */
export function muteSignals(prompt: string): string {
  return prompt.replace(SIGNAL_WORD, " ");
}

/** The text between two fences that are longer than any run of backticks in it. */
export function fenceText(text: string, language = ""): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = "`".repeat(runs.reduce((longest, run) => Math.max(longest, run.length), 2) + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** The text with its headings some levels lower, so that they stay below the prompt's own. */
export function lowerHeadings(markdown: string, levels: number): string {
  let fence: string | null = null;
  return markdown
    .split("\n")
    .map((line) => {
      const marks = fence === null ? HEADING.exec(line)?.[0] : undefined;
      fence = fenceAfter(fence, line);
      return marks === undefined
        ? line
        : "#".repeat(Math.min(DEEPEST, marks.length + levels)) + line.slice(marks.length);
    })
    .join("\n");
}

/** The text with its last code fence closed: what comes after it is no part of it. */
export function closeFence(markdown: string): string {
  const open = markdown.split("\n").reduce<string | null>(fenceAfter, null);
  return open === null ? markdown : `${markdown}\n${open}`;
}

/** The marks of the code fence that is open after a line, null outside. One closes with at least as many of its own marks. */
export function fenceAfter(open: string | null, line: string): string | null {
  const marks = FENCE_LINE.exec(line)?.[1];
  if (marks === undefined) return open;
  if (open === null) return marks;
  return marks.startsWith(open) && line.trim() === marks ? null : open;
}
