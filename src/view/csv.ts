/**
 * Tables for spreadsheets, as RFC 4180 writes them: CRLF after each line, fields with commas, quotes or line ends in quotes.
 * A spreadsheet runs text that begins like a formula, whoever wrote it, so such text gets an apostrophe in front.
 */

import { plainText } from "../format/plain-text.ts";

/** Numbers stand as they are, null is an empty field. */
export type CsvCell = string | number | null;

/** Also behind spaces, which some programs skip, and in the wide forms that East Asian ones take for the same. */
const FORMULA = /^[\s\u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** The lines of a table, the names of its columns first. */
export function csvText(columns: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [columns, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

function csvField(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = plainText(cell);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
