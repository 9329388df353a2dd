/**
 * `kind: acp`: any agent that speaks the Agent Client Protocol, with the person's own sign-in and settings.
 * Tried: OpenCode 1.18.33 (`opencode acp`), Gemini CLI 0.61.0 (`gemini --acp`), Qwen Code 0.15.10 (`qwen --acp`), Copilot 1.0.102
 * (`copilot --acp`), claude-agent-acp 0.49.0 and codex-acp 2.6.0.
 *
 * The agent's own home is the person's: sign-in, settings and conversations lie there, for OpenCode in one database that
 * several of its processes share. A home of its own for each run would need a copy of the sign-in, and lose the session.
 */

import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { Writable } from "node:stream";
import { shown } from "../agent/stream.ts";
import { notStarted, type WorkerDoors } from "../command.ts";
import type { RunningWorker, RuntimeDriver, WorkerEvent, WorkerExit, WorkerStart } from "../driver.ts";
import { splitLines } from "../program/lines.ts";
import { type Started, startProgram } from "../program/start-program.ts";
import { failureEvent, readComplaint } from "./failure.ts";
import { ownSettings } from "./own-settings.ts";
import { agentRunner } from "./run-agent.ts";
import type { Talk } from "./talk.ts";
import { makeTransport, type Transport } from "./transport.ts";

/** A whole file may stand on one line. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_LINE_BYTES = 64 * 1024;
/** What was written to an agent that does not read it. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
const SHOWN_LENGTH = 400;
const LAST_LINES = 5;

export interface AcpTimes {
  /** Until the agent has a session: it may be fetched first, and start servers of its own. */
  startMs: number;
  /** For it to leave by itself when nothing more is asked. */
  leaveMs: number;
  /** For it to end its turn when it is stopped. */
  cancelMs: number;
}

const TIMES: AcpTimes = { startMs: 180_000, leaveMs: 5_000, cancelMs: 250 };

export function acpDriver(doors: WorkerDoors, times: AcpTimes = TIMES): RuntimeDriver {
  return {
    start(given) {
      const run = given.order.runtime?.run ?? [];
      if (!run[0]) return notStarted("the runtime names no program");
      const workspace = realpathSync(given.workspace);
      const where = { isJudged: given.judge !== undefined, workspace, folder: dirname(given.promptFile) };
      const { command, env } = ownSettings({ command: run, env: given.env }, where);
      const options = { ...given, env };
      const heard = makeEar(options);
      const program = startProgram(doors.containment, {
        command,
        cwd: options.workspace,
        env,
        hasInput: true,
        onOutput: heard.onOutput,
        onClose: heard.onClose,
      });
      heard.speakTo(program.input);
      const owner = program.pid === undefined ? null : doors.processes.identify(program.pid);
      return { owner, outputBytes: heard.bytes, ...holdTurn(options, { program, heard, times, doors }) };
    },
  };
}

interface Ear {
  transport: Transport;
  speakTo(input: Writable | null): void;
  onOutput(stream: "stdout" | "stderr", chunk: Buffer): void;
  onClose(stream: "stdout" | "stderr"): void;
  bytes(): number;
  /** The last lines that it printed for people. */
  lastWords(): string;
}

/** Its messages go to the protocol; what it prints besides is shown. */
function makeEar({ onEvent }: WorkerStart): Ear {
  let outputBytes = 0;
  let input: Writable | null = null;
  let lastWords: string[] = [];
  const transport = makeTransport((line) => {
    input?.write(line);
    if ((input?.writableLength ?? 0) > MAX_UNREAD_BYTES) transport.fail(new Error("it does not read what it is told"));
  });
  const hear = (line: string, dropped: number): void => {
    if (dropped > 0) onEvent({ kind: "text", text: line.slice(0, SHOWN_LENGTH), dropped, mayBeSignal: false });
    else if (!transport.hear(line) && line.trim() !== "") onEvent(shown(line));
  };
  const overhear = (text: string, dropped: number): void => {
    if (text.trim() !== "") lastWords = [...lastWords, text.trim().slice(0, SHOWN_LENGTH)].slice(-LAST_LINES);
    onEvent(readComplaint(text) ?? { kind: "text", text, dropped, mayBeSignal: false });
  };
  const lines = { stdout: splitLines(MAX_LINE_BYTES, hear), stderr: splitLines(MAX_ERROR_LINE_BYTES, overhear) };
  return {
    transport,
    speakTo(program) {
      input = program;
    },
    onOutput(stream, chunk) {
      outputBytes += chunk.length;
      lines[stream].push(chunk);
    },
    onClose: (stream) => lines[stream].end(),
    bytes: () => outputBytes,
    lastWords: () => lastWords.join(" "),
  };
}

interface Turn {
  program: Started;
  heard: Ear;
  times: AcpTimes;
  doors: WorkerDoors;
}

/** The turn ends with the program, and the program with the turn: how the turn ended says how the worker did. */
function holdTurn(start: WorkerStart, { program, heard, times, doors }: Turn): Pick<RunningWorker, "end" | "stop"> {
  const { killGraceMs } = start.order.limits;
  const stopping = new AbortController();
  let isStarted = true;
  let timer: NodeJS.Timeout | undefined;
  const runAgent = agentRunner(doors.containment, start, stopping.signal);
  const { transport } = heard;
  const last = talk(start, { transport, runAgent, startMs: times.startMs, cancelled: stopping.signal })
    .catch((error) => failureEvent(error, Date.now()))
    .then((event) => {
      if (isStarted && !stopping.signal.aborted) start.onEvent(event);
      program.input?.end();
      if (!stopping.signal.aborted) timer = setTimeout(() => program.stop(killGraceMs), times.leaveMs);
      return event;
    });
  const end = program.end.then(async (exit): Promise<WorkerExit> => {
    isStarted = exit.spawnError === null;
    transport.fail(new Error(`it ended before its turn was over (${howItEnded(exit)}): ${heard.lastWords()}`));
    const event = await last;
    clearTimeout(timer);
    if (!isStarted || stopping.signal.aborted) return exit;
    return event.kind === "done" ? { ...exit, exitCode: 0, signal: null } : { ...exit, exitCode: exit.exitCode || 1 };
  });
  return {
    end,
    stop(graceMs) {
      if (stopping.signal.aborted) return;
      stopping.abort();
      clearTimeout(timer);
      timer = setTimeout(() => program.stop(graceMs), times.cancelMs);
    },
  };
}

/** The SDK is loaded by who needs it. */
async function talk(start: WorkerStart, more: Omit<Talk, "start" | "places">): Promise<WorkerEvent> {
  const places = { workspace: realpathSync(start.workspace), files: [start.promptFile, start.handoffFile] };
  const { converse } = await import("./conversation.ts");
  return converse({ start, places, ...more });
}

function howItEnded({ exitCode, signal }: WorkerExit): string {
  return exitCode === null ? (signal ?? "a signal") : `exit code ${exitCode}`;
}
