import { printScalar } from "../format/yaml/print.ts";

/** A value of a header on one line: `[a, b]`, `{ run: npm test }`. What is null or not there is left out of lists and maps. */
export function printFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.filter(isThere).map(printFlow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value)
      .filter(([, part]) => isThere(part))
      .map(([key, part]) => `${printScalar(key)}: ${printFlow(part)}`);
    return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
  }
  if (typeof value === "number" || typeof value === "boolean") return printScalar(value);
  return printScalar(String(value).replace(/\s+/g, " ").trim());
}

/** Lines `key: value` for what is there. */
export function printHeader(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .filter(([, value]) => isThere(value))
    .map(([key, value]) => `${printScalar(key)}: ${printFlow(value)}\n`)
    .join("");
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}
