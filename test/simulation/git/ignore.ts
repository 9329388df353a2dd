/** Which paths of a folder git passes over: the usual patterns of `.gitignore` files and of a list of our own. */

import type { MemoryFile } from "./disk.ts";

interface Rule {
  /** Folder that the rule was written for, with a slash at its end; empty for the top. */
  below: string;
  negated: boolean;
  foldersOnly: boolean;
  matches: RegExp;
}

/** Answers for a path whether it is ignored. The list of our own comes first, so a `.gitignore` has the last word. */
export function makeIgnore(files: ReadonlyMap<string, MemoryFile>, exclude: string): (path: string) => boolean {
  const lists = [...files.keys()].filter((path) => path === ".gitignore" || path.endsWith("/.gitignore"));
  lists.sort((a, b) => a.split("/").length - b.split("/").length);
  const rules = parseRules(exclude, "");
  for (const path of lists) {
    rules.push(...parseRules(files.get(path)?.bytes.toString() ?? "", path.slice(0, -".gitignore".length)));
  }
  if (rules.length === 0) return () => false;
  return (path) => {
    const names = path.split("/");
    // What lies in an ignored folder is never looked at.
    return names.some((_, index) => isIgnored(rules, names.slice(0, index + 1).join("/"), index < names.length - 1));
  };
}

function isIgnored(rules: readonly Rule[], path: string, isFolder: boolean): boolean {
  for (let index = rules.length - 1; index >= 0; index -= 1) {
    const rule = rules[index] as Rule;
    if (!path.startsWith(rule.below) || (rule.foldersOnly && !isFolder)) continue;
    if (rule.matches.test(path.slice(rule.below.length))) return !rule.negated;
  }
  return false;
}

function parseRules(text: string, below: string): Rule[] {
  return text.split("\n").flatMap((line) => {
    const written = line.replace(/\r$/, "").replace(/(?<!\\)\s+$/, "");
    if (written === "" || written.startsWith("#")) return [];
    const negated = written.startsWith("!");
    const pattern = negated ? written.slice(1) : written;
    const foldersOnly = pattern.endsWith("/");
    const body = foldersOnly ? pattern.slice(0, -1) : pattern;
    const isAnchored = body.includes("/");
    const source = printPattern(body.replace(/^\//, ""));
    return [{ below, negated, foldersOnly, matches: new RegExp(`^${isAnchored ? "" : "(?:.*/)?"}${source}$`) }];
  });
}

const PARTS = /\\(.)|\*\*\/|\/\*\*|\*|\?|\[!?[^\]]*\]|[^\\*?[]/gs;

function printPattern(pattern: string): string {
  return pattern.replace(PARTS, (part, escaped?: string) => {
    if (escaped !== undefined) return quote(escaped);
    if (part === "**/") return "(?:.*/)?";
    if (part === "/**") return "/.*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    return part.startsWith("[") && part.length > 1 ? part.replace("[!", "[^") : quote(part);
  });
}

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
