import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Context } from "../command.ts";

export interface OwnTests {
  isPassed: boolean;
  passed: number;
  failed: number;
  /** The end of what was printed. */
  output: string;
}

const TIMEOUT_MS = 60_000;
/** All that tests need; a Node that is itself run by a test runner would else report to that one. */
const PASSED = /^(?:PATH|HOME|TMPDIR|LANG|LC_[A-Z]+)$/;

/** Runs `node --test` in a folder. No test at all is not passed. */
export async function runOwnTests(folder: string, env: Context["env"]): Promise<OwnTests> {
  const child = spawn(process.execPath, ["--test", "--test-reporter=tap"], {
    cwd: folder,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name))),
    stdio: ["ignore", "pipe", "inherit"],
    timeout: TIMEOUT_MS,
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const output = await text(child.stdout);
  const [passed, failed] = [countOf(output, "pass"), countOf(output, "fail")];
  return {
    isPassed: (await ended) === 0 && passed > 0,
    passed,
    failed,
    output: output.trim().split("\n").slice(-20).join("\n"),
  };
}

function countOf(tap: string, word: string): number {
  return Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(tap)?.[1] ?? 0);
}
