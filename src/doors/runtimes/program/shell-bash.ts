import type { Containment } from "../../processes/containment.ts";
import { splitLines } from "./lines.ts";
import type { Shell, ShellCommand, ShellResult } from "./shell.ts";
import { type Program, type StartChild, startProgram } from "./start-program.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** Runs commands with `bash -c`, each contained by itself, by execa, which is loaded with the first one. */
export function bashShell(containment: Containment): Shell {
  return { run: (command) => runCommand(containment, command) };
}

async function runCommand(containment: Containment, command: ShellCommand): Promise<ShellResult> {
  const output = keepEnds(command.keepBytes);
  const lines = {
    stdout: splitLines(MAX_LINE_BYTES, command.onLine),
    stderr: splitLines(MAX_LINE_BYTES, command.onLine),
  };
  const program: Program = {
    command: ["bash", "-c", command.command],
    cwd: command.cwd,
    env: command.env,
    onOutput(stream, chunk) {
      output.push(chunk);
      lines[stream].push(chunk);
    },
    onClose: (stream) => lines[stream].end(),
  };
  const group = startProgram(containment, program, await loadExeca());
  let ended: ShellResult["ended"] = "exited";
  const endAs = (why: "timeout" | "stopped") => {
    if (ended === "exited") ended = why;
    group.stop(command.killGraceMs);
  };
  const timer = setTimeout(() => endAs("timeout"), command.timeoutMs);
  const stop = () => endAs("stopped");
  command.stop.addEventListener("abort", stop);
  if (command.stop.aborted) stop();
  const exit = await group.end;
  clearTimeout(timer);
  command.stop.removeEventListener("abort", stop);
  return {
    exitCode: exit.exitCode,
    signal: exit.signal,
    ended: exit.spawnError === null ? ended : "spawn-failed",
    output: exit.spawnError ?? output.text(),
  };
}

async function loadExeca(): Promise<StartChild> {
  const { execa } = await import("execa");
  return (file, args, { stdio, ...options }) => {
    const own = { extendEnv: false, buffer: false, reject: false, cleanup: false } as const;
    const subprocess = execa(file, args, { ...options, ...own, stdio });
    // How it ended is told by the group; execa's own answer would wait for every process that holds the output open.
    subprocess.catch(() => {});
    return subprocess.nodeChildProcess;
  };
}

/** Keeps the beginning and the end of a stream of bytes, each up to half of the room. */
function keepEnds(maxBytes: number): { push(chunk: Buffer): void; text(): string } {
  const half = Math.max(1, Math.floor(maxBytes / 2));
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let dropped = 0;
  return {
    push(chunk) {
      const room = Math.min(half - head.length, chunk.length);
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = Buffer.concat([tail, chunk.subarray(Math.max(0, room))]);
      dropped += Math.max(0, rest.length - half);
      tail = rest.subarray(Math.max(0, rest.length - half));
    },
    text() {
      const middle = dropped > 0 ? `\n[${dropped} bytes left out]\n` : "";
      return head.toString("utf8") + middle + tail.toString("utf8");
    },
  };
}
