import type { Check } from "../model/documents.ts";
import { Fields } from "./documents/fields.ts";
import { isInsideRepository } from "./documents/paths.ts";
import { quote, type Report } from "./documents/report.ts";
import type { YamlMap, YamlNode } from "./yaml/node.ts";

const METHODS = ["bash", "codebase", "browser", "agent", "manual"] as const;
type Method = (typeof METHODS)[number];

const KEYS: Readonly<Record<Method, readonly string[]>> = {
  bash: ["method", "run", "timeout", "expect_output"],
  codebase: ["method", "pattern", "absent", "path"],
  browser: ["method", "script", "url", "steps", "expect"],
  agent: ["method", "role", "ask"],
  manual: ["method", "ask"],
};

/**
 * The checks of a `verify` value: a list or a single one, each a command as text, `{ run: ... }`, `{ method: ..., ... }`
 * or one of these below a further `verify:`. What is no check is reported and left out.
 */
export function parseChecks(report: Report, node: YamlNode | null): Check[] {
  if (node === null) return [];
  const value = unwrap(node);
  const items = value.kind === "list" ? value.items : [value];
  return items.flatMap((item) => {
    const check = parseCheck(report, item === value ? item : unwrap(item));
    return check === null ? [] : [check];
  });
}

function unwrap(item: YamlNode): YamlNode {
  const only = item.kind === "map" && item.entries.length === 1 ? item.entries[0] : undefined;
  return only?.key === "verify" ? only.value : item;
}

function parseCheck(report: Report, node: YamlNode): Check | null {
  if (node.kind === "map") return parseMap(report, node);
  const run = node.kind === "scalar" && typeof node.value === "string" ? node.value.trim() : "";
  if (run !== "") return { method: "bash", run, timeoutMs: null, expectOutput: null };
  report.error(node.start, "bad-check", "This is no check", "a command, or a map such as { run: npm test }");
  return null;
}

function parseMap(report: Report, map: YamlMap): Check | null {
  const method = readMethod(report, map);
  if (method === null) return null;
  const fields = new Fields(report, map, KEYS[method]);
  switch (method) {
    case "bash":
      return parseBash(fields);
    case "codebase":
      return parseCodebase(fields);
    case "browser":
      return parseBrowser(fields);
    case "agent": {
      const ask = fields.requiredText("ask", "An agent check");
      return ask === null ? null : { method, role: fields.text("role"), ask };
    }
    case "manual": {
      const ask = fields.requiredText("ask", "A manual check");
      return ask === null ? null : { method, ask };
    }
  }
}

/** The method that is named, else the one that the keys show. */
function readMethod(report: Report, map: YamlMap): Method | null {
  const keys = map.entries.map((entry) => entry.key);
  const fields = new Fields(report, map, keys);
  if (fields.has("method")) return fields.word("method", METHODS);
  if (fields.has("run")) return "bash";
  if (fields.has("pattern") || fields.has("absent")) return "codebase";
  if (fields.has("script") || fields.has("url")) return "browser";
  if (fields.has("ask") && fields.has("role")) return "agent";
  report.error(
    map.start,
    "bad-check",
    "The method of this check is not known",
    `method: ${METHODS.join(", ")}; or run`,
  );
  return null;
}

function parseBash(fields: Fields): Check | null {
  const timeoutMs = fields.durationMs("timeout");
  const expectOutput = fields.lines("expect_output");
  if (!fields.has("run")) fields.requiredText("run", "A bash check");
  const run = fields.lines("run")?.trim();
  return run === undefined ? null : { method: "bash", run, timeoutMs, expectOutput };
}

function parseCodebase(fields: Fields): Check | null {
  const pattern = fields.lines("pattern");
  const absent = fields.lines("absent");
  const path = readPath(fields, "path");
  if ((pattern === null) !== (absent === null)) return { method: "codebase", pattern, absent, path };
  fields.report.error(
    fields.map.start,
    "bad-check",
    "A codebase check looks for one thing",
    "either pattern or absent",
  );
  return null;
}

function parseBrowser(fields: Fields): Check | null {
  const script = readPath(fields, "script");
  const url = fields.text("url");
  const check: Check = { method: "browser", script, url, steps: fields.texts("steps"), expect: fields.texts("expect") };
  if ((script === null) !== (url === null)) return check;
  fields.report.error(fields.map.start, "bad-check", "A browser check opens one thing", "either script or url");
  return null;
}

function readPath(fields: Fields, key: string): string | null {
  const path = fields.text(key);
  if (path === null || isInsideRepository(path)) return path;
  const message = `${key} is ${quote(path)}, which leads out of the repository`;
  fields.report.error(fields.offset(key), "bad-path", message, "a path from the root of the repository, without ..");
  return null;
}
