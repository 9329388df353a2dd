import type { Positions } from "../../model/documents.ts";
import { parseCount, parseDuration } from "../scalar.ts";
import { findSimilar } from "../similar.ts";
import type { YamlEntry, YamlMap, YamlNode, YamlScalar } from "../yaml/node.ts";
import { quote, type Report } from "./report.ts";

/** The keys of one map, read one by one as what they ought to be. What is not of that shape is reported and left out. */
export class Fields {
  readonly report: Report;
  readonly map: YamlMap;
  readonly #known: YamlEntry[] = [];
  readonly #values = new Map<string, YamlNode>();

  constructor(report: Report, map: YamlMap, known: readonly string[]) {
    this.report = report;
    this.map = map;
    for (const entry of map.entries) {
      const { key, value } = entry;
      if (!known.includes(key)) {
        this.#warnUnknown(key, entry.keyStart, known);
        continue;
      }
      this.#known.push(entry);
      // A key with nothing behind it is a key left out.
      if (value.kind !== "scalar" || value.value !== null || value.marked) this.#values.set(key, value);
    }
  }

  /** Where the known keys stand. */
  positions(): Positions {
    return this.report.findKeyPositions(this.#known);
  }

  node(key: string): YamlNode | null {
    return this.#values.get(key) ?? null;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Text on one line. A number or a truth value stands for what is written. */
  text(key: string): string | null {
    const text = this.lines(key);
    return text === null ? null : text.replace(/\s+/g, " ").trim();
  }

  /** Text as it is, such as a script. */
  lines(key: string): string | null {
    const node = this.node(key);
    return node === null ? null : this.#textOf(node, key);
  }

  requiredText(key: string, of: string): string | null {
    if (!this.has(key)) this.report.error(this.map.start, "missing-key", `${of} has no ${key}`, `the key ${key}`);
    return this.text(key);
  }

  /** `offered` are those that a person is told of. */
  word<Word extends string>(
    key: string,
    words: readonly Word[],
    code = "bad-value",
    offered: readonly string[] = words,
  ): Word | null {
    const node = this.node(key);
    if (node === null) return null;
    const text = node.kind === "scalar" ? node.text : null;
    const known = words.find((word) => word === text);
    if (known !== undefined) return known;
    const similar = text === null ? null : findSimilar(text, offered);
    const hint = similar === null ? "" : `; did you mean ${similar}?`;
    this.report.error(node.start, code, `${key} is ${describe(node)}${hint}`, offered.join(", "));
    return null;
  }

  /** A status is edited in place by the program, so it must be one word on one line and nothing else. */
  status<Word extends string>(words: readonly Word[]): Word | null {
    const node = this.node("status");
    if (node?.kind === "scalar" && (node.marked || node.style === "block")) {
      const message = "The status has an anchor, an alias or a tag, or is a block of text";
      this.report.error(node.start, "value-form", message, `one word: ${words.join(", ")}`);
      return null;
    }
    return this.word("status", words, "bad-status");
  }

  /** A list of texts; one text stands for a list of one. */
  texts(key: string): string[] {
    return this.textNodes(key).map((node) => node.text.trim());
  }

  textNodes(key: string): YamlScalar[] {
    const node = this.node(key);
    if (node === null) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.filter((item): item is YamlScalar => this.#textOf(item, key) !== null);
  }

  number(key: string, least = 0): number | null {
    const node = this.node(key);
    if (node === null) return null;
    const value = node.kind === "scalar" ? node.value : null;
    if (typeof value === "number" && Number.isFinite(value) && value >= least) return value;
    return this.#refuse(node, key, `a number from ${least}`);
  }

  integer(key: string, least: number, most: number): number | null {
    const node = this.node(key);
    if (node === null) return null;
    const value = node.kind === "scalar" ? node.value : null;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    return this.#refuse(node, key, `a whole number from ${least} to ${most}`);
  }

  count(key: string): number | null {
    const node = this.node(key);
    if (node === null) return null;
    const count = node.kind === "scalar" ? parseCount(node.text) : null;
    return count ?? this.#refuse(node, key, "a whole number, or one with k or M such as 400k");
  }

  durationMs(key: string): number | null {
    const node = this.node(key);
    if (node === null) return null;
    const duration = node.kind === "scalar" ? parseDuration(node.text) : null;
    return duration ?? this.#refuse(node, key, "a duration such as 90s, 10m or 4h");
  }

  /** A map below a key. */
  fields(key: string, known: readonly string[]): Fields | null {
    const node = this.node(key);
    if (node === null) return null;
    if (node.kind === "map") return new Fields(this.report, node, known);
    return this.#refuse(node, key, `a map of ${known.join(", ")}`);
  }

  /** A list of maps below a key; one map stands for a list of one. */
  fieldsList(key: string, known: readonly string[]): Fields[] {
    const node = this.node(key);
    if (node === null) return [];
    const items = node.kind === "list" ? node.items : [node];
    return items.flatMap((item) => {
      if (item.kind === "map") return [new Fields(this.report, item, known)];
      this.#refuse(item, key, `maps of ${known.join(", ")}`);
      return [];
    });
  }

  /** A map from names that the program does not know to values. */
  named(key: string): readonly { name: string; at: number; value: YamlNode }[] {
    const node = this.node(key);
    if (node === null) return [];
    if (node.kind === "map")
      return node.entries.map(({ key: name, keyStart, value }) => ({ name, at: keyStart, value }));
    this.#refuse(node, key, "a map");
    return [];
  }

  /** Where the value of a key stands, or the map. */
  offset(key: string): number {
    return this.node(key)?.start ?? this.map.start;
  }

  #textOf(node: YamlNode, key: string): string | null {
    if (node.kind === "scalar" && node.value !== null && node.text.trim() !== "") return node.text;
    return this.#refuse(node, key, "text");
  }

  #refuse(node: YamlNode, key: string, expected: string): null {
    this.report.error(node.start, "bad-value", `${key} is ${describe(node)}`, expected);
    return null;
  }

  #warnUnknown(key: string, offset: number, known: readonly string[]): void {
    const similar = findSimilar(key, known);
    const hint = similar === null ? "" : `; did you mean ${similar}?`;
    this.report.warn(offset, "unknown-key", `The key ${quote(key)} is not known${hint}`, known.join(", "));
  }
}

function describe(node: YamlNode): string {
  if (node.kind === "scalar") return node.value === null ? "empty" : quote(node.text);
  return node.kind === "list" ? "a list" : "a map";
}
