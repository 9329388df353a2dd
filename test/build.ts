/** Builds the program before the tests: journeys start processes from dist/. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";

export default function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, "../tools/build.mjs")], { stdio: "inherit" });
}
