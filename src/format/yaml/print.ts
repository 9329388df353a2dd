import { readSubset } from "./subset.ts";

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*$/;
// Characters that YAML does not print, or that some readers take for a line break.
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** A scalar that reads back as the same value, in block and in flow. Text is quoted where it has to be. */
export function printScalar(value: string | number | boolean, style: "plain" | "single" | "double" = "plain"): string {
  if (typeof value !== "string") return String(value);
  if (style === "single" && !/\p{Cc}|[\u2028\u2029\ufeff]/u.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return style === "plain" && isPlain(value) ? value : printDoubleQuoted(value);
}

/** `[a, b]` on one line. */
export function printList(values: readonly (string | number)[]): string {
  return `[${values.map((value) => printScalar(value)).join(", ")}]`;
}

/** `{ a: 1, b: x }` on one line. What is null is left out. */
export function printMap(values: Readonly<Record<string, string | number | null>>): string {
  const parts = Object.entries(values).flatMap(([key, value]) => {
    return value === null ? [] : [`${printScalar(key)}: ${printScalar(value)}`];
  });
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
}

function isPlain(text: string): boolean {
  if (!PLAIN.test(text)) return false;
  const line = `k: ${text}`;
  const read = readSubset(line, 0, line.length);
  const value = read?.kind === "map" ? read.entries[0]?.value : undefined;
  return value?.kind === "scalar" && value.value === text;
}

/** JSON's strings are YAML's, but for a few characters. */
function printDoubleQuoted(text: string): string {
  return JSON.stringify(text).replace(ESCAPED, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
