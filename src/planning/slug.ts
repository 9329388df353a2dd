import { isReservedId } from "../model/ids.ts";

const LONGEST = 40;
/** What a goal begins with and a name does not need. */
const OPENING =
  /^(?:please\s+)?(?:build|make|create|add|write|implement|develop|design|set\s+up)\s+(?:me\s+|us\s+)?(?:(?:a|an|the|some)\s+)?/i;

/** An id of at most 40 characters made from a title: `Sign-in form` gives `sign-in-form`. Empty where no letter is left. */
export function slugOf(title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (words.length <= LONGEST) return words;
  const cut = words.slice(0, LONGEST + 1);
  return cut.slice(0, Math.max(cut.lastIndexOf("-"), 1) || LONGEST).replace(/-+$/g, "");
}

/** The id of a mission from its goal: `Build a CRM` gives `crm`. */
export function missionSlug(goal: string): string {
  const [first = ""] = goal.trim().split(/[.:;!?\n]/);
  return slugOf(first.replace(OPENING, "")) || slugOf(first);
}

/** An id that is neither taken nor reserved: a number is put behind it where it is. */
export function freeId(wanted: string, taken: ReadonlySet<string>, fallback: string): string {
  const base = wanted === "" ? fallback : wanted;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id) && !isReservedId(id)) return id;
  }
}
