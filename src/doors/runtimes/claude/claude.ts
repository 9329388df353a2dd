/** `kind: claude`: Claude Code, headless, with the person's own sign-in. Tried: 2.1.197. */

import { realpathSync } from "node:fs";
import { converse } from "../agent/converse.ts";
import { readOpening, takeUp } from "../agent/opening.ts";
import type { WorkerDoors } from "../command.ts";
import type { RuntimeDriver, WorkerStart } from "../driver.ts";
import { answerClaude, messageOf, PERMISSION_ENVIRONMENT, PERMISSION_OPTIONS, refuseClaude } from "./permissions.ts";
import { bringSession, followClaudeUsage } from "./session.ts";
import { claudeStream } from "./stream.ts";

const OPTIONS = ["-p", "--verbose", "--input-format", "stream-json", "--output-format", "stream-json"];

export function claudeDriver(doors: WorkerDoors): RuntimeDriver {
  return {
    start(options) {
      const folder = realpathSync(options.workspace);
      const session = takeUp(options, (id) => bringSession(options.env, { session: id, folder }));
      const message = messageOf(readOpening(options, session !== null));
      const denied = new Set<string>();
      return converse(
        doors,
        {
          command: commandOf(options, session),
          env: environmentOf(options),
          reader: claudeStream({ denied, lookUp: followClaudeUsage(options.env, folder), now: Date.now }),
          opening: `${JSON.stringify(message)}\n`,
          talk: {
            answer: (line) => answerClaude(line, options, denied),
            answerCut: refuseClaude,
            isLast: ({ kind }) => kind === "done" || kind === "error",
          },
        },
        options,
      );
    },
  };
}

function environmentOf({ env }: WorkerStart): Record<string, string> {
  // Without it, it refuses to run as root; the run has a process namespace and a clone of its own.
  const asRoot = process.getuid?.() === 0 ? { IS_SANDBOX: "1" } : {};
  return { ...PERMISSION_ENVIRONMENT, ...env, ...asRoot };
}

function commandOf({ order: { runtime, model } }: WorkerStart, session: string | null): string[] {
  const program = runtime?.run.length ? runtime.run : ["claude"];
  return [
    ...program,
    ...OPTIONS,
    ...PERMISSION_OPTIONS,
    ...(model === null ? [] : ["--model", model]),
    ...(session === null ? [] : ["--resume", session]),
  ];
}
