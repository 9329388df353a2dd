/** Git configuration read without a git process, as far as one file can answer. */

import { readFileSync } from "node:fs";

/** Values by key; section and variable in lower case, the part between them as written. A bare variable is `true`. */
export type ConfigFile = ReadonlyMap<string, readonly string[]>;

/** Reads one configuration file; a missing one is empty. */
export function readConfigFile(path: string): ConfigFile {
  try {
    return parseConfig(readFileSync(path, "utf8"));
  } catch {
    return new Map();
  }
}

/** The last value of a key, null when it is not set. */
export function lastValue(config: ConfigFile, key: string): string | null {
  return config.get(normalizeKey(key))?.at(-1) ?? null;
}

/** Whether git takes a value for true. */
export function isTrue(value: string | null): boolean {
  return value !== null && /^(?:true|yes|on|[1-9]\d*)$/i.test(value);
}

/** `Remote.My.URL` is `remote.My.url` for git. */
export function normalizeKey(key: string): string {
  const first = key.indexOf(".");
  const last = key.lastIndexOf(".");
  return key.slice(0, first).toLowerCase() + key.slice(first, last) + key.slice(last).toLowerCase();
}

/** Git's syntax: sections, quoted subsections, escapes, comments and continued lines. */
export function parseConfig(text: string): ConfigFile {
  const values = new Map<string, string[]>();
  let section = "";
  for (const line of joinContinued(text)) {
    let rest = line.trim();
    const header = /^\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(rest);
    if (header) {
      const [whole, name = "", sub] = header;
      section = name.toLowerCase() + (sub === undefined ? "" : `.${sub.replace(/\\(.)/g, "$1")}`);
      rest = rest.slice(whole.length).trim();
    }
    const variable = /^([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(rest.replace(/^([\w-]+)\s*[#;].*$/, "$1"));
    if (!variable) continue;
    const key = `${section}.${(variable[1] ?? "").toLowerCase()}`;
    const value = variable[2] === undefined ? "true" : parseValue(variable[2]);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

function joinContinued(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n/g, "\n")
    .replace(/(?<!\\)((?:\\\\)*)\\\n/g, "$1")
    .split("\n");
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

function parseValue(text: string): string {
  let value = "";
  /** Length without the blanks that end an unquoted value. */
  let kept = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "#" || char === ";")) break;
    else if (char === "\\") {
      at += 1;
      value += ESCAPES[text[at] ?? ""] ?? text[at] ?? "";
    } else value += char;
    if (quoted || !/\s/.test(char)) kept = value.length;
  }
  return value.slice(0, kept);
}
