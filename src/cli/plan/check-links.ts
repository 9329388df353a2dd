import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { listLinks } from "../../format/body-links.ts";
import type { SourceFile } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";

/** Larger files have their own finding; a parser of markdown would take long for them. */
const MAX_BYTES = 256 * 1024;

/** Links of mission files to files that are not there: a worker would look for them in vain. */
export function checkLinks(worktree: string, files: readonly SourceFile[]): readonly Finding[] {
  return files.flatMap((file) => {
    const isText = file.mode.startsWith("100") && file.path.endsWith(".md") && file.bytes.length <= MAX_BYTES;
    if (!isText) return [];
    return listLinks(new TextDecoder().decode(file.bytes)).flatMap(({ url, line, column }) => {
      const target = localPath(url);
      if (target === null || existsSync(join(worktree, dirname(file.path), target))) return [];
      return [brokenLink(file.path, { url, line, column })];
    });
  });
}

/** The part of a link that names a file of the repository; null for addresses, anchors and paths from a root. */
function localPath(url: string): string | null {
  const path = url.replace(/[?#].*$/, "");
  if (path === "" || path.startsWith("/") || /^[a-z][a-z0-9+.-]*:/i.test(path)) return null;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function brokenLink(file: string, { url, line, column }: { url: string; line: number; column: number }): Finding {
  const expected = "a path of a file in the repository, from the folder of this file";
  return { file, line, column, severity: "warning", code: "broken-link", message: `${url} is not there`, expected };
}
