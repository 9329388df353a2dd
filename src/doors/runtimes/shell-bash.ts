import type { ChildProcess } from "node:child_process";
import { splitLines } from "./lines.ts";
import { leadGroup } from "./process-group.ts";
import type { Shell, ShellCommand, ShellResult } from "./shell.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** Runs commands with `bash -c`, by execa, which is loaded with the first one. */
export const bashShell: Shell = {
  async run(command) {
    const { execa } = await import("execa");
    const subprocess = execa("bash", ["-c", command.command], {
      cwd: command.cwd,
      env: { ...command.env },
      extendEnv: false,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
    });
    // How it ended is told by the group; execa's own answer would wait for every process that holds the output open.
    subprocess.catch(() => {});
    return watch(subprocess.nodeChildProcess, command);
  },
};

async function watch(child: ChildProcess, command: ShellCommand): Promise<ShellResult> {
  const output = keepEnds(command.keepBytes);
  for (const stream of [child.stdout, child.stderr]) {
    const lines = splitLines(MAX_LINE_BYTES, (line) => command.onLine(line));
    stream?.on("data", (chunk: Buffer) => {
      output.push(chunk);
      lines.push(chunk);
    });
    stream?.once("close", () => lines.end());
  }
  const group = leadGroup(child);
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
