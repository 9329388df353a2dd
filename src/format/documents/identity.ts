import { ID_PATTERN, isReservedId } from "../../model/ids.ts";
import type { Fields } from "./fields.ts";
import { quote, type Report } from "./report.ts";

const ID_RULE = "1 to 63 of a-z, 0-9 and -, beginning and ending with a letter or digit";

/** Reports a name that can't be an id: ids become refs, branches and paths, so they are allowed by a list and not cleaned. */
export function checkId(report: Report, id: string, what: string, offset = 0): void {
  if (!ID_PATTERN.test(id)) report.error(offset, "bad-id", `The ${what} ${quote(id)} can't be an id`, ID_RULE);
  else if (isReservedId(id)) {
    report.error(offset, "reserved-id", `The ${what} ${quote(id)} is a word that refs or files use`, "another name");
  }
}

/** Ids below a key; what is none is reported and left out. */
export function readIds(fields: Fields, key: string, what: string): string[] {
  return fields.textNodes(key).flatMap((node) => {
    const id = node.text.trim();
    if (ID_PATTERN.test(id) && !isReservedId(id)) return [id];
    fields.report.error(node.start, "bad-reference", `${key} has ${quote(id)}, which can't be ${what}`, ID_RULE);
    return [];
  });
}

/** One id below a key. */
export function readId(fields: Fields, key: string, what: string): string | null {
  const node = fields.node(key);
  if (node !== null && node.kind !== "scalar") return fields.text(key);
  return readIds(fields, key, what)[0] ?? null;
}

/** `schema`, or `other-mission/schema`. */
export function readDependencies(fields: Fields): string[] {
  return fields.textNodes("depends_on").flatMap((node) => {
    const name = node.text.trim();
    const parts = name.split("/");
    if (parts.length <= 2 && parts.every((part) => ID_PATTERN.test(part) && !isReservedId(part))) return [name];
    const message = `depends_on has ${quote(name)}, which can't be a feature`;
    fields.report.error(node.start, "bad-reference", message, "a feature of this mission, or other-mission/feature");
    return [];
  });
}
