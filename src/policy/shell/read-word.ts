/**
 * Words of a shell: quotes, escapes, variables and substitutions. It reads on from the cursor and never fails: what can't be
 * understood makes the word unknown, and what is not closed reaches to the end.
 */

import type { Step, Variables, Word } from "./script.ts";

/** Where a reader stands. Each character is read once at each depth of scripts in texts. */
export interface Cursor {
  text: string;
  at: number;
  variables: Variables;
  steps: Step[];
  problem: "unfinished" | "too-deep" | null;
  /** How many substitutions, groups and texts this one lies in. */
  depth: number;
  /** Reads commands up to that bracket, or to the end. */
  readCommands(cursor: Cursor, until: ")" | null): void;
}

const DEEPEST = 40;
/** `$(( ))` with nothing in it that runs. */
const ARITHMETIC = /\$\(\([\w\s+\-*/%<>=!&|^~?:,$]{0,200}\)\)/y;
const PRESENT_FOLDER = /\$\(\s*pwd\s*\)/y;
const VARIABLE = /\$(?:\{([A-Za-z_]\w*|[0-9@*#?$!-])\}|([A-Za-z_]\w*|[0-9@*#?$!-]))/y;
const PLAIN = /[^\s;&|<>()'"\\$`*?[{~]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;
const ESCAPE = /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,6})|([0-7]{1,3})|(.))/gs;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", a: "\u0007", b: "\b", f: "\f", v: "\v" };

export function matchAt(pattern: RegExp, { text, at }: Cursor): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Reads what is inside of something that the cursor stands in: one deeper, or not at all. */
function readInside(cursor: Cursor, read: () => void): void {
  if (cursor.depth >= DEEPEST) {
    cursor.problem = "too-deep";
    cursor.at = cursor.text.length;
    return;
  }
  cursor.depth += 1;
  read();
  cursor.depth -= 1;
}

/** The word at the cursor; an empty one that is not quoted where none begins. */
export function readWord(cursor: Cursor): Word {
  const word: Word = { text: "", isKnown: true, isGlob: false, hasScript: false, isQuoted: false };
  const { text } = cursor;
  while (cursor.at < text.length) {
    const plain = matchAt(PLAIN, cursor);
    if (plain) {
      word.text += plain[0];
      cursor.at += plain[0].length;
      continue;
    }
    const char = text[cursor.at] ?? "";
    const isProcess = (char === "<" || char === ">") && text[cursor.at + 1] === "(";
    if (/[\s;&|()<>]/.test(char) && !isProcess) break;
    readPart(cursor, word, char);
  }
  return word;
}

function readPart(cursor: Cursor, word: Word, char: string): void {
  const read = PARTS[char];
  if (read) read(cursor, word);
  else {
    word.isGlob = true;
    word.text += char;
    cursor.at += 1;
  }
}

/** By the character that they begin with; the rest of these are patterns. */
const PARTS: Readonly<Record<string, (cursor: Cursor, word: Word) => void>> = {
  "'": readSingle,
  '"': readDouble,
  "\\": readEscape,
  $: (cursor, word) => readDollar(cursor, word, false),
  "`": readBackticks,
  "<": readSubstitution,
  ">": readSubstitution,
  "~": readTilde,
};

function readSingle(cursor: Cursor, word: Word): void {
  const end = endOf(cursor, "'", cursor.at + 1);
  word.isQuoted = true;
  word.text += cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
}

function endOf(cursor: Cursor, mark: string, from: number): number {
  const end = cursor.text.indexOf(mark, from);
  if (end !== -1) return end;
  cursor.problem ??= "unfinished";
  return cursor.text.length;
}

function readDouble(cursor: Cursor, word: Word): void {
  const { text } = cursor;
  word.isQuoted = true;
  cursor.at += 1;
  while (cursor.at < text.length && text[cursor.at] !== '"') readInDouble(cursor, word);
  if (cursor.at >= text.length) cursor.problem ??= "unfinished";
  cursor.at += 1;
}

/** A text in which variables and substitutions hold, and nothing else. */
export function readInDouble(cursor: Cursor, word: Word): void {
  const plain = matchAt(PLAIN_IN_QUOTES, cursor);
  const char = cursor.text[cursor.at] ?? "";
  if (plain) {
    word.text += plain[0];
    cursor.at += plain[0].length;
  } else if (char === "$") readDollar(cursor, word, true);
  else if (char === "`") readBackticks(cursor, word);
  else if (char === "\\") {
    const next = cursor.text[cursor.at + 1] ?? "";
    if (next !== "\n") word.text += '$`"\\'.includes(next) ? next : char + next;
    cursor.at += 2;
  } else {
    word.text += char;
    cursor.at += 1;
  }
}

function readEscape(cursor: Cursor, word: Word): void {
  const next = cursor.text[cursor.at + 1] ?? "";
  cursor.at += 2;
  if (next === "\n") return;
  word.isQuoted = true;
  word.text += next;
}

function readTilde(cursor: Cursor, word: Word): void {
  const next = cursor.text[cursor.at + 1] ?? "";
  const isHome = word.text.length === 0 || /[=:]/.test(cursor.text[cursor.at - 1] ?? "");
  cursor.at += 1;
  if (!isHome) word.text += "~";
  else if (/[\w.+-]/.test(next)) markUnknown(word, "~");
  else appendVariable(cursor, word, "HOME", "~");
}

function readDollar(cursor: Cursor, word: Word, isInQuotes: boolean): void {
  const next = cursor.text[cursor.at + 1] ?? "";
  const variable = matchAt(VARIABLE, cursor);
  if (variable) {
    cursor.at += variable[0].length;
    appendVariable(cursor, word, variable[1] ?? variable[2] ?? "", variable[0]);
  } else if (next === "(") readDollarBracket(cursor, word);
  else if (next === "{") readBraces(cursor, word, isInQuotes);
  else if (next === "'" && !isInQuotes) readAnsi(cursor, word);
  else {
    if (next !== '"' || isInQuotes) word.text += "$";
    cursor.at += 1;
  }
}

function appendVariable({ variables }: Cursor, word: Word, name: string, written: string): void {
  const isOwn = Object.hasOwn(variables, name);
  // The number of the shell itself: any would do.
  const value = isOwn ? variables[name] : name === "$" ? "4194304" : undefined;
  if (value === undefined) markUnknown(word, written);
  else word.text += value;
}

function markUnknown(word: Word, written: string): void {
  word.isKnown = false;
  word.text += written;
}

function readDollarBracket(cursor: Cursor, word: Word): void {
  const folder = "PWD" in cursor.variables ? matchAt(PRESENT_FOLDER, cursor) : null;
  const known = folder ?? matchAt(ARITHMETIC, cursor);
  if (known === null) readSubstitution(cursor, word);
  else {
    cursor.at += known[0].length;
    word.text += folder ? "." : "0";
  }
}

/** `$(`, `<(` and `>(`: two characters, then commands. */
function readSubstitution(cursor: Cursor, word: Word): void {
  markUnknown(word, "$()");
  word.hasScript = true;
  cursor.at += 2;
  readGroup(cursor);
}

/** Commands up to the closing bracket. */
export function readGroup(cursor: Cursor): void {
  cursor.steps.push({ kind: "open" });
  readInside(cursor, () => cursor.readCommands(cursor, ")"));
  cursor.steps.push({ kind: "close" });
}

function readBraces(cursor: Cursor, word: Word, isInQuotes: boolean): void {
  const { text } = cursor;
  markUnknown(word, "$");
  cursor.at += 2;
  readInside(cursor, () => {
    const inner: Word = { ...word };
    while (cursor.at < text.length && text[cursor.at] !== "}") {
      if (text[cursor.at] === "'" && !isInQuotes) readSingle(cursor, inner);
      else if (text[cursor.at] === '"') readDouble(cursor, inner);
      else if (text[cursor.at] === "}") break;
      else readInBraces(cursor, inner);
    }
    word.hasScript ||= inner.hasScript;
    if (cursor.at >= text.length) cursor.problem ??= "unfinished";
    cursor.at += 1;
  });
}

function readInBraces(cursor: Cursor, inner: Word): void {
  const char = cursor.text[cursor.at] ?? "";
  if (char === "$" || char === "`" || char === "\\") readInDouble(cursor, inner);
  else cursor.at += 1;
}

/** What lies in backticks is written with one more backslash before each mark. */
function readBackticks(cursor: Cursor, word: Word): void {
  const { text } = cursor;
  markUnknown(word, "$()");
  word.hasScript = true;
  let end = cursor.at + 1;
  while (end < text.length && text[end] !== "`") end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) cursor.problem ??= "unfinished";
  const inner = text.slice(cursor.at + 1, end).replace(/\\([`\\$])/g, "$1");
  cursor.at = end + 1;
  readText(cursor, inner, (inside) => inside.readCommands(inside, null));
}

/** Reads another text into the same steps. */
export function readText(cursor: Cursor, text: string, read: (inside: Cursor) => void): void {
  cursor.steps.push({ kind: "open" });
  readInside(cursor, () => {
    const inside: Cursor = { ...cursor, text, at: 0 };
    read(inside);
    cursor.problem = inside.problem;
  });
  cursor.steps.push({ kind: "close" });
}

function readAnsi(cursor: Cursor, word: Word): void {
  const { text } = cursor;
  let end = cursor.at + 2;
  while (end < text.length && text[end] !== "'") end += text[end] === "\\" ? 2 : 1;
  if (end >= text.length) cursor.problem ??= "unfinished";
  word.isQuoted = true;
  word.text += unescapeAnsi(text.slice(cursor.at + 2, end));
  cursor.at = end + 1;
}

function unescapeAnsi(text: string): string {
  return text.replace(ESCAPE, (_all, hex, short, long, octal, other: string | undefined) => {
    const code = hex ?? short ?? long;
    if (code !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(code, 16), 0x10ffff));
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8) & 0xff);
    return ESCAPES[other ?? ""] ?? other ?? "";
  });
}
