/**
 * The environment of what a run starts: a short list of the person's own variables, what the order names, and our
 * markers. Everything else stays behind, above all credentials and what points git, node or a loader elsewhere.
 */

import { commonVariables, type Given, giveVariables, type Source } from "../model/given-variables.ts";
import { featureOf, isPlayed, type Order } from "../model/run.ts";
import type { RunnerDoors } from "./run-doors.ts";

export type Environment = Record<string, string>;

/** For setup and checks: no accounts but that of the way out, no prompts. */
export function commandEnvironment(order: Order, source: Source): Environment {
  return { ...commonVariables(source), ...markersOf(order), CI: "true" };
}

/** For the worker: what its runtime and its feature name, files to read and write, the identity to commit with. */
export function workerEnvironment(
  order: Order,
  { env: source, configuredNames }: Pick<RunnerDoors, "env" | "configuredNames">,
  files: { promptFile: string; handoffFile: string },
): Given {
  const { env, secrets, missing } = giveVariables(order, source, configuredNames(order.runtime));
  const own = { MISSION_PROMPT_FILE: files.promptFile, MISSION_HANDOFF_FILE: files.handoffFile };
  return { env: { ...env, ...markersOf(order), ...own, ...identityOf(order) }, secrets, missing };
}

function markersOf(order: Order): Environment {
  const feature = featureOf(order.about);
  return {
    TERM: "dumb",
    GIT_TERMINAL_PROMPT: "0",
    MISSION: order.mission,
    MISSION_RUN: order.run,
    MISSION_ATTEMPT: String(order.attempt),
    MISSION_RUN_KIND: order.runKind,
    ...(feature !== null && isPlayed(order.runKind) ? { MISSION_FEATURE: feature } : {}),
  };
}

function identityOf(order: Order): Environment {
  const { name, email } = order.identity;
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
}
