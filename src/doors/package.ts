/** The program's own package: where its files lie and which version it is. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Written in by the build; absent when the program runs from source. */
declare const BUILT_VERSION: string | undefined;

/** The folder of package.json, templates/, agents/ and commands/. Searched upwards, because source lies deeper than the bundle. */
export function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** The file that starts the program again: beside this one in the bundle, above it in the source. */
export function programFile(): string {
  const bundled = join(import.meta.dirname, "main.js");
  return existsSync(bundled) ? bundled : join(import.meta.dirname, "..", "main.ts");
}

export function programVersion(): string {
  return typeof BUILT_VERSION === "string" ? BUILT_VERSION : readVersion();
}

function readVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8")).version;
}
