import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from "./node.ts";

/** Thrown by the hand reader where a text leaves the simple subset; made once, because a stack costs more than the reading. */
export const OUTSIDE = new Error("outside the simple subset of YAML");

const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;
const NULL = /^(?:null|Null|NULL)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", '"': '"', "/": "/", n: "\n", t: "\t" };
const MAX_FLOW_DEPTH = 16;
/** Far below the 1,024 characters that YAML allows. */
const MAX_KEY_LENGTH = 128;

/** Offset of the colon that ends a plain key at `at`, or -1 when no simple key stands there. */
export function findKeyEnd(text: string, at: number, lineEnd: number): number {
  let end = at;
  while (end < lineEnd && isKeyCharacter(text.charCodeAt(end), end === at)) end++;
  if (end === at || end - at > MAX_KEY_LENGTH || text[end] !== ":") return -1;
  return end + 1 >= lineEnd || text[end + 1] === " " ? end : -1;
}

function isKeyCharacter(code: number, first: boolean): boolean {
  const isWord = (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
  return isWord || (!first && (code === 45 || code === 46));
}

/**
 * Reads the value that begins at `at` and ends on the same line.
 * @throws OUTSIDE where the line is not of the subset.
 */
export function readInline(text: string, at: number, lineEnd: number): YamlNode {
  const cursor = { at };
  const node = readValue(text, cursor, lineEnd, 0);
  if (node.kind !== "scalar" || node.style !== "plain") requireLineEnd(text, cursor.at, lineEnd);
  return node;
}

interface Cursor {
  at: number;
}

function readValue(text: string, cursor: Cursor, lineEnd: number, depth: number): YamlNode {
  if (depth > MAX_FLOW_DEPTH) throw OUTSIDE;
  switch (text[cursor.at]) {
    case "[":
      return readList(text, cursor, lineEnd, depth);
    case "{":
      return readMap(text, cursor, lineEnd, depth);
    case "'":
      return readSingleQuoted(text, cursor, lineEnd);
    case '"':
      return readDoubleQuoted(text, cursor, lineEnd);
    default:
      return depth === 0 ? readBlockPlain(text, cursor, lineEnd) : readFlowPlain(text, cursor, lineEnd);
  }
}

function readList(text: string, cursor: Cursor, lineEnd: number, depth: number): YamlList {
  const start = cursor.at++;
  const items: YamlNode[] = [];
  skipSpaces(text, cursor);
  while (text[cursor.at] !== "]") {
    items.push(readValue(text, cursor, lineEnd, depth + 1));
    skipSeparator(text, cursor, lineEnd, "]");
  }
  cursor.at++;
  return { kind: "list", items, marked: false, start, end: cursor.at };
}

function readMap(text: string, cursor: Cursor, lineEnd: number, depth: number): YamlMap {
  const start = cursor.at++;
  const entries: YamlEntry[] = [];
  skipSpaces(text, cursor);
  while (text[cursor.at] !== "}") {
    const keyStart = cursor.at;
    const colon = findKeyEnd(text, keyStart, lineEnd);
    if (colon < 0) throw OUTSIDE;
    cursor.at = colon + 1;
    skipSpaces(text, cursor);
    const value = readValue(text, cursor, lineEnd, depth + 1);
    addEntry(entries, { key: text.slice(keyStart, colon), keyStart, afterColon: colon + 1, value });
    skipSeparator(text, cursor, lineEnd, "}");
  }
  cursor.at++;
  return { kind: "map", entries, flow: true, marked: false, start, end: cursor.at };
}

/** A key that is there twice is for the library, which has the words for it. */
export function addEntry(entries: YamlEntry[], entry: YamlEntry): void {
  for (const other of entries) if (other.key === entry.key) throw OUTSIDE;
  entries.push(entry);
}

function skipSpaces(text: string, cursor: Cursor): void {
  while (text[cursor.at] === " ") cursor.at++;
}

function skipSeparator(text: string, cursor: Cursor, lineEnd: number, close: string): void {
  skipSpaces(text, cursor);
  if (cursor.at >= lineEnd) throw OUTSIDE;
  if (text[cursor.at] === close) return;
  if (text[cursor.at] !== ",") throw OUTSIDE;
  cursor.at++;
  skipSpaces(text, cursor);
  if (text[cursor.at] === close) throw OUTSIDE;
}

function requireLineEnd(text: string, at: number, lineEnd: number): void {
  let end = at;
  while (end < lineEnd && text[end] === " ") end++;
  if (end >= lineEnd || (text[end] === "#" && end > at)) return;
  throw OUTSIDE;
}

function readSingleQuoted(text: string, cursor: Cursor, lineEnd: number): YamlScalar {
  const start = cursor.at++;
  for (;;) {
    const quote = text.indexOf("'", cursor.at);
    if (quote < 0 || quote >= lineEnd) throw OUTSIDE;
    cursor.at = quote + 1;
    if (text[cursor.at] !== "'") break;
    cursor.at++;
  }
  const value = text.slice(start + 1, cursor.at - 1).replaceAll("''", "'");
  return { kind: "scalar", value, text: value, style: "single", marked: false, start, end: cursor.at };
}

function readDoubleQuoted(text: string, cursor: Cursor, lineEnd: number): YamlScalar {
  const start = cursor.at++;
  let value = "";
  let from = cursor.at;
  for (;;) {
    if (cursor.at >= lineEnd) throw OUTSIDE;
    const character = text[cursor.at];
    if (character === '"') break;
    if (character === "\\") {
      const escaped = ESCAPES[text[cursor.at + 1] ?? ""];
      if (escaped === undefined) throw OUTSIDE;
      value += text.slice(from, cursor.at) + escaped;
      cursor.at += 2;
      from = cursor.at;
    } else cursor.at++;
  }
  value += text.slice(from, cursor.at++);
  return { kind: "scalar", value, text: value, style: "double", marked: false, start, end: cursor.at };
}

function readBlockPlain(text: string, cursor: Cursor, lineEnd: number): YamlScalar {
  const start = cursor.at;
  requirePlainStart(text, start, lineEnd);
  let end = lineEnd;
  for (let at = start; at < lineEnd; at++) {
    const code = text.charCodeAt(at);
    if (code === 58 && (at + 1 === lineEnd || text[at + 1] === " ")) throw OUTSIDE;
    if (code === 35 && text[at - 1] === " ") {
      end = at;
      break;
    }
  }
  while (text[end - 1] === " ") end--;
  cursor.at = end;
  return plainScalar(text.slice(start, end), start, end);
}

function readFlowPlain(text: string, cursor: Cursor, lineEnd: number): YamlScalar {
  const start = cursor.at;
  requirePlainStart(text, start, lineEnd);
  let end = start;
  for (; end < lineEnd; end++) {
    const character = text[end];
    if (character === "," || character === "]" || character === "}") break;
    if (character === "[" || character === "{") throw OUTSIDE;
    if (character === ":" && !/[^\s,[\]{}]/.test(text[end + 1] ?? " ")) throw OUTSIDE;
    if (character === "#" && text[end - 1] === " ") throw OUTSIDE;
  }
  cursor.at = end;
  while (text[end - 1] === " ") end--;
  return plainScalar(text.slice(start, end), start, end);
}

function requirePlainStart(text: string, at: number, lineEnd: number): void {
  if (at >= lineEnd || "?:,[]{}#&*!|>'\"%@`".includes(text[at] ?? "")) throw OUTSIDE;
  if (text[at] === "-" && !/[\w.-]/.test(text[at + 1] ?? "")) throw OUTSIDE;
}

function plainScalar(text: string, start: number, end: number): YamlScalar {
  return { kind: "scalar", value: resolvePlain(text), text, style: "plain", marked: false, start, end };
}

/** YAML 1.2's core schema. Its rarer numbers (`0x1F`, `0o17`, `.inf`) are for the library. */
function resolvePlain(text: string): string | number | boolean | null {
  const code = text.charCodeAt(0);
  if ((code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46) {
    if (NUMBER.test(text)) return Number(text);
    if (/^(?:0[xo]|[-+]?\.)/.test(text)) throw OUTSIDE;
    return text;
  }
  if (text === "~" || NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  return FALSE.test(text) ? false : text;
}
