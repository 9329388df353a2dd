/** `kind: claude`: Claude Code, headless, with the person's own sign-in. Tried: 2.1.197. */

import { realpathSync } from "node:fs";
import { converse } from "./agent.ts";
import { ASKED_FOR, answerClaude } from "./claude-permissions.ts";
import { bringSession } from "./claude-session.ts";
import { claudeStream } from "./claude-stream.ts";
import type { WorkerDoors } from "./command.ts";
import type { RuntimeDriver, WorkerStart } from "./driver.ts";
import { readOpening, takeUp } from "./opening.ts";

/** Whatever it wants to do is asked for, and answered by the run. */
const PERMISSIONS = [
  ...["--permission-mode", "default", "--permission-prompt-tool", "stdio"],
  ...["--settings", JSON.stringify({ permissions: { ask: ASKED_FOR } })],
  // Nobody is there to answer it: a question ends the run.
  ...["--disallowedTools", "AskUserQuestion"],
];
const OPTIONS = ["-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"];

export function claudeDriver(doors: WorkerDoors): RuntimeDriver {
  return {
    start(options) {
      const folder = realpathSync(options.workspace);
      const session = takeUp(options, (id) => bringSession(options.env, { session: id, folder }));
      const text = readOpening(options, session !== null);
      const denied = new Set<string>();
      const message = { type: "user", message: { role: "user", content: [{ type: "text", text }] } };
      return converse(
        doors,
        {
          command: commandOf(options, session),
          // Without it, it refuses to run as root; the run has a process namespace and a clone of its own.
          env: process.getuid?.() === 0 ? { ...options.env, IS_SANDBOX: "1" } : options.env,
          reader: claudeStream(denied),
          opening: `${JSON.stringify(message)}\n`,
          talk: {
            answer: (line) => answerClaude(line, options, denied),
            isLast: ({ kind }) => kind === "done" || kind === "error",
          },
        },
        options,
      );
    },
  };
}

function commandOf({ order: { runtime, model } }: WorkerStart, session: string | null): string[] {
  const program = runtime?.run.length ? runtime.run : ["claude"];
  return [
    ...program,
    ...OPTIONS,
    ...PERMISSIONS,
    ...(model === null ? [] : ["--model", model]),
    ...(session === null ? [] : ["--resume", session]),
  ];
}
