/**
 * Edits one value in the header of a file and no other byte. Parsing and printing again would change line ends, comments
 * and quotes; so the value's place is found and only its text is replaced. A missing key becomes the first line of the
 * header, or of its map. What the edit did is checked: the bytes before and behind it are the old ones, and the header
 * reads as before but for this value. Where either fails, or the value has an anchor, alias, tag or several lines, the
 * edit is refused.
 */
import type { Finding } from "../model/finding.ts";
import { type Frontmatter, readFrontmatter } from "./frontmatter.ts";
import { findPosition } from "./position.ts";
import { readSourceText } from "./source-text.ts";
import { findEntry, plainValue, type YamlEntry, type YamlMap, type YamlNode } from "./yaml/node.ts";
import { printScalar } from "./yaml/print.ts";

export type SpliceResult = { ok: true; bytes: Uint8Array } | { ok: false; reason: Omit<Finding, "file"> };

type Value = string | number;

/** Text between two offsets is replaced. */
interface Edit {
  start: number;
  end: number;
  text: string;
}

interface Refusal {
  offset: number;
  code: string;
  message: string;
  expected: string;
}

const ENCODER = new TextEncoder();

/** Sets the status in the header of a mission, milestone or feature file. */
export function spliceStatus(bytes: Uint8Array, status: string): SpliceResult {
  return spliceValue(bytes, ["status"], status);
}

/** Sets a value in a file's header: `["parallel"]`, or `["budget", "usd"]` in a map. A number is written as a number. */
export function spliceValue(bytes: Uint8Array, keyPath: readonly string[], value: Value): SpliceResult {
  const source = readSourceText({ path: "", mode: "100644", blob: "", bytes });
  const { text } = source;
  const [finding] = source.findings;
  if (text === null) return finding ? { ok: false, reason: withoutFile(finding) } : refuse("", notEqual(0));
  const before = readFrontmatter(text);
  const [problem] = before.problems;
  if (problem) return refuse(text, problem);
  const edit = planEdit(before, before.map, keyPath, value);
  if ("code" in edit) return refuse(text, edit);
  const after = readFrontmatter(text.slice(0, edit.start) + edit.text + text.slice(edit.end));
  const spliced = spliceBytes(bytes, text, edit);
  if (spliced === null || !readsAs(before, after, keyPath, value)) return refuse(text, notEqual(edit.start));
  return { ok: true, bytes: spliced };
}

function planEdit(file: Frontmatter, map: YamlMap, keyPath: readonly string[], value: Value): Edit | Refusal {
  const [key = "", ...rest] = keyPath;
  if (map.marked) return hasMark(map.start, key);
  const entry = findEntry(map, key);
  if (!entry) return planInsertion(file, map, `${printScalar(key)}: ${printNested(rest, value)}`);
  const node = entry.value;
  if (node.marked) return hasMark(node.start, key);
  if (rest.length > 0 && node.kind === "map") return planEdit(file, node, rest, value);
  if (node.kind !== "scalar" || node.style === "block" || /[\r\n]/.test(file.text.slice(node.start, node.end))) {
    return isLong(node, key);
  }
  if (node.start === node.end) return planFilling(file, entry, printNested(rest, value));
  const isQuoted = rest.length === 0 && node.style !== "plain";
  const text = isQuoted ? printScalar(value, node.style) : printNested(rest, value);
  return { start: node.start, end: node.end, text };
}

/** A value for a key that has none, `status:`. */
function planFilling(file: Frontmatter, entry: YamlEntry, text: string): Edit | Refusal {
  const at = entry.afterColon;
  if (file.text[at - 1] === ":") return { start: at, end: at, text: ` ${text}` };
  return {
    offset: entry.keyStart,
    code: "value-form",
    message: `${entry.key} has no colon`,
    expected: `${entry.key}: value`,
  };
}

function planInsertion(file: Frontmatter, map: YamlMap, text: string): Edit | Refusal {
  const [first] = map.entries;
  if (map.flow) {
    const at = first?.keyStart ?? map.start + 1;
    return { start: at, end: at, text: first ? `${text}, ` : ` ${text} ` };
  }
  if (!first) return { start: file.headerStart, end: file.headerStart, text: text + lineEnd(file) };
  const lineStart = findLineStart(file.text, first.keyStart);
  const indentation = file.text.slice(lineStart, first.keyStart);
  if (/[^ ]/.test(indentation)) return isLong(map, first.key);
  const at = map === file.map ? file.headerStart : lineStart;
  return { start: at, end: at, text: indentation + text + lineEnd(file) };
}

/** `250`, or `{ usd: 250 }` for what is left of the path. */
function printNested(keyPath: readonly string[], value: Value): string {
  const [key, ...rest] = keyPath;
  return key === undefined ? printScalar(value) : `{ ${printScalar(key)}: ${printNested(rest, value)} }`;
}

/** The one that the file's first line has. */
function lineEnd(file: Frontmatter): string {
  return /\r\n$|\r$/.exec(file.text.slice(0, file.headerStart))?.[0] ?? "\n";
}

function findLineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

/** The new bytes; null when they are not the old ones but for the edit. */
function spliceBytes(bytes: Uint8Array, text: string, edit: Edit): Uint8Array | null {
  const head = ENCODER.encode(text.slice(0, edit.start));
  const middle = ENCODER.encode(edit.text);
  const tail = ENCODER.encode(text.slice(edit.end));
  const isWhole =
    equals(head, bytes.subarray(0, head.length)) && equals(tail, bytes.subarray(bytes.length - tail.length));
  if (!isWhole) return null;
  const spliced = new Uint8Array(head.length + middle.length + tail.length);
  spliced.set(head);
  spliced.set(middle, head.length);
  spliced.set(tail, head.length + middle.length);
  return spliced;
}

function equals(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Whether the header says what it said, with the new value, above the same body. */
function readsAs(before: Frontmatter, after: Frontmatter, keyPath: readonly string[], value: Value): boolean {
  if (after.problems.length > 0 || after.text.slice(after.bodyStart) !== before.text.slice(before.bodyStart))
    return false;
  return canonical(plainValue(after.map)) === canonical(withValue(plainValue(before.map), keyPath, value));
}

function withValue(old: unknown, keyPath: readonly string[], value: Value): unknown {
  const [key, ...rest] = keyPath;
  if (key === undefined) return value;
  const copy: Record<string, unknown> = Object.create(null);
  if (typeof old === "object") Object.assign(copy, old);
  copy[key] = withValue(copy[key], rest, value);
  return copy;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.sort().join()}}`;
}

function hasMark(offset: number, key: string): Refusal {
  const message = `${key} has an anchor, an alias or a tag, so one edit could change other values`;
  return { offset, code: "value-form", message, expected: "a value written out" };
}

function isLong(node: YamlNode, key: string): Refusal {
  return {
    offset: node.start,
    code: "value-form",
    message: `${key} is no single value on one line`,
    expected: "one value",
  };
}

function notEqual(offset: number): Refusal {
  const message = "The edit would have changed more than the value";
  return { offset, code: "not-spliceable", message, expected: "a header of lines `key: value`" };
}

function refuse(text: string, { offset, code, message, expected }: Refusal): SpliceResult {
  return { ok: false, reason: { ...findPosition(text, offset), severity: "error", code, message, expected } };
}

function withoutFile({ file: _, ...reason }: Finding): Omit<Finding, "file"> {
  return reason;
}
