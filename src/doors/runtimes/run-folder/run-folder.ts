import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { OpenRunFiles, RunEvent, RunFiles, WorkspaceState } from "./run-files.ts";

const EVENT_BYTES = 4 * 1024 * 1024;
const MARKER_BYTES = 4096;
/** A worker can put a link or a pipe there: the one is not followed, the other does not hold us up. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens the folder of one run on the disk. */
export const openRunFolder: OpenRunFiles = (folder, limits): RunFiles => {
  const at = (name: string) => join(folder, name);
  const log = boundedFile(at("agent.log"), limits.logBytes, "[the rest of the output is left out]\n");
  const events = boundedFile(at("events.jsonl"), EVENT_BYTES, "");
  return {
    folder,
    workspace: at("workspace"),
    promptFile: at("prompt.md"),
    resumeFile: at("resume.md"),
    handoffFile: at("handoff.md"),
    indexFile: at("index"),
    excludeFile: at("exclude"),
    appendLog: (text) => log.append(text),
    appendEvent(event) {
      log.flush();
      events.append(`${JSON.stringify({ ...event, log: log.position() })}\n`);
      events.flush();
    },
    readEvents: () => (readPlain(at("events.jsonl"), EVENT_BYTES, "head") ?? "").split("\n").flatMap(parseEvent),
    readPrompt: () => readPlain(at("prompt.md"), EVENT_BYTES, "head") ?? "",
    writePrompt(text) {
      // A worker may have put a link there.
      for (const name of ["prompt.md", "handoff.md"]) rmSync(at(name), { force: true, recursive: true });
      writeFileSync(at("prompt.md"), text, { flag: "wx", mode: 0o600 });
    },
    readHandoff: (maxBytes) => readPlain(at("handoff.md"), maxBytes, "head"),
    readLogTail(maxBytes) {
      log.flush();
      return readPlain(at("agent.log"), maxBytes, "tail") ?? "";
    },
    writeExclude(paths) {
      const patterns = paths.map((path) => `${excludePattern(path)}\n`).join("");
      writeFileSync(at("exclude"), patterns);
      hideFromGit(at("workspace"), patterns);
    },
    hasExclude: () => readPlain(at("exclude"), 1, "head") !== null,
    setPreparing(isPreparing) {
      if (isPreparing) writeFileSync(at("preparing"), "");
      else rmSync(at("preparing"), { force: true });
    },
    isPreparing: () => exists(at("preparing")),
    setLeak(what) {
      rmSync(at("leak"), { force: true, recursive: true });
      if (what !== null) writeFileSync(at("leak"), what, { flag: "wx", mode: 0o600 });
    },
    leak: () => readPlain(at("leak"), MARKER_BYTES, "head"),
    withdrawn: () => readPlain(at("withdraw"), MARKER_BYTES, "head"),
    hasOrder: () => exists(at("run.json")),
    inspectWorkspace: () => inspectWorkspace(at("workspace")),
    close() {
      log.close();
      events.close();
    },
  };
};

/** A worker's own `git add -A` leaves them out too. What setup ran may have put something else in the place of the file. */
function hideFromGit(workspace: string, patterns: string): void {
  try {
    const file = openSync(join(workspace, ".git", "info", "exclude"), APPEND, 0o644);
    try {
      if (fstatSync(file).isFile()) writeSync(file, `\n${patterns}`);
    } finally {
      closeSync(file);
    }
  } catch {
    // It is a help to the worker, and not what keeps them out of what is taken in.
  }
}

interface BoundedFile {
  append(text: string): void;
  flush(): void;
  /** Bytes in the file, once what is held is written. */
  position(): number;
  close(): void;
}

/** Opened with the first text: reading a dead run's folder must not write into it. */
function boundedFile(path: string, maxBytes: number, ending: string): BoundedFile {
  let descriptor: number | null = null;
  let room = 0;
  let held = "";

  function open(): number {
    descriptor = openSync(path, APPEND, 0o600);
    room = maxBytes - fstatSync(descriptor).size;
    return descriptor;
  }
  function flush(): void {
    const text = held;
    held = "";
    if (text === "") return;
    try {
      const file = descriptor ?? open();
      if (room <= 0) return;
      const bytes = Buffer.from(text);
      writeSync(file, bytes.length < room ? bytes : cut(bytes, room, ending));
      room -= bytes.length;
    } catch {
      // Neither a full disk nor a worker that deletes our folder must end the run, whose work is saved in git.
      room = 0;
    }
  }
  return {
    append(text) {
      // A piece of output can hold thirty thousand lines: written one by one they would hold up all else for half a second.
      if (held === "") queueMicrotask(flush);
      if (held.length < maxBytes) held += text;
    },
    flush,
    position: () =>
      (descriptor === null ? lstatSync(path, { throwIfNoEntry: false }) : fstatSync(descriptor))?.size ?? 0,
    close() {
      flush();
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

/** The whole lines that there is room for, and that there was more. */
function cut(bytes: Buffer, room: number, ending: string): Buffer {
  const whole = bytes.subarray(0, bytes.lastIndexOf("\n", room - 1) + 1);
  return Buffer.concat([whole, Buffer.from(ending)]);
}

/** A worker chooses what lies in these places: links are not followed, a pipe does not hold us up. */
function readPlain(path: string, maxBytes: number, part: "head" | "tail"): string | null {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return null;
    const bytes = Buffer.alloc(Math.min(stat.size, maxBytes));
    const length = readSync(descriptor, bytes, 0, bytes.length, part === "head" ? 0 : stat.size - bytes.length);
    return bytes.toString("utf8", 0, length);
  } finally {
    closeSync(descriptor);
  }
}

function parseEvent(line: string): RunEvent[] {
  try {
    const value: unknown = JSON.parse(line);
    const isEvent = typeof value === "object" && value !== null && "kind" in value && "at" in value;
    return isEvent ? [value as RunEvent] : [];
  } catch {
    return [];
  }
}

/** `?` stands for a line break, which a pattern can't hold. */
function excludePattern(path: string): string {
  return `/${path
    .replace(/[\\*?[\]]/g, "\\$&")
    .replace(/[\n\r]/g, "?")
    .replace(/ $/, "\\ ")}`;
}

/** A pointer file in place of `.git`, or a `commondir` in it, would lead git into a repository that is not the run's. */
function inspectWorkspace(workspace: string): WorkspaceState {
  if (!isFolder(workspace)) return "gone";
  if (!isFolder(join(workspace, ".git")) || exists(join(workspace, ".git", "commondir"))) return "no-git";
  return exists(join(workspace, ".git", "HEAD")) && isFolder(join(workspace, ".git", "objects")) ? "whole" : "no-git";
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
