import { join } from "node:path";
import { isObject, type Json, objectOf, parseLine } from "../agent/stream.ts";
import { bringTranscript } from "../agent/transcript.ts";
import { followLines } from "../program/follow-lines.ts";
import type { NotedUsage } from "./usage.ts";

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

const SESSION = /^[0-9a-f-]{36}$/;

/** What its messages used, by their ids, as it notes it when each is over: its stream tells how a message begins. */
export function followClaudeUsage(env: Environment, folder: string): NotedUsage {
  const notes = notesFolder(env, folder);
  const follow = followLines();
  const used = new Map<string, Json>();
  return (session) => {
    if (notes === null || !SESSION.test(session)) return used;
    for (const line of follow(join(notes, `${session}.jsonl`))) {
      const { id, usage } = line.includes('"usage"') ? objectOf(parseLine(line)?.message) : {};
      if (typeof id === "string" && isObject(usage)) used.set(id, usage);
    }
    return used;
  };
}

function projectsFolder(env: Environment): string | null {
  const config = env.CLAUDE_CONFIG_DIR ?? (env.HOME === undefined ? null : join(env.HOME, ".claude"));
  return config === null ? null : join(config, "projects");
}
