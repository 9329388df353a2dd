/**
 * OpenCode goes on with a conversation in the folder in which it began, whatever folder it is told. Its own export and import
 * bring it to another. The export also says what the conversation has cost and used so far; the protocol's answer to a prompt
 * says what its last step used.
 */

import { rmSync, writeFileSync } from "node:fs";
import type { Tokens } from "../../../prices.ts";
import { figureOf, type Json, objectOf, textOf } from "../../agent/stream.ts";

/** Runs the agent's program with other arguments, in the workspace; answers what it printed. Rejects when that fails. */
export type RunAgent = (args: readonly string[]) => Promise<string>;

export interface SessionSpent {
  usd: number;
  tokens: Tokens;
}

/** Answers what the conversation has cost and used. `file`: a place for it on its way. */
export async function bringOpenCodeSession(
  runAgent: RunAgent,
  { session, workspace, file }: { session: string; workspace: string; file: string },
): Promise<SessionSpent> {
  const { text, info } = await exportSession(runAgent, session);
  if (textOf(info.directory) !== workspace) {
    try {
      writeFileSync(file, text, { mode: 0o600 });
      await runAgent(["import", file]);
    } finally {
      rmSync(file, { force: true });
    }
  }
  return spentOf(info);
}

export async function readOpenCodeSpent(runAgent: RunAgent, session: string): Promise<SessionSpent> {
  return spentOf((await exportSession(runAgent, session)).info);
}

async function exportSession(runAgent: RunAgent, session: string): Promise<{ text: string; info: Json }> {
  const text = await runAgent(["export", session]);
  return { text, info: objectOf(objectOf(JSON.parse(text)).info) };
}

function spentOf({ cost, tokens }: Json): SessionSpent {
  const { input, output, reasoning, cache } = objectOf(tokens);
  const { read, write } = objectOf(cache);
  return {
    usd: figureOf(cost),
    tokens: {
      input: figureOf(input) + figureOf(write),
      output: figureOf(output) + figureOf(reasoning),
      cached: figureOf(read),
    },
  };
}
