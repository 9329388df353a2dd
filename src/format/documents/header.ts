import type { SourceFile } from "../../model/documents.ts";
import { readBody, readFrontmatter } from "../frontmatter.ts";
import { readSourceText } from "../source-text.ts";
import { Fields } from "./fields.ts";
import { Report } from "./report.ts";

/** A markdown file ready to be read key by key. Of a file that can't be read, header and body are empty. */
export interface Header {
  fields: Fields;
  body: string;
  report: Report;
}

/** Reads a file's header; what keeps it from being read is in the report. */
export function readHeader(file: SourceFile, known: readonly string[]): Header {
  const { text, findings } = readSourceText(file);
  const report = new Report(file.path, text ?? "", findings);
  const frontmatter = readFrontmatter(text ?? "");
  if (text !== null) report.addProblems(frontmatter.problems);
  return { fields: new Fields(report, frontmatter.map, known), body: readBody(frontmatter), report };
}
