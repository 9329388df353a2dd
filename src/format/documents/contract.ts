import type { Assertion, Check, SourceFile } from "../../model/documents.ts";
import { parseChecks } from "../check-list.ts";
import { readFrontmatter } from "../frontmatter.ts";
import { type MarkdownBlock, splitMarkdown } from "../markdown.ts";
import { findPosition } from "../position.ts";
import { readSourceText } from "../source-text.ts";
import { readYaml } from "../yaml/yaml-text.ts";
import { Fields } from "./fields.ts";
import type { Parsed } from "./parsed.ts";
import { quote, Report } from "./report.ts";

const ASSERTION = /^VAL(?:-[A-Z0-9]+)*-\d+$/;
/** Bounds what a hostile contract can cost: each block may need the library. */
const MAX_BLOCKS = 1000;
const MAX_BLOCK_CHARACTERS = 64 * 1024;

/** Reads a contract.md: one heading an assertion, with prose and `yaml verify` blocks below. A header is optional. */
export function parseContract(file: SourceFile): Parsed<readonly Assertion[]> {
  const { text, findings } = readSourceText(file);
  const report = new Report(file.path, text ?? "", findings);
  if (text === null) return { document: [], findings: report.findings };
  const bodyStart = findBodyStart(text, report);
  const reader = new ContractReader(file.path, text, findPosition(text, bodyStart).line - 1, report);
  for (const block of splitMarkdown(text, bodyStart)) reader.add(block);
  return { document: reader.finish(), findings: report.findings };
}

function findBodyStart(text: string, report: Report): number {
  const frontmatter = readFrontmatter(text);
  if (!frontmatter.found && !/^\uFEFF?---[ \t]*[\r\n]/.test(text)) return frontmatter.bodyStart;
  report.addProblems(frontmatter.problems);
  new Fields(report, frontmatter.map, ["title"]);
  return frontmatter.bodyStart;
}

type OpenAssertion = Pick<Assertion, "title" | "line"> & { prose: string[]; checks: Check[] };

class ContractReader {
  readonly #assertions = new Map<string, OpenAssertion>();
  readonly #file: string;
  readonly #text: string;
  readonly #linesBefore: number;
  readonly #report: Report;
  #open: OpenAssertion | null = null;
  #level = 0;
  #blocks = 0;
  #characters = 0;

  constructor(file: string, text: string, linesBefore: number, report: Report) {
    this.#file = file;
    this.#text = text;
    this.#linesBefore = linesBefore;
    this.#report = report;
  }

  finish(): Assertion[] {
    return [...this.#assertions].map(([id, { title, line, prose, checks }]) => {
      const text = prose
        .join("\n")
        .replace(/\n{3,}/g, "\n\n")
        .trim();
      return { id, title, text, checks, file: this.#file, line };
    });
  }

  add(block: MarkdownBlock): void {
    if (block.kind === "heading") this.#addHeading(block);
    else if (block.kind === "fence" && isVerify(block.info)) this.#addChecks(block);
    else this.#open?.prose.push(this.#proseOf(block));
  }

  #addHeading(block: MarkdownBlock & { kind: "heading" }): void {
    const id = /^[^\s:]+/.exec(block.text)?.[0] ?? "";
    if (!/^VAL-/i.test(id)) {
      if (block.level <= this.#level) this.#open = null;
      return;
    }
    const title = block.text.slice(id.length).replace(/^[\s:–—-]+/, "");
    this.#level = block.level;
    this.#open = { title, line: this.#linesBefore + block.line, prose: [], checks: [] };
    // What stands below a refused heading is read and dropped with it: one finding is enough.
    if (!ASSERTION.test(id)) {
      this.#report.error(block.start, "bad-assertion-id", `${quote(id)} can't be an assertion`, "VAL-AREA-001");
    } else if (this.#assertions.has(id)) {
      this.#report.error(block.start, "duplicate-id", `The assertion ${id} is there twice`, "each assertion once");
    } else this.#assertions.set(id, this.#open);
  }

  #addChecks(block: MarkdownBlock & { kind: "fence" }): void {
    if (!block.closed) this.#report.error(block.start, "unclosed-fence", "The block is never closed", "a line ```");
    if (!this.#open) {
      const message = "The verify block belongs to no assertion";
      this.#report.error(block.start, "stray-verify", message, "a heading such as ### VAL-AREA-001: title above it");
      return;
    }
    this.#blocks++;
    this.#characters += block.contentEnd - block.contentStart;
    if (this.#blocks > MAX_BLOCKS || this.#characters > MAX_BLOCK_CHARACTERS) {
      const expected = `at most ${MAX_BLOCKS} blocks with ${MAX_BLOCK_CHARACTERS / 1024} KiB together`;
      this.#report.error(block.start, "too-many-values", "The contract has too many verify blocks", expected);
      return;
    }
    const { value, problems } = readYaml(this.#text, block.contentStart, block.contentEnd);
    this.#report.addProblems(problems);
    this.#open.checks.push(...parseChecks(this.#report, value));
  }

  #proseOf(block: MarkdownBlock & { kind: "line" | "fence" }): string {
    if (block.kind === "line") return block.text.trimEnd();
    const fence = this.#text.slice(block.start, block.end);
    return fence.replace(/\r\n?/g, "\n").trimEnd();
  }
}

function isVerify(info: string): boolean {
  const words = info.split(/\s+/);
  return (words[0] === "yaml" || words[0] === "yml") && words[1] === "verify";
}
