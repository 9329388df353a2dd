/** `kind: codex`: Codex, headless, with the person's own sign-in. Tried: 0.169.0. */

import { readFileSync } from "node:fs";
import { converse } from "./agent.ts";
import { lendFolder, sandboxOptions } from "./codex-sandbox.ts";
import { readCodexSession } from "./codex-session.ts";
import { codexStream } from "./codex-stream.ts";
import type { WorkerDoors } from "./command.ts";
import type { RuntimeDriver, WorkerStart } from "./driver.ts";

export function codexDriver(doors: WorkerDoors): RuntimeDriver {
  return {
    start(options) {
      const { order, promptFile, env } = options;
      const lent = lendFolder(options);
      const worker = converse(
        doors,
        {
          command: commandOf(options, lent.folder),
          env: { ...env, MISSION_HANDOFF_FILE: lent.file },
          reader: codexStream({
            before: order.sessionSpent,
            lookUp: (thread) => readCodexSession(env, thread),
            now: Date.now,
          }),
          opening: readFileSync(promptFile, "utf8"),
        },
        options,
      );
      const end = worker.end.then((exit) => {
        lent.bring();
        return exit;
      });
      return { ...worker, end };
    },
  };
}

/** It has no names for tiers: how hard its model thinks stands for them. */
const EFFORT = { economy: "low", standard: "medium", thinking: "high" } as const;

function commandOf({ order: { runtime, model, tier, session }, sandbox }: WorkerStart, lent: string): string[] {
  const [program = "codex", ...settings] = runtime?.run ?? [];
  return [
    program,
    ...settings,
    "exec",
    "--json",
    "--skip-git-repo-check",
    ...sandboxOptions(settings, sandbox, lent),
    ...(model === null ? [] : ["-m", model]),
    ...(model === null && tier !== null ? ["-c", `model_reasoning_effort=${EFFORT[tier]}`] : []),
    ...(session === null ? ["-"] : ["resume", session, "-"]),
  ];
}
