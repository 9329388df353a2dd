import type { RepositoryFiles, SourceFile } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { parseConfig } from "./documents/config.ts";
import { defaultConfig } from "./documents/config-default.ts";
import type { Parsed } from "./documents/parsed.ts";
import { parseRole } from "./documents/role.ts";
import { findKindProblem } from "./source-text.ts";

const CONFIG = /^(?:todo\/)?missions\/config\.md$/;
const ROLE = /^(?:todo\/)?missions\/agents\/[^/]+\.md$/;
/** The folder of missions itself, or what lies right in it: a link there hides missions. */
const PLACE = /^(?:todo\/)?missions(?:\/[^/]+)?$/;

/**
 * Reads what stands beside the missions: config.md and agents/*.md, below `missions/` or `todo/missions/`. Other files
 * are passed over. Where both roots have one, the one below `missions/` holds, with a finding on the other.
 */
export function parseRepositoryFiles(files: readonly SourceFile[]): RepositoryFiles {
  const findings: Finding[] = [];
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const configs = ordered.filter((file) => CONFIG.test(file.path)).map(parseConfig);
  const roles = ordered.filter((file) => ROLE.test(file.path)).map(parseRole);
  for (const parsed of [...configs, ...roles]) findings.push(...parsed.findings);
  const hiding = ordered.filter(({ path }) => PLACE.test(path) && !CONFIG.test(path));
  findings.push(...hiding.flatMap((file) => findKindProblem(file) ?? []));
  const [config] = keepFirst(configs, () => "config", findings);
  return {
    config: config ?? defaultConfig(findDefaultPath(files)),
    roles: keepFirst(roles, (role) => role.name, findings),
    findings,
  };
}

function keepFirst<Document extends { file: string }>(
  parsed: readonly Parsed<Document>[],
  nameOf: (document: Document) => string,
  findings: Finding[],
): Document[] {
  const kept = new Map<string, Document>();
  for (const { document } of parsed) {
    const name = nameOf(document);
    const first = kept.get(name);
    if (!first) kept.set(name, document);
    else findings.push(hidden(document.file, first.file));
  }
  return [...kept.values()];
}

function hidden(file: string, by: string): Finding {
  const message = `${by} holds instead of this file`;
  const expected = "one of the two files";
  return { file, line: 1, column: 1, severity: "warning", code: "duplicate-file", message, expected };
}

/** Where a config.md would be written: below the root that is in use. */
function findDefaultPath(files: readonly SourceFile[]): string {
  const isTodo = files.length > 0 && files.every((file) => file.path.startsWith("todo/"));
  return isTodo ? "todo/missions/config.md" : "missions/config.md";
}
