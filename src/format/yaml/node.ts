/** A YAML value with the place where it stands. Offsets count UTF-16 units of the text that was read; `end` is exclusive. */
export type YamlNode = YamlScalar | YamlList | YamlMap;

export interface YamlScalar {
  kind: "scalar";
  value: string | number | boolean | null;
  /** A plain scalar as it is written (`1.10` stays `1.10`), else the string. */
  text: string;
  style: "plain" | "single" | "double" | "block";
  /** Has an anchor or a tag, or was reached through an alias. */
  marked: boolean;
  start: number;
  end: number;
}

export interface YamlList {
  kind: "list";
  items: YamlNode[];
  marked: boolean;
  start: number;
  end: number;
}

export interface YamlMap {
  kind: "map";
  entries: YamlEntry[];
  flow: boolean;
  marked: boolean;
  start: number;
  end: number;
}

export interface YamlEntry {
  key: string;
  keyStart: number;
  /** Offset behind the key's colon. */
  afterColon: number;
  value: YamlNode;
}

/** Something wrong in a text, before the file that holds it is known. */
export interface Problem {
  offset: number;
  code: string;
  message: string;
  expected: string;
}

/** An empty text gives an empty map. */
export interface YamlResult {
  value: YamlNode;
  problems: readonly Problem[];
}

export function emptyMap(offset: number): YamlMap {
  return { kind: "map", entries: [], flow: false, marked: false, start: offset, end: offset };
}

/** Finds the entry of a key. */
export function findEntry(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key === key);
}

/**
 * The value without positions, the same before and after a journey through JSON. Maps have no prototype, so a key such
 * as `__proto__` is a key like any other.
 */
export function plainValue(node: YamlNode): unknown {
  if (node.kind === "scalar") return typeof node.value === "number" ? plainNumber(node.value, node.text) : node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const value: Record<string, unknown> = Object.create(null);
  for (const entry of node.entries) value[entry.key] = plainValue(entry.value);
  return value;
}

function plainNumber(value: number, text: string): number | string {
  if (!Number.isFinite(value)) return text;
  return value === 0 ? 0 : value;
}
