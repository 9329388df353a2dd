/** `kind: codex`: Codex, headless, with the person's own sign-in. Tried: 0.169.0. */

import { realpathSync } from "node:fs";
import { converse } from "../agent/converse.ts";
import { readOpening, takeUp } from "../agent/opening.ts";
import type { WorkerDoors } from "../command.ts";
import type { RuntimeDriver, WorkerStart } from "../driver.ts";
import { distrustOptions, lendFolder, sandboxOptions } from "./sandbox.ts";
import { followCodexSession, hasCodexSession } from "./session.ts";
import { codexStream } from "./stream.ts";

export function codexDriver(doors: WorkerDoors): RuntimeDriver {
  return {
    start(options) {
      const { order, env } = options;
      const session = takeUp(options, (id) => hasCodexSession(env, id));
      const lent = lendFolder(options);
      const lookUp = followCodexSession(env);
      const worker = converse(
        doors,
        {
          command: commandOf(options, session, lent.folder),
          env: { ...env, MISSION_HANDOFF_FILE: lent.file },
          reader: codexStream({
            before: session === null ? NOTHING : (lookUp(session).tokens ?? order.sessionSpent),
            lookUp,
            now: Date.now,
          }),
          opening: readOpening(options, session !== null),
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

/** What a new conversation has used. */
const NOTHING = { input: 0, output: 0, cached: 0 };

/** It has no names for tiers: how hard its model thinks stands for them. */
const EFFORT = { economy: "low", standard: "medium", thinking: "high" } as const;

function commandOf({ order, workspace, sandbox }: WorkerStart, session: string | null, lent: string): string[] {
  const { runtime, model, tier } = order;
  const [program = "codex", ...settings] = runtime?.run ?? [];
  return [
    program,
    ...settings,
    "exec",
    "--json",
    "--skip-git-repo-check",
    ...sandboxOptions(settings, sandbox, lent),
    ...distrustOptions(realpathSync(workspace)),
    ...(model === null ? [] : ["-m", model]),
    ...(model === null && tier !== null ? ["-c", `model_reasoning_effort=${EFFORT[tier]}`] : []),
    ...(session === null ? ["-"] : ["resume", session, "-"]),
  ];
}
