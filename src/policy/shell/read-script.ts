/**
 * Splits a script into its simple commands: through lists, pipes, groups, substitutions in words and in here-documents. It
 * takes time that grows with the length of the text, never fails, and says where it did not understand.
 */

import { learnt } from "./learnt.ts";
import { type Cursor, matchAt, readGroup, readInDouble, readText, readWord } from "./read-word.ts";
import { knownWord, type Redirect, type Script, type SimpleCommand, type Variables } from "./script.ts";

interface HereDocument {
  end: string;
  isPlain: boolean;
  stripsTabs: boolean;
  redirect: Redirect;
}

/** What has been read of the commands that a cursor stands in. */
interface List {
  command: SimpleCommand;
  documents: HereDocument[];
  /** Inside `[[ ]]`, where the marks of lists are operators. */
  isTest: boolean;
  /** Open `case`s: a bracket ends a pattern there. */
  cases: number;
  /** Whether the command begins after all before it is over, whatever became of that. */
  isNext: boolean;
  /** Nothing was met that may leave out or repeat what follows. */
  isSteady: boolean;
  /** The last word, as it is written. */
  written: string;
}

const REDIRECTION = /&>>?|<<<|<<-?|<>|<&|>&|>>|>\||<|>/y;
const IN_TEST = /&&|\|\||[<>()]/y;
const COMMENT = /#[^\n]*/y;
const BLANK = /(?:[ \t\r]|\\\n)+/y;
/** Words that a command may follow. */
export const LEADING = new Set(["if", "then", "elif", "else", "while", "until", "do", "!", "{", "time", "coproc"]);

/** After these a command may be left out, run again or be about other variables. */
const UNSTEADY =
  /^(?:if|then|elif|else|fi|while|until|do|done|\{|\}|for|case|esac|select|function|coproc|eval|source|\.|exit|return|exec|set|shopt|!|time)$/;

/** Splits a script. `depth`: how many texts it was found in. */
export function readScript(text: string, variables: Variables, depth = 0): Script {
  const known = withoutChanged(text, variables);
  const cursor: Cursor = { text, at: 0, variables: known, steps: [], problem: null, depth: 0, readCommands };
  if (depth > 8) return { steps: [], variables: known, problem: "too-deep" };
  readCommands(cursor, null);
  return { steps: cursor.steps, variables: known, problem: cursor.problem };
}

/** A name that stands there without being read may be given another value. */
function withoutChanged(text: string, variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isChanged(text, name)));
}

function isChanged(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    const before = text.slice(Math.max(0, at - 2), at);
    if (!before.endsWith("$") && before !== "${" && !/\w$/.test(before) && !/\w/.test(text[at + name.length] ?? ""))
      return true;
  }
  return false;
}

function readCommands(cursor: Cursor, until: ")" | null): void {
  const { text } = cursor;
  const list: List = {
    command: emptyCommand(),
    documents: [],
    isTest: false,
    cases: 0,
    isNext: true,
    isSteady: true,
    written: "",
  };
  while (cursor.at < text.length) {
    const blank = matchAt(BLANK, cursor);
    if (blank) cursor.at += blank[0].length;
    else if (text[cursor.at] === ")" && !list.isTest) {
      list.isSteady = false;
      endCommand(cursor, list);
      cursor.at += 1;
      if (until === ")" && list.cases === 0) return;
    } else readNext(cursor, list);
  }
  endCommand(cursor, list);
  if (until !== null) cursor.problem ??= "unfinished";
}

function readNext(cursor: Cursor, list: List): void {
  const char = cursor.text[cursor.at] ?? "";
  const operator = list.isTest ? matchAt(IN_TEST, cursor) : null;
  if (operator) {
    list.command.words.push(knownWord(operator[0]));
    cursor.at += operator[0].length;
  } else if (char === "\n" || char === ";") endLine(cursor, list, char);
  else if (char === "#") cursor.at += matchAt(COMMENT, cursor)?.[0].length ?? 1;
  else if (isRedirection(cursor)) readRedirection(cursor, list);
  else if (char === "&" || char === "|") readMark(cursor, list, char);
  else if (char === "(") {
    if (list.command.words.length > 0) list.isSteady = false;
    endCommand(cursor, list);
    cursor.at += 1;
    readGroup(cursor);
  } else readArgument(cursor, list);
}

function endLine(cursor: Cursor, list: List, char: string): void {
  learn(cursor, list);
  list.isNext = true;
  endCommand(cursor, list);
  cursor.at += 1;
  if (char === "\n") for (const document of list.documents.splice(0)) readDocument(cursor, document);
}

/** `&&`, `||`, `|`, `|&` and `&`. */
function readMark(cursor: Cursor, list: List, char: string): void {
  const next = cursor.text[cursor.at + 1];
  if (char === "&" && next !== "&") list.command.isBackground = true;
  if (char === "|" && next !== "|") list.command.isPiped = true;
  if (char === "&" && next === "&") learn(cursor, list);
  list.isNext = false;
  endCommand(cursor, list);
  cursor.at += next === char || (char === "|" && next === "&") ? 2 : 1;
}

function readArgument(cursor: Cursor, list: List): void {
  const before = cursor.at;
  const word = readWord(cursor);
  // A number right before a redirection says which stream is meant.
  if (/^\d+$/.test(word.text) && !word.isQuoted && isRedirection(cursor) && cursor.text[cursor.at] !== "&") return;
  if (cursor.at === before) cursor.at += 1;
  if (list.command.words.every(({ text }) => LEADING.has(text))) beginCompound(list, word.text);
  list.written = cursor.text.slice(before, cursor.at);
  if (word.text === "]]") list.isTest = false;
  list.command.words.push(word);
}

function beginCompound(list: List, word: string): void {
  if (word === "[[") list.isTest = true;
  if (word === "case") list.cases += 1;
  if (word === "esac") list.cases = Math.max(0, list.cases - 1);
}

function isRedirection(cursor: Cursor): boolean {
  const [char, next] = [cursor.text[cursor.at], cursor.text[cursor.at + 1]];
  if (char === "&") return next === ">";
  return (char === "<" || char === ">") && next !== "(";
}

function readRedirection(cursor: Cursor, list: List): void {
  const operator = matchAt(REDIRECTION, cursor)?.[0] ?? ">";
  cursor.at += operator.length;
  cursor.at += matchAt(BLANK, cursor)?.[0].length ?? 0;
  const target = readWord(cursor);
  if (operator === "<<" || operator === "<<-") {
    const redirect: Redirect = { kind: "text", target: knownWord("") };
    list.command.redirects.push(redirect);
    const { isQuoted: isPlain, text: end } = target;
    list.documents.push({ end, isPlain, stripsTabs: operator === "<<-", redirect });
  } else if (operator === "<<<") list.command.redirects.push({ kind: "text", target });
  else if (!operator.endsWith("&") || !/^(?:\d+-?|-)$/.test(target.text)) {
    const kind = operator === "<" || operator === "<&" ? "read" : "write";
    list.command.redirects.push({ kind, target });
  }
}

/** A text up to a line of its own, from the cursor, which stands at the beginning of a line. */
function readDocument(cursor: Cursor, { end, isPlain, stripsTabs, redirect }: HereDocument): void {
  const { text } = cursor;
  const from = cursor.at;
  let to = -1;
  while (to === -1 && cursor.at < text.length) {
    const newline = text.indexOf("\n", cursor.at);
    const next = newline === -1 ? text.length : newline;
    const line = text.slice(cursor.at, next);
    if ((stripsTabs ? line.replace(/^\t+/, "") : line) === end) to = cursor.at;
    cursor.at = next + 1;
  }
  if (to === -1) cursor.problem ??= "unfinished";
  const body = text.slice(from, to === -1 ? text.length : to);
  if (isPlain) redirect.target = knownWord(body);
  else
    readText(cursor, body, (inside) => {
      while (inside.at < body.length) readInDouble(inside, redirect.target);
    });
}

function emptyCommand(): SimpleCommand {
  return { kind: "command", words: [], redirects: [], isBackground: false, isPiped: false };
}

/** A variable that is given one value that stands there, and no other in all of the script. */
function learn(cursor: Cursor, list: List): void {
  if (cursor.depth === 0 && list.isSteady && list.isNext) {
    const given = learnt(list.command, list.written, cursor.text);
    if (given !== null) cursor.variables = { ...cursor.variables, ...given };
  }
  if (UNSTEADY.test(list.command.words[0]?.text ?? "")) list.isSteady = false;
}

function endCommand(cursor: Cursor, list: List): void {
  const { words, redirects, isBackground } = list.command;
  if (words.length > 0 || redirects.length > 0 || isBackground) cursor.steps.push(list.command);
  list.command = emptyCommand();
  list.isTest = false;
}
