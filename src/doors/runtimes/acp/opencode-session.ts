/**
 * OpenCode goes on with a conversation in the folder in which it began, whatever folder it is told. Its own export and import
 * bring it to another; the export also says what it has cost so far.
 */

import { rmSync, writeFileSync } from "node:fs";
import { figureOf, objectOf, textOf } from "../agent-stream.ts";

/** Runs the agent's program with other arguments, in the workspace; answers what it printed. Rejects when that fails. */
export type RunAgent = (args: readonly string[]) => Promise<string>;

/** Answers what the conversation has cost, in dollars. `file`: a place for it on its way. */
export async function bringOpenCodeSession(
  runAgent: RunAgent,
  { session, workspace, file }: { session: string; workspace: string; file: string },
): Promise<number> {
  const text = await runAgent(["export", session]);
  const info = objectOf(objectOf(JSON.parse(text)).info);
  if (textOf(info.directory) !== workspace) {
    try {
      writeFileSync(file, text, { mode: 0o600 });
      await runAgent(["import", file]);
    } finally {
      rmSync(file, { force: true });
    }
  }
  return figureOf(info.cost);
}
