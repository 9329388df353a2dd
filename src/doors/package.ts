/** The program's own package: where its files lie and which version it is. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Written in by the build; absent when the program runs from source. */
declare const BUILT_VERSION: string | undefined;
declare const BUILT_ID: string | undefined;

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

/** Which build of the program this is: what one has remembered is no other's, though both be of one version. */
export function programBuild(): string {
  build ??= typeof BUILT_ID === "string" ? BUILT_ID : `source-${newestSource()}`;
  return build;
}

let build: string | undefined;

/** When the source that this runs from was last changed. */
function newestSource(): number {
  const folder = join(packageFolder(), "src");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return Math.max(...files.map((name) => Math.floor(statSync(join(folder, name)).mtimeMs)));
}
