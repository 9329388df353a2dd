/**
 * The YAML library behind the hand reader: knows all of YAML 1.2, has the words for what is wrong, and is held to
 * limits. Nothing is expanded by the library itself: aliases are followed here and count against the limits, so an alias
 * bomb ends at the limit. Merge keys and custom tags are refused: their meaning differs between readers.
 */
import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type Scalar } from "yaml";
import { emptyMap, type Problem, type YamlEntry, type YamlNode, type YamlResult, type YamlScalar } from "./node.ts";

const MAX_DEPTH = 32;
const MAX_VALUES = 5000;
const MAX_PROBLEMS = 20;
/** The library knows more, such as !!binary and !!timestamp, whose values are no text, number, list or map. */
const TAGS = ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`);

/** Reads `text` from `start` to `end` as YAML. Where it has problems, the value holds what could be read. */
export function readWithLibrary(text: string, start: number, end: number): YamlResult {
  const converter = new Converter(text, start);
  // A carriage return alone ends a line in YAML 1.2, but not for the library. The length stays, and with it each offset.
  const yaml = text.slice(start, end).replace(/\r(?!\n)/g, "\n");
  try {
    const document = parseDocument(yaml, {
      version: "1.2",
      schema: "core",
      merge: false,
      // Its own check compares each pair of keys.
      uniqueKeys: false,
      prettyErrors: false,
      // "silent" would also keep quiet about a second document.
      logLevel: "error",
    });
    // Its warnings are of tags, which are checked here.
    for (const { pos, code, message } of document.errors) converter.addLibraryProblem(pos[0], code, message);
    return converter.convertDocument(document.contents);
  } catch (error) {
    if (!(error instanceof LimitError || error instanceof RangeError)) throw error;
    if (error instanceof RangeError) converter.addTooDeep(start);
    return { value: emptyMap(start), problems: converter.problems };
  }
}

class LimitError extends Error {}

class Converter {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #start: number;
  readonly #anchors = new Map<string, Node>();
  #values = 0;

  constructor(text: string, start: number) {
    this.#text = text;
    this.#start = start;
  }

  addProblem(offset: number, code: string, message: string, expected: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ offset, code, message, expected });
  }

  addTooDeep(offset: number): void {
    this.addProblem(offset, "too-deep", "The values are nested too deep", `at most ${MAX_DEPTH} levels`);
  }

  addLibraryProblem(position: number, code: string, message: string): void {
    const offset = this.#start + position;
    if (code === "BAD_ALIAS") this.addProblem(offset, "bad-alias", message, "an anchor that stands before its alias");
    else if (code === "RESOURCE_EXHAUSTION") this.addTooDeep(offset);
    else this.addProblem(offset, "yaml-syntax", message, "YAML 1.2");
  }

  convertDocument(contents: Node | null): YamlResult {
    const isEmptyDocument = contents === null || (isScalar(contents) && contents.value === null);
    const value = isEmptyDocument ? emptyMap(this.#start) : this.#convert(contents, false, 0);
    return { value, problems: this.problems };
  }

  #convert(node: Node, marked: boolean, depth: number): YamlNode {
    const start = this.#start + (node.range?.[0] ?? 0);
    const end = this.#start + (node.range?.[1] ?? 0);
    this.#checkLimits(start, depth);
    if (isAlias(node)) return this.#convertAlias(node, start, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined && !TAGS.includes(node.tag)) return this.#refuseTag(node.tag, start);
    const isMarked = marked || node.anchor !== undefined || node.tag !== undefined;
    if (isScalar(node)) return this.#convertScalar(node, isMarked, start, end);
    if (isSeq<Node>(node)) {
      const items = node.items.map((item) => this.#convert(item, marked, depth + 1));
      return { kind: "list", items, marked: isMarked, start, end };
    }
    if (!isMap<Node, Node | null>(node)) throw new Error("a YAML node of a kind that the library does not make");
    const entries = this.#convertEntries(node.items, marked, depth);
    return { kind: "map", entries, flow: node.flow === true, marked: isMarked, start, end };
  }

  #checkLimits(offset: number, depth: number): void {
    this.#values++;
    if (depth > MAX_DEPTH) {
      this.addTooDeep(offset);
      throw new LimitError();
    }
    if (this.#values > MAX_VALUES) {
      this.addProblem(
        offset,
        "too-many-values",
        "There are too many values, aliases followed",
        `at most ${MAX_VALUES}`,
      );
      throw new LimitError();
    }
  }

  /** What such a tag makes of its value is not looked at. */
  #refuseTag(tag: string, start: number): YamlScalar {
    this.addProblem(
      start,
      "custom-tag",
      `A value has the tag ${tag.slice(0, 60)}`,
      "no tag, or one of YAML's own such as !!str",
    );
    return { ...nullAt(start), marked: true };
  }

  #convertAlias(alias: Alias, start: number, depth: number): YamlNode {
    const source = this.#anchors.get(alias.source);
    const end = this.#start + (alias.range?.[1] ?? 0);
    if (source) return { ...this.#convert(source, true, depth + 1), marked: true, start, end };
    this.addProblem(start, "bad-alias", "An alias has no anchor before it", "an anchor that stands before its alias");
    return { ...nullAt(start), marked: true, end };
  }

  #convertScalar(node: Scalar, marked: boolean, start: number, end: number): YamlScalar {
    const style = styleOf(node);
    const value = typeof node.value === "bigint" ? Number(node.value) : node.value;
    if (typeof value === "string" && !value.isWellFormed()) {
      this.addProblem(
        start,
        "bad-escape",
        "The text has half of a surrogate pair",
        "an escape that stands for a whole character",
      );
      return { kind: "scalar", value: value.toWellFormed(), text: value.toWellFormed(), style, marked, start, end };
    }
    const known = typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
    const text = style === "plain" ? (node.source ?? "") : String(known ?? "");
    return { kind: "scalar", value: known, text, style, marked, start, end };
  }

  #convertEntries(pairs: readonly Pair<Node, Node | null>[], marked: boolean, depth: number): YamlEntry[] {
    const entries: YamlEntry[] = [];
    const seen = new Set<string>();
    for (const pair of pairs) {
      const keyStart = this.#start + (pair.key?.range?.[0] ?? 0);
      const key = this.#readKey(pair.key, keyStart);
      if (key === null) continue;
      if (seen.has(key)) {
        this.addProblem(
          keyStart,
          "duplicate-key",
          `The key ${JSON.stringify(key.slice(0, 60))} stands twice in one map`,
          "each key once",
        );
        continue;
      }
      seen.add(key);
      const afterColon = offsetBehindColon(this.#text, this.#start + (pair.key.range?.[1] ?? 0));
      const value = pair.value ? this.#convert(pair.value, marked, depth + 1) : nullAt(afterColon);
      entries.push({ key, keyStart, afterColon, value: isEmpty(value) ? nullAt(afterColon) : value });
    }
    return entries;
  }

  #readKey(key: Node, offset: number): string | null {
    if (!isScalar(key) || key.anchor !== undefined || key.tag !== undefined) {
      this.addProblem(offset, "bad-key", "A key is not a plain word", "keys without anchors, tags, lists or maps");
      return null;
    }
    const style = styleOf(key);
    const text = style === "plain" ? (key.source ?? "") : String(key.value);
    if (style === "plain" && text === "<<") {
      this.addProblem(offset, "merge-key", "A merge key `<<` stands in a map", "each key written out");
      return null;
    }
    if (text !== "") return text;
    this.addProblem(offset, "bad-key", "A key is empty", "a word before the colon");
    return null;
  }
}

function styleOf(node: Scalar): YamlScalar["style"] {
  if (node.type === "QUOTE_SINGLE") return "single";
  if (node.type === "QUOTE_DOUBLE") return "double";
  return node.type === "PLAIN" || node.type === undefined ? "plain" : "block";
}

/** The library puts an empty value behind the comments and blank lines that follow it. */
function isEmpty(value: YamlNode): boolean {
  return value.kind === "scalar" && value.start === value.end && !value.marked;
}

/** Where a value would stand for a key that ends at `keyEnd`; the key's end itself in `{ a, b }`, which has no colon. */
function offsetBehindColon(text: string, keyEnd: number): number {
  let at = keyEnd;
  while (/\s/.test(text[at] ?? "x")) at++;
  return text[at] === ":" ? at + 1 : keyEnd;
}

function nullAt(offset: number): YamlScalar {
  return { kind: "scalar", value: null, text: "", style: "plain", marked: false, start: offset, end: offset };
}
