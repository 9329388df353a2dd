/** How many columns of a terminal a text takes. Counted in what a reader sees as one character. */

const ASCII = /^[ -~]*$/;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
/** East Asian Wide and Fullwidth (Unicode annex 11), by block; pictures that are shown as emoji. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1b000}-\u{1b2fb}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const SHOWN_AS_EMOJI = /\ufe0f/;

let segmenter: Intl.Segmenter | null = null;

/** Columns that the text takes. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of charactersOf(text)) width += characterWidth(character);
  return width;
}

/** The text in at most that many columns, with an ellipsis where something is left out. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const kept = takeColumns(text, width - 1);
  return width < 1 ? "" : `${kept.trimEnd()}…`;
}

/** As many whole characters from the start as fit. */
export function takeColumns(text: string, width: number): string {
  let taken = "";
  let used = 0;
  for (const character of charactersOf(text)) {
    used += characterWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

/** The text, filled up with spaces. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function* charactersOf(text: string): Generator<string> {
  if (ASCII.test(text)) return yield* text;
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}

function characterWidth(character: string): number {
  if (INVISIBLE.test(character)) return 0;
  return WIDE.test(character) || SHOWN_AS_EMOJI.test(character) ? 2 : 1;
}
