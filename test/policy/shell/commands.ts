/** Commands as agents write them, by how far they reach: one a line, with `⏎` for the end of a line in it. */

import { readFileSync } from "node:fs";
import type { PermissionClass } from "../../../src/model/permission.ts";

export function commandsOf(level: PermissionClass): string[] {
  const text = readFileSync(new URL(`./${level}.txt`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.replaceAll("⏎", "\n"));
}
