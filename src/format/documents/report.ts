import type { Positions } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import { findKeyPositions, findPosition } from "../position.ts";
import type { Problem, YamlEntry } from "../yaml/node.ts";

const MAX_FINDINGS = 50;
const MAX_MESSAGE = 300;
// Characters that a terminal or page would obey or hide instead of showing.
const UNSHOWN = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Gathers the findings of one file, about 50 at most. Messages never hold the value of a `secret`. */
export class Report {
  readonly findings: Finding[];
  readonly #file: string;
  readonly #text: string;
  #isBroken = false;

  constructor(file: string, text: string, findings: readonly Finding[] = []) {
    this.#file = file;
    this.#text = text;
    this.findings = [...findings];
    this.#isBroken = findings.some(({ severity }) => severity === "error");
  }

  error(offset: number, code: string, message: string, expected: string): void {
    this.#add(offset, "error", code, message, expected);
  }

  /** Of a file that could not be read whole there are no warnings: what is missing or odd may be what was not read. */
  warn(offset: number, code: string, message: string, expected: string): void {
    if (!this.#isBroken) this.#add(offset, "warning", code, message, expected);
  }

  addProblems(problems: readonly Problem[]): void {
    this.#isBroken ||= problems.length > 0;
    for (const { offset, code, message, expected } of problems) this.error(offset, code, message, expected);
  }

  findKeyPositions(entries: readonly YamlEntry[]): Positions {
    return findKeyPositions(this.#text, entries);
  }

  #add(offset: number, severity: Finding["severity"], code: string, message: string, expected: string): void {
    // A secret must be seen however much else is wrong: saving is refused for it.
    if (this.findings.length >= MAX_FINDINGS && code !== "secret-value") return;
    const position = findPosition(this.#text, offset);
    this.findings.push({ file: this.#file, ...position, severity, code, message: clean(message), expected });
  }
}

/** What stands in a file, short and without invisible characters, for a message. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return clean(JSON.stringify(short));
}

/** The library's messages quote what they read. */
function clean(text: string): string {
  const short = text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 3)}...` : text;
  return short.replace(UNSHOWN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
