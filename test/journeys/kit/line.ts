/**
 * A line to a remote that fails as lines do: git reaches the remote through a script in the place of ssh. The far end is in
 * a session of its own, as on another machine, so that it outlives whoever hangs up.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeScript } from "../../helpers/repositories.ts";
import type { Machine } from "./machine.ts";

/**
 * `deaf`: nobody ever answers. `deaf-push`: nobody answers pushes. `stuck-push`: what is pushed arrives, and its answer
 * never comes. `drip`: so many bytes at a time come from the far end, and slowly. `cut`: after so many bytes it breaks.
 */
export type Fault = "none" | "deaf" | "deaf-push" | "stuck-push" | "drip" | "cut";

const SSH = `L=$(dirname "$0")
touch "$L/processes/$$"
fault=$(cat "$L/fault")
case "$fault:$2" in
  deaf:*|deaf-push:git-receive-pack*) exec sleep 600;;
  stuck-push:git-receive-pack*|drip:*|cut:*) exec '${process.execPath}' "$L/bad-line.mjs" "$fault" "$(cat "$L/bytes")" "$2";;
  *) exec setsid -w sh -c "$2";;
esac
`;

const BAD_LINE = `import { spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
const [, , fault, bytes, command] = process.argv;
const far = spawn("setsid", ["-w", "sh", "-c", command], { stdio: ["pipe", "pipe", "inherit"] });
far.stdin.on("error", () => {});
let isPushed = false;
process.stdin.on("data", () => { isPushed = true; });
process.stdin.pipe(far.stdin);
let left = Number(bytes);
const chunks = { "stuck-push": stuck, drip, cut };
for await (const chunk of far.stdout) await chunks[fault](chunk);
if (fault === "stuck-push" && isPushed) setInterval(() => {}, 1000);
else process.exit(fault === "cut" ? 1 : 0);

function stuck(chunk) {
  if (!isPushed) process.stdout.write(chunk);
}
async function drip(chunk) {
  for (let at = 0; at < chunk.length; at += left) {
    process.stdout.write(chunk.subarray(at, at + left));
    await pause(10);
  }
}
function cut(chunk) {
  process.stdout.write(chunk.subarray(0, left), () => { if (left <= 0) process.exit(1); });
  left -= chunk.length;
}
`;

export class Line {
  readonly folder: string;

  constructor() {
    this.folder = temporaryFolder("line");
    mkdirSync(join(this.folder, "processes"));
    writeScript(this.folder, "ssh", SSH);
    writeFileSync(join(this.folder, "bad-line.mjs"), BAD_LINE);
    this.be("none");
  }

  be(fault: Fault, bytes = 0): void {
    writeFileSync(join(this.folder, "bytes"), String(bytes));
    writeFileSync(join(this.folder, "fault"), fault);
  }

  /** From now on the machine reaches its remote through this line, and waits so many seconds for a look at it. */
  connect(machine: Machine, seconds: number): void {
    machine.git("remote", "set-url", "origin", `far:${machine.git("remote", "get-url", "origin")}`);
    Object.assign(machine.env, {
      GIT_SSH_COMMAND: join(this.folder, "ssh"),
      GIT_SSH_VARIANT: "simple",
      MISSION_NETWORK_SECONDS: String(seconds),
    });
  }

  /** How often the line was used. */
  get calls(): number {
    return readdirSync(join(this.folder, "processes")).length;
  }

  /** Near ends that still run. */
  get open(): readonly string[] {
    return readdirSync(join(this.folder, "processes")).filter(isRunning);
  }
}

/** A process that nobody has asked for its end is over all the same. */
function isRunning(pid: string): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
