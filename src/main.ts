#!/usr/bin/env node
/**
 * The bin: the only reader of argv, environment and exit codes. Version and help are answered before anything else is
 * loaded, because people and shell prompts ask for them often; every other command lives behind one lazy import.
 */

import { homedir } from "node:os";
import { join } from "node:path";
import { programBuild, programVersion } from "./doors/package.ts";

const OLDEST_NODE = "22.12";
const EXIT_WRONG_USE = 2;
const EXIT_INTERNAL_ERROR = 3;
const VERSION_WORDS = ["version", "--version", "-v"];
const HELP_WORDS = ["help", "--help", "-h"];

async function main(argv: string[]): Promise<number> {
  const [first = "", ...rest] = argv;
  if (VERSION_WORDS.includes(first)) {
    printLine(programVersion());
    return 0;
  }
  if (HELP_WORDS.includes(first) && rest.every((word) => word === "--all")) {
    const { helpText } = await import("./cli/help.ts");
    printLine(helpText(rest.length > 0));
    return 0;
  }
  if (isTooOld(process.versions.node)) return refuseOldNode();
  if (first === "pulse" && rest.length === 0) {
    const { isUnchanged } = await import("./doors/quick-look.ts");
    if (isUnchanged({ cwd: process.cwd(), env: process.env, build: programBuild(), now: Date.now() })) return 0;
  }
  if (first === "status" && rest.length === 1 && rest[0] === "--json") {
    const { recallStatus } = await import("./doors/quick-status.ts");
    const text = recallStatus({ cwd: process.cwd(), env: process.env, build: programBuild(), now: Date.now() });
    if (text !== null) {
      print(text);
      return 0;
    }
  }
  process.getBuiltinModule("node:module").enableCompileCache(compileCacheFolder());
  if (first === "run-order") {
    const { runOrder } = await import("./cli/run/run-order.ts");
    return runOrder(rest[0] ?? "", process.env, rest[1]);
  }
  if (first === "replay-worker") {
    const { replayWorker } = await import("./doors/runtimes/replay/replay-worker.ts");
    return replayWorker(rest, process.env);
  }
  const { runProgram } = await import("./cli/program.ts");
  return runProgram(argv, process.env);
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** npm only warns about `engines`, so the first thing to fail would be some missing function, far from the cause. */
function refuseOldNode(): number {
  console.error(`mission: this Node is too old.
  expected  ${OLDEST_NODE} or newer
  received  ${process.versions.node} at ${process.execPath}
  next      install a newer Node, or put it first on PATH`);
  return EXIT_WRONG_USE;
}

/** Node's own default is a folder that all users of the machine share, where another one could plant code. */
function compileCacheFolder(): string {
  return (
    process.env.NODE_COMPILE_CACHE ??
    join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "git-mission", "compiled")
  );
}

/**
 * Writes at once. `process.stdout`, and an `import` of node:fs, each cost a tenth of a start more: the import makes Node
 * load the streams and promises that node:fs else loads when asked for.
 */
function print(bytes: Buffer): void {
  let left = bytes;
  try {
    while (left.length > 0) left = left.subarray(process.getBuiltinModule("node:fs").writeSync(1, left));
  } catch {
    // No reader, or a pipe that is full and doesn't block: the stream can tell them apart and wait.
    process.stdout.write(left);
  }
}

function printLine(text: string): void {
  print(Buffer.from(`${text}\n`));
}

/**
 * A reader that has left (`mission log | head`) is no error, and no reason to break off work half-way: the rest of the
 * output is dropped and the command runs to its end. A live view listens to `process.stdout` itself and stops. Caught here
 * and not on the streams, because a pulse that prints nothing should not pay for making them.
 */
function endUnlessReaderLeft(error: NodeJS.ErrnoException, origin: NodeJS.UncaughtExceptionOrigin): void {
  const readerLeft = origin === "uncaughtException" && error?.code === "EPIPE" && error.syscall === "write";
  if (!readerLeft) endWithInternalError(error);
}

function endWithInternalError(error: unknown): never {
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  console.error(`mission: internal error, a bug in git-mission. What was recorded before it is whole.
${stack}
next: run the command again; if it happens again, report the lines above with the command, \`mission --version\`,
      \`node --version\` (here ${process.version}) and \`git --version\``);
  process.exit(EXIT_INTERNAL_ERROR);
}

process.on("uncaughtException", endUnlessReaderLeft);
process.exitCode = await main(process.argv.slice(2)).catch(endWithInternalError);
