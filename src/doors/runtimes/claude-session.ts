/**
 * Claude Code keeps a conversation below the name of the folder that it was in, and finds it from there only. A run has a
 * workspace of its own, so a copy is laid where the next one is looked for; both are the agent's own files, beside its others.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const SESSION = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the conversation can be taken up again in that folder, from now on. */
export function bringSession(
  env: Readonly<Record<string, string | undefined>>,
  { session, folder }: { session: string; folder: string },
): boolean {
  const config = env.CLAUDE_CONFIG_DIR ?? (env.HOME === undefined ? null : join(env.HOME, ".claude"));
  if (config === null || !SESSION.test(session)) return false;
  const projects = join(config, "projects");
  const wanted = join(projects, folder.replace(/[^A-Za-z0-9]/g, "-"), `${session}.jsonl`);
  try {
    if (existsSync(wanted)) return true;
    // It may have gone on from folder to folder: the last copy holds all of it.
    const [known] = readdirSync(projects)
      .map((name) => join(projects, name, `${session}.jsonl`))
      .filter((file) => existsSync(file))
      .toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
    if (known === undefined) return false;
    mkdirSync(join(wanted, ".."), { recursive: true });
    copyFileSync(known, wanted);
    return true;
  } catch {
    return false;
  }
}
