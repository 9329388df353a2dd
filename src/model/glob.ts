/**
 * Globs as in `scope:` and `protected:`: those of `.gitignore` without negation. A pattern without a slash matches in
 * every folder, any other from the root; a pattern that matches a folder covers what lies below it. `*` and `?` stay
 * within a name, `**` spans folders, `{a,b}` are alternatives. Matching walks names instead of building a regular
 * expression, so that no pattern can take exponential time.
 */

/** More alternatives than this are not read: a pattern of nested braces would fill the memory. */
const MOST_ALTERNATIVES = 256;

/** Whether a path, or a folder above it, is matched by a glob. */
export function matchesGlob(glob: string, path: string): boolean {
  const names = path.split("/");
  return expandBraces(glob).some((pattern) => matchesFrom(patternNames(pattern), names));
}

/** The part of a glob before its first wildcard: what it says by name. */
export function literalPrefix(glob: string): string {
  return /^[^*?{]*/.exec(glob.replace(/^\.?\//, ""))?.[0] ?? "";
}

function patternNames(pattern: string): string[] {
  const trimmed = pattern.replace(/^\.\//, "").replace(/\/+$/, "");
  const names = trimmed.split("/").filter((name) => name !== "");
  const anchored = trimmed.includes("/") || names.length === 0 ? names : ["**", ...names];
  return anchored.filter((name, index) => name !== "**" || anchored[index - 1] !== "**");
}

/** Names of the path that are left when the pattern is used up lie below a matched folder. */
function matchesFrom(pattern: readonly string[], names: readonly string[]): boolean {
  if (pattern.length === 0) return false;
  const below = pattern.at(-1) === "**";
  let reached = new Set([0]);
  for (const wanted of below ? pattern.slice(0, -1) : pattern) {
    reached = wanted === "**" ? fromFirst(reached, names.length) : afterName(reached, wanted, names);
    if (reached.size === 0) return false;
  }
  return !below || Math.min(...reached) < names.length;
}

function fromFirst(reached: ReadonlySet<number>, length: number): Set<number> {
  const first = Math.min(...reached);
  return new Set(Array.from({ length: length - first + 1 }, (_, index) => first + index));
}

function afterName(reached: ReadonlySet<number>, wanted: string, names: readonly string[]): Set<number> {
  const next = new Set<number>();
  for (const index of reached) {
    const name = names[index];
    if (name !== undefined && matchesName(wanted, name)) next.add(index + 1);
  }
  return next;
}

/** One name against `*` and `?`, going back at most to the last star: linear times the number of stars. */
function matchesName(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

function expandBraces(glob: string): readonly string[] {
  let patterns = [glob];
  for (;;) {
    const next = patterns.flatMap(expandOnce);
    if (next.length === patterns.length || next.length > MOST_ALTERNATIVES) return patterns;
    patterns = next;
  }
}

/** The innermost first pair, so that nested braces come apart one level a round. */
function expandOnce(pattern: string): string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(pattern);
  if (match?.[1] === undefined) return [pattern];
  const before = pattern.slice(0, match.index);
  const after = pattern.slice(match.index + match[0].length);
  return match[1].split(",").map((part) => before + part + after);
}
