import type { Git } from "../doors/git.ts";
import type { Config } from "../model/documents.ts";
import type { PromptInput } from "../model/prompt.ts";

/** What repositories call their rules for agents; the first that there is. Not every agent reads each of them by itself. */
const NAMES = ["AGENTS.md", "CLAUDE.md"];
const LINK = "120000";

/** Standing instructions at a commit: the settings' body and the repository's own rules. */
export async function readRules(git: Git, { file, body }: Config, tip: string): Promise<PromptInput["rules"]> {
  const own = await readOwnRules(git, tip);
  return [...(body.trim() === "" ? [] : [{ source: file, text: body }]), ...(own === null ? [] : [own])];
}

async function readOwnRules(git: Git, tip: string): Promise<PromptInput["rules"][number] | null> {
  const entries = (await git.readTree(tip)) ?? [];
  for (const name of NAMES) {
    const entry = entries.find((each) => each.name === name && each.type === "blob");
    const text = entry && (await readText(git, entry.oid));
    const linked = text && entry.mode === LINK ? await readText(git, `${tip}:${text.replace(/^\.\//, "")}`) : text;
    if (linked?.trim()) return { source: name, text: linked };
  }
  return null;
}

async function readText(git: Git, object: string): Promise<string | null> {
  const found = await git.readObject(object);
  return found?.type === "blob" ? found.bytes.toString("utf8") : null;
}
