/** `kind: codex`: Codex, headless, with the person's own sign-in. Tried: 0.169.0. */

import { readFileSync } from "node:fs";
import { converse } from "./agent.ts";
import { readCodexSession } from "./codex-session.ts";
import { codexStream } from "./codex-stream.ts";
import type { WorkerDoors } from "./command.ts";
import type { RuntimeDriver, WorkerStart } from "./driver.ts";

/** Its own sandbox keeps `.git` read-only: what it leaves is committed for it. */
const SANDBOX = ["--sandbox", "workspace-write", "--skip-git-repo-check"];

export function codexDriver(doors: WorkerDoors): RuntimeDriver {
  return {
    start(options) {
      const { order, promptFile, env } = options;
      return converse(
        doors,
        {
          command: commandOf(options),
          env,
          reader: codexStream({
            before: order.sessionSpent,
            lookUp: (thread) => readCodexSession(env, thread),
          }),
          opening: readFileSync(promptFile, "utf8"),
        },
        options,
      );
    },
  };
}

/** It has no names for tiers: how hard its model thinks stands for them. */
const EFFORT = { economy: "low", standard: "medium", thinking: "high" } as const;

function commandOf({ order: { runtime, model, tier, session } }: WorkerStart): string[] {
  const [program = "codex", ...settings] = runtime?.run ?? [];
  return [
    program,
    ...settings,
    "exec",
    "--json",
    ...SANDBOX,
    ...(model === null ? [] : ["-m", model]),
    ...(model === null && tier !== null ? ["-c", `model_reasoning_effort=${EFFORT[tier]}`] : []),
    ...(session === null ? ["-"] : ["resume", session, "-"]),
  ];
}
