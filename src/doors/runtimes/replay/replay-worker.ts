/**
 * The worker of the embedded runtime: applies recorded patches as commits of its own, prints recorded lines, ends with
 * recorded signals. It runs as a real child process in a real clone, so that all but the model is real. See replay.md.
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

interface Settings {
  lineDelayMs: number;
  lingerMs: number;
  exitCode: number;
}

const DEFAULTS: Settings = { lineDelayMs: 5, lingerMs: 0, exitCode: 0 };

/** Plays `[folder, subject, run kind, attempt]` in the current folder and answers its exit code. */
export async function replayWorker(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [folder = "", subject = "", kind = "work", attempt = "1"] = args;
  const recording = findRecording(folder, subject, kind, Number(attempt));
  if (recording === null) {
    console.log(`BLOCKED: no recording for ${subject} in ${folder}`);
    return 1;
  }
  const settings: Settings = { ...DEFAULTS, ...readSettings(join(recording, "replay.json")) };
  await printLines(join(recording, "output.txt"), settings.lineDelayMs);
  for (const patch of readdirSync(recording)
    .filter((name) => name.endsWith(".patch"))
    .sort()) {
    console.log(`applying ${patch}`);
    const problem = applyStep(recording, patch);
    if (problem !== null) {
      console.log(`BLOCKED: ${patch}: ${problem}`);
      return 1;
    }
    await pause(settings.lineDelayMs);
  }
  const handoff = join(recording, "handoff.md");
  if (env.MISSION_HANDOFF_FILE && existsSync(handoff)) copyFileSync(handoff, env.MISSION_HANDOFF_FILE);
  await printLines(join(recording, "signals.txt"), settings.lineDelayMs);
  await pause(settings.lingerMs);
  return settings.exitCode;
}

/** The recording of this attempt or of the highest one before it. */
function findRecording(folder: string, subject: string, kind: string, attempt: number): string | null {
  const prefix = kind === "work" ? "" : `${kind}-`;
  // A fix feature's name ends in four digits that nobody can know when the recording is made.
  for (const name of [subject, subject.replace(/-[0-9a-f]{4}$/, "")]) {
    for (let number = attempt; number > 0; number--) {
      const recording = join(folder, name, `${prefix}${number}`);
      if (existsSync(recording)) return recording;
    }
  }
  return null;
}

function readSettings(file: string): Partial<Settings> {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

async function printLines(file: string, delayMs: number): Promise<void> {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, "utf8").trimEnd().split("\n")) {
    console.log(line);
    await pause(delayMs);
  }
}

/** Answers what is wrong, null when nothing is. A patch whose change is there already is passed over. */
function applyStep(recording: string, name: string): string | null {
  const patch = join(recording, name);
  const applied = git(["apply", "--index", "--whitespace=nowarn", patch]);
  if (applied.status !== 0) {
    return git(["apply", "--check", "--reverse", patch]).status === 0 ? null : firstLine(applied.stderr);
  }
  if (name.endsWith(".uncommitted.patch")) return null;
  const committed = git(["commit", "--quiet", "--no-verify", "-m", messageOf(recording, name)]);
  return committed.status === 0 ? null : firstLine(committed.stderr);
}

function messageOf(recording: string, name: string): string {
  const file = join(recording, name.replace(/\.patch$/, ".md"));
  if (!existsSync(file))
    return name
      .replace(/^\d+-/, "")
      .replace(/\.patch$/, "")
      .replaceAll("-", " ");
  return firstLine(readFileSync(file, "utf8")).replace(/^#+\s*/, "");
}

/** Without the person's hooks: a recording has to play the same everywhere. */
function git(args: readonly string[]): { status: number | null; stderr: string } {
  return spawnSync("git", ["-c", "core.hooksPath=/dev/null", ...args], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
