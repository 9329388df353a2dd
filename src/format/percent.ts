/**
 * Percent-encoding of one-line values. Only what would break or disguise a line is encoded, so that a person reads the
 * rest as it is: the sign itself, control and format characters, line ends of any kind, a space at either end, and the
 * noncharacters of Unicode, which git takes for broken UTF-8 and rewrites.
 */

const UNSAFE = /[%\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{NChar}]|^\s|\s$/gu;
const ENCODED = /(?:%[0-9A-Fa-f]{2})+/g;

/** A text as one safe line. Halves of surrogate pairs, which no encoding holds, become U+FFFD. */
export function encodePercent(text: string): string {
  return text.toWellFormed().replace(UNSAFE, encodeURIComponent);
}

/** The text that was encoded. What is not valid encoding stays as it stands. */
export function decodePercent(line: string): string {
  return line.includes("%") ? line.replace(ENCODED, decodeRun) : line;
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
  }
}
