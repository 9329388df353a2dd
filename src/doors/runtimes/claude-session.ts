import { join } from "node:path";
import { bringTranscript } from "./transcript.ts";

/** Whether a conversation of Claude Code can be taken up again in that folder, from now on. */
export function bringSession(
  env: Readonly<Record<string, string | undefined>>,
  { session, folder }: { session: string; folder: string },
): boolean {
  const config = env.CLAUDE_CONFIG_DIR ?? (env.HOME === undefined ? null : join(env.HOME, ".claude"));
  if (config === null) return false;
  return bringTranscript({ projects: join(config, "projects"), inside: "" }, { session, folder });
}
