/** The quickest of the mutants, so that a checker that went blind is seen at once. `npm run torture` hunts all of them. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const run = promisify(execFile);
/** Several times what each takes to be found. */
const SEEDS = 60;
const TIMEOUT_MS = 5 * 60_000;

test.each(["writes-over-records", "forgets-live-runs", "prints-files-anew"])(
  "An engine that %s is caught",
  async (name) => {
    const args = [
      "--import",
      join(import.meta.dirname, "load.ts"),
      join(import.meta.dirname, "hunt.ts"),
      String(SEEDS),
    ];
    const { stdout } = await run(process.execPath, args, { env: { ...process.env, MUTANT: name, NODE_OPTIONS: "" } });
    expect(JSON.parse(stdout)).toMatchObject({ name, caught: expect.any(String) });
  },
  TIMEOUT_MS,
);
