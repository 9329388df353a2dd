/** Qwen Code keeps a conversation as Claude Code does, and takes it for another folder's where its lines name one. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseLine } from "../../agent/stream.ts";
import { bringTranscript } from "../../agent/transcript.ts";

/** Whether the conversation can be taken up again in that folder, from now on. */
export function bringQwenSession(
  env: Readonly<Record<string, string | undefined>>,
  { session, folder }: { session: string; folder: string },
): boolean {
  const home = env.QWEN_RUNTIME_DIR ?? env.QWEN_HOME ?? (env.HOME === undefined ? null : join(env.HOME, ".qwen"));
  if (home === null) return false;
  return bringTranscript({ projects: join(home, "projects"), inside: "chats" }, { session, folder }, (from, to) => {
    writeFileSync(
      to,
      readFileSync(from, "utf8").replace(/^.+$/gm, (line) => movedTo(folder, line)),
      { mode: 0o600 },
    );
  });
}

function movedTo(folder: string, line: string): string {
  const record = parseLine(line);
  return record === null ? line : JSON.stringify({ ...record, cwd: folder });
}
