import type { Fields } from "./fields.ts";
import { quote } from "./report.ts";

/** Whether a path or glob stays below the root of the repository. */
export function isInsideRepository(path: string): boolean {
  return !/^[/\\~]|^[a-zA-Z]:[/\\]|[\0\r\n]/.test(path) && !path.split(/[/\\]/).includes("..");
}

/** Paths or globs below a key; the ones that lead out of the repository are reported and left out. */
export function readPaths(fields: Fields, key: string): string[] {
  return fields.textNodes(key).flatMap((node) => {
    const path = node.text.trim();
    if (isInsideRepository(path)) return [path];
    const message = `${key} has ${quote(path)}, which leads out of the repository`;
    fields.report.error(node.start, "bad-path", message, "a path from the root of the repository, without ..");
    return [];
  });
}
