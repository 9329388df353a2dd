/** Coding agents that print one JSON a line: how they are started, spoken to and heard. */

import { notStarted, type WorkerDoors } from "../command.ts";
import type { RunningWorker, WorkerEvent, WorkerStart } from "../driver.ts";
import { splitLines } from "../program/lines.ts";
import { startProgram } from "../program/start-program.ts";
import { FREE, HEAD_LENGTH, isOfAnswer, SHOWN_LENGTH, type StreamReader } from "./stream.ts";

/** A tool's whole result may stand on one line. */
const MAX_LINE_BYTES = 8 * 1024 * 1024;
/** In a tool that takes long nothing is said, also of what its model's answer cost. */
const LOOK_MS = 2_000;
const MAX_ERROR_LINE_BYTES = 64 * 1024;

export interface Conversation {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  reader: StreamReader;
  /** What it is told first. */
  opening: string;
  /** Left out: its input is closed once it has heard that. */
  talk?: {
    /** What it is answered to a line; null: nothing. */
    answer(line: string): string | null;
    /** The same for the beginning of a line that was too long to be read: who asks must not wait for ever. */
    answerCut(head: string): string | null;
    /** Whether nothing more will be said to it after this event. */
    isLast(event: WorkerEvent): boolean;
  };
}

/** Starts an agent as a worker. Of what it prints to its other stream nothing is a signal. */
export function converse(
  { processes, containment }: WorkerDoors,
  { command, env, reader, opening, talk }: Conversation,
  { workspace, onEvent }: WorkerStart,
): RunningWorker {
  if (!command[0]) return notStarted("the runtime names no program");
  let outputBytes = 0;
  let isAnswered = false;
  const hear = (line: string, dropped: number): void => {
    const head = dropped > 0 ? line.slice(0, HEAD_LENGTH) : null;
    if (head !== null) complain(head.slice(0, SHOWN_LENGTH), dropped);
    const reply = (head === null ? talk?.answer(line) : talk?.answerCut(head)) ?? null;
    if (reply !== null) program.input?.write(reply);
    for (const event of head === null ? reader.read(line) : reader.readCut(head)) {
      tell(event);
      if (talk?.isLast(event)) program.input?.end();
    }
  };
  const tell = (event: WorkerEvent): void => {
    isAnswered ||= isOfAnswer(event);
    onEvent(event);
  };
  const complain = (text: string, dropped: number): void =>
    onEvent({ kind: "text", text, dropped, mayBeSignal: false });
  const lines = { stdout: splitLines(MAX_LINE_BYTES, hear), stderr: splitLines(MAX_ERROR_LINE_BYTES, complain) };
  const program = startProgram(containment, {
    command,
    cwd: workspace,
    env,
    hasInput: true,
    onOutput(stream, chunk) {
      outputBytes += chunk.length;
      lines[stream].push(chunk);
    },
    onClose: (stream) => lines[stream].end(),
  });
  program.input?.write(opening);
  if (talk === undefined) program.input?.end();
  const owner = program.pid === undefined ? null : processes.identify(program.pid);
  const look = (): void => reader.look?.().forEach(tell);
  const looks = setInterval(look, LOOK_MS);
  const end = program.end.then((exit) => {
    clearInterval(looks);
    look();
    if (!isAnswered) onEvent(FREE);
    return exit;
  });
  return { owner, outputBytes: () => outputBytes, end, stop: program.stop };
}
