/**
 * The text of a change, as `git diff` prints it: three lines around each change, the nearest heading behind the `@@`.
 * Where lines repeat, git may choose other lines as the changed ones (it uses another method for what people read than
 * for merges), and it tells moved files as renames; nothing of the engine depends on either.
 */

import type { TreeEntry } from "../../../src/doors/git.ts";
import { diffLines, type LineChange, splitLines } from "./line-diff.ts";
import type { ObjectStore } from "./store.ts";
import { compareTrees, type EntryChange } from "./trees.ts";

const CONTEXT = 3;
const SHORT_ID = 7;
const HEADING_LENGTH = 80;
const BINARY_BYTES = 8_000;
const NOTHING = "0".repeat(SHORT_ID);

/** The patch between two trees. */
export function printPatch(store: ObjectStore, from: string, to: string): Buffer {
  const text = compareTrees(store, from, to).map((change) => printFile(store, change));
  return Buffer.from(text.join(""), "latin1");
}

function printFile(store: ObjectStore, change: EntryChange): string {
  const { old, new: next } = change;
  // A file that becomes a link is one file less and one more.
  if (old !== null && next !== null && old.mode.slice(0, 3) !== next.mode.slice(0, 3)) {
    return printFile(store, { ...change, new: null }) + printFile(store, { ...change, old: null });
  }
  const [left, right] = [printName("a/", change.path), printName("b/", change.path)];
  const head = `diff --git ${left} ${right}\n${printModes(old, next)}`;
  if (old?.oid === next?.oid) return head;
  const mode = old !== null && next !== null && old.mode === next.mode ? ` ${old.mode}` : "";
  const ids = `index ${shortId(old)}..${shortId(next)}${mode}\n`;
  const [before, after] = [textOf(store, old), textOf(store, next)];
  const [from, to] = [old === null ? "/dev/null" : left, next === null ? "/dev/null" : right];
  if (isBinary(before) || isBinary(after)) return `${head}${ids}Binary files ${from} and ${to} differ\n`;
  const hunks = printHunks(splitLines(before), splitLines(after));
  return hunks === "" ? head + ids : `${head}${ids}--- ${from}${tab(from)}\n+++ ${to}${tab(to)}\n${hunks}`;
}

function printModes(old: TreeEntry | null, next: TreeEntry | null): string {
  if (old === null) return `new file mode ${next?.mode}\n`;
  if (next === null) return `deleted file mode ${old.mode}\n`;
  return old.mode === next.mode ? "" : `old mode ${old.mode}\nnew mode ${next.mode}\n`;
}

function shortId(entry: TreeEntry | null): string {
  return entry?.oid.slice(0, SHORT_ID) ?? NOTHING;
}

/** One character a byte. */
function textOf(store: ObjectStore, entry: TreeEntry | null): string {
  if (entry?.type === "commit") return `Subproject commit ${entry.oid}\n`;
  const object = entry === null ? undefined : store.objects.get(entry.oid);
  return object?.type === "blob" ? object.bytes.toString("latin1") : "";
}

function isBinary(text: string): boolean {
  return text.slice(0, BINARY_BYTES).includes("\0");
}

const ESCAPES: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\" };

/** A path, between quotes when it has signs that git does not show as they are. */
function printName(prefix: string, path: string): string {
  const bytes = Buffer.from(path).toString("latin1");
  /** biome-ignore lint/suspicious/noControlCharactersInRegex: git escapes them. */
  const escaped = bytes.replace(/[\x00-\x1f"\\\x7f-\xff]/g, (sign) => {
    return ESCAPES[sign] ?? `\\${sign.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return escaped === bytes ? prefix + bytes : `"${prefix}${escaped}"`;
}

/** Git ends a name that has a blank with a tab, so that the name's end can be told. */
function tab(name: string): string {
  return name.includes(" ") && !name.startsWith('"') ? "\t" : "";
}

function printHunks(before: readonly string[], after: readonly string[]): string {
  const groups: LineChange[][] = [];
  for (const change of diffLines(before, after)) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && change.at - (last.at + last.count) <= 2 * CONTEXT) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => printHunk(before, after, group)).join("");
}

function printHunk(before: readonly string[], after: readonly string[], changes: readonly LineChange[]): string {
  const [first, last] = [changes[0] as LineChange, changes.at(-1) as LineChange];
  const start = Math.max(first.at - CONTEXT, 0);
  const end = Math.min(last.at + last.count + CONTEXT, before.length);
  const otherStart = first.otherAt - (first.at - start);
  const otherEnd = last.otherAt + last.otherCount + (end - last.at - last.count);
  const heading = findHeading(before, start);
  let text = `@@ -${printRange(start, end)} +${printRange(otherStart, otherEnd)} @@${heading}\n`;
  let at = start;
  for (const { at: from, count, otherAt, otherCount } of changes) {
    text += printLines(" ", before.slice(at, from)) + printLines("-", before.slice(from, from + count));
    text += printLines("+", after.slice(otherAt, otherAt + otherCount));
    at = from + count;
  }
  return text + printLines(" ", before.slice(at, end));
}

function printRange(start: number, end: number): string {
  const count = end - start;
  return `${count === 0 ? start : start + 1}${count === 1 ? "" : `,${count}`}`;
}

function printLines(sign: string, lines: readonly string[]): string {
  return lines.map((line) => sign + (line.endsWith("\n") ? line : `${line}\n\\ No newline at end of file\n`)).join("");
}

function findHeading(lines: readonly string[], start: number): string {
  for (let at = start - 1; at >= 0; at -= 1) {
    const line = lines[at] as string;
    if (/^[A-Za-z_$]/.test(line)) return ` ${line.slice(0, HEADING_LENGTH).trimEnd()}`;
  }
  return "";
}
