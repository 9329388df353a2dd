import { join } from "node:path";
import { bringTranscript } from "./transcript.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a conversation of Claude Code can be taken up again in that folder, from now on. */
export function bringSession(env: Environment, { session, folder }: { session: string; folder: string }): boolean {
  const projects = projectsFolder(env);
  return projects !== null && bringTranscript({ projects, inside: "" }, { session, folder });
}

/** What it keeps about a folder: conversations, and output that is too long for them. null where it has no home. */
export function notesFolder(env: Environment, folder: string): string | null {
  const projects = projectsFolder(env);
  return projects === null ? null : join(projects, folder.replace(/[^A-Za-z0-9]/g, "-"));
}

function projectsFolder(env: Environment): string | null {
  const config = env.CLAUDE_CONFIG_DIR ?? (env.HOME === undefined ? null : join(env.HOME, ".claude"));
  return config === null ? null : join(config, "projects");
}
