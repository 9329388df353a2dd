/**
 * Text of unknown origin made safe to show: what a terminal would obey and what a reader could not see is taken out.
 * Escape sequences are recognised as ECMA-48 writes them, in their 7-bit and 8-bit forms. One that is never closed ends
 * with its line, so that it can't hide what follows.
 */

const ESC = "\u001b";
const CSI = `(?:${ESC}\\[|\u009b)[0-?]*[ -/]*[@-~]?`;
const STRING = `(?:${ESC}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007${ESC}\u009c\\r\\n]*(?:\u0007|${ESC}\\\\|\u009c)?`;
const OTHER = `${ESC}[ -/]*[0-~]?`;
const SEQUENCES = new RegExp(`${CSI}|${STRING}|${OTHER}`, "g");
const LINE_ENDS = /\r\n?/g;
/**
 * Controls but tab and line feed; noncharacters, which git takes for broken UTF-8; marks that reorder text; characters
 * without width but the joiners that scripts need.
 */
const HIDDEN = /(?![\t\n])\p{Cc}|\p{NChar}|[\u00ad\u200b\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e0fff}]/gu;
const SEPARATORS = /[\u2028\u2029]/g;
/** Below this a cut would leave nothing but the note that says how much is missing. */
const SHORTEST_CUT = 100;
const NOT_ASCII = /[^\t\n -~]/;

/** The text with LF line ends, without escape sequences, control characters and invisible marks. Tabs and line ends stay. */
export function plainText(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  return text
    .replace(SEQUENCES, "")
    .replace(LINE_ENDS, "\n")
    .replace(HIDDEN, "")
    .replace(SEPARATORS, " ")
    .toWellFormed();
}

/** The text as one line of at most that many characters. */
export function plainLine(text: string, maxLength = 200): string {
  // Ten times the length is enough to fill the line, however many spaces are squeezed out of a text without end.
  const line = plainText(text.slice(0, maxLength * 10))
    .replace(/\s+/g, " ")
    .trim();
  return line.length > maxLength ? `${cutStart(line, maxLength - 1)}…` : line;
}

/** The first characters of a text, never half of a pair. */
export function cutStart(text: string, length: number): string {
  return isLowHalf(text, length) ? text.slice(0, length - 1) : text.slice(0, length);
}

/** The last characters of a text, never half of a pair. */
export function cutEnd(text: string, length: number): string {
  const from = Math.max(0, text.length - length);
  return isLowHalf(text, from) ? text.slice(from + 1) : text.slice(from);
}

/** Start and end of a text that is longer than `length`, with a line between them that says how much is missing. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const note = `\n[... ${text.length - length} characters left out ...]\n`;
  const room = Math.max(0, length - note.length);
  return cutStart(text, Math.ceil(room / 2)) + note + cutEnd(text, Math.floor(room / 2));
}

/** The same by the bytes that the text takes as UTF-8; empty where there is no room for more than the note. */
export function cutMiddleToBytes(text: string, maxBytes: number): string {
  const bytes = utf8Length(text);
  if (bytes <= maxBytes) return text;
  let length = Math.floor((text.length * maxBytes) / bytes);
  while (length > SHORTEST_CUT) {
    const cut = cutMiddle(text, length);
    if (utf8Length(cut) <= maxBytes) return cut;
    length = Math.floor(length * 0.9);
  }
  return "";
}

/** Number of bytes of a text as UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // Each half of a pair is counted as two: together they take four.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function isLowHalf(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff;
}
