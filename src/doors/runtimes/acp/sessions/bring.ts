/** Agents keep a conversation with the folder that it was had in. A run has a workspace of its own: it is brought there. */

import { bringSession } from "../../claude/session.ts";
import type { Talk } from "../talk.ts";
import { bringGeminiSession } from "./gemini.ts";
import { bringOpenCodeSession, type SessionSpent } from "./opencode.ts";
import { bringQwenSession } from "./qwen.ts";

export interface Brought {
  /** What it has cost and used before, as far as that is told elsewhere than in its own updates. */
  before: SessionSpent | null;
  /** It goes on in any folder that is named: a list of those of the workspace would lack it. */
  isAnywhere: boolean;
}

/** `name`: as the agent calls itself. */
export async function bring(
  name: string,
  session: string,
  { start, places: { workspace }, runAgent }: Talk,
): Promise<Brought> {
  const { env, order, promptFile } = start;
  switch (name) {
    case "OpenCode": {
      const file = `${promptFile}.session`;
      return { before: await bringOpenCodeSession(runAgent, { session, workspace, file }), isAnywhere: false };
    }
    case "gemini-cli":
      bringGeminiSession(env, { session, workspace, run: order.run });
      break;
    case "qwen-code":
      bringQwenSession(env, { session, folder: workspace });
      break;
    case "@agentclientprotocol/claude-agent-acp":
      bringSession(env, { session, folder: workspace });
      break;
  }
  return { before: null, isAnywhere: ["Copilot", "@agentclientprotocol/codex-acp"].includes(name) };
}
