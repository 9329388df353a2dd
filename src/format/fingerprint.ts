/**
 * What a failure looks like whoever met it, and when: the text whose hash is its fingerprint. Two runs with one fingerprint
 * failed in the same way. Taken out is what differs between runs of one failure; relative paths stay, because they
 * tell one failing test from another.
 */

import { cutStart, plainLine, plainText } from "./plain-text.ts";

export interface Failure {
  /** What failed: `check`, `setup`, `work` and the like. */
  kind: string;
  command: string | null;
  exitCode: number | null;
  output: string;
}

const LINES = 40;
const LINE_LENGTH = 400;
/** A line is read further than it is kept: the numbers in it, which go, have no fixed length. */
const READ_LENGTH = 1000;
const OUTPUT_LENGTH = LINES * READ_LENGTH;

const MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec";
const UNITS = "ns|us|µs|ms|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?";

/** In this order: each looks for what the ones before it have left. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  // Absolute paths, file URLs and ways up and out of the folder: they name the workspace of one run.
  [/\bfile:\/\/[^\s"'`)\]>,;]*/g, "<path>"],
  [/(?<![\w.:/@-])(?:~|\.\.)?(?:\/[\w.@+~%-]+)+\/?/g, "<path>"],
  [/\b[A-Za-z]:\\[^\s"'`)\]>,;]*/g, "<path>"],
  // Line and column behind a file's name, which else look like a time of day.
  [/(?<=\.[A-Za-z]\w{0,9}|<path>):\d+(?::\d+)?/g, ":<n>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, "<time>"],
  [
    new RegExp(
      `\\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:(?:${MONTHS})[a-z]* \\d{1,2}|\\d{1,2} (?:${MONTHS})[a-z]*)(?:,? \\d{4})?\\b`,
      "g",
    ),
    "<time>",
  ],
  [/\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?\b/g, "<time>"],
  [new RegExp(`\\b\\d[\\d.,]*[ ]?(?:${UNITS})\\b`, "g"), "<time>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b0x[0-9a-f]+\b/gi, "<id>"],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b/gi, "<id>"],
  // Ids of runs: feature, attempt, nonce.
  [/\b[a-z\d][a-z\d-]*-\d+-[a-z\d]{6}\b/g, "<id>"],
  // Nonces and session ids: words of letters among digits, too long for a name such as utf8 or h264.
  [/\b(?=[a-z]*\d[a-z\d]*[a-z])[a-z\d]{6,}\b/gi, "<id>"],
  [/[+-]?\d[\d_.,]*(?:e[+-]?\d+)?/gi, "<n>"],
  [/<time>(?: <time>)+/g, "<time>"],
];

/** The canonical text of a failure, to be hashed. */
export function fingerprintText({ kind, command, exitCode, output }: Failure): string {
  const lines = plainText(output.slice(-OUTPUT_LENGTH))
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-LINES)
    .map(canonicalLine);
  return [kind, plainLine(command ?? "", LINE_LENGTH), exitCode ?? "no exit code", ...lines].join("\n");
}

function canonicalLine(line: string): string {
  let text = plainLine(line, READ_LENGTH);
  for (const [pattern, replacement] of REPLACEMENTS) text = text.replace(pattern, replacement);
  return cutStart(text, LINE_LENGTH);
}
