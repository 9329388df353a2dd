/**
 * Scripts of what the model has an agent do: steps in plain words, put into the tools that the agent at hand offers. Which
 * step is next is read from the conversation alone, so a session that is resumed in another process goes on where it was.
 */

import type { Answer, Asked, Json, Tool } from "./conversation.ts";

export type Step =
  | { do: "write"; path: string; content: string }
  | { do: "shell"; command: string; saying?: string }
  /** A tool by the agent's own name for it. */
  | { do: "use"; tool: string; input: Json }
  /** The last words of a turn. */
  | { do: "say"; text: string }
  /** What the server does instead, each time that it is asked for this step. */
  | { do: "fail"; how: Answer };

/** What is answered where no tool is offered: titles, summaries, routing. */
const SIDE_ANSWER = "A title";

/** Plays steps: each tool call since the last words of the user is one of them, in order. */
export function play(asked: Asked, steps: readonly Step[]): Answer {
  if (asked.shape !== undefined) return { kind: "text", text: JSON.stringify(sampleOf(asked.shape)) };
  if (asked.tools.length === 0) return { kind: "text", text: SIDE_ANSWER };
  const step = steps[countCalls(asked)];
  if (step === undefined) return { kind: "text", text: "DONE: all of it" };
  if (step.do === "say") return { kind: "text", text: step.text };
  if (step.do === "fail") return step.how;
  return callOf(step.do === "write" ? { ...step, path: pathFor(asked, step.path) } : step, asked.tools);
}

/** Qwen Code takes no relative path, and says where it is. */
function pathFor({ turns, system }: Asked, path: string): string {
  const all = [system, ...turns.map(({ text }) => text)].join("\n");
  const folder = /working in the directory: (\S+)/.exec(all)?.[1];
  return folder === undefined ? path : `${folder}/${path}`;
}

/** Some value of a JSON schema: what Gemini asks before it takes a model. */
function sampleOf({ type, properties }: Json): unknown {
  const kind = String(type).toLowerCase();
  if (kind === "number" || kind === "integer") return 1;
  if (kind !== "object") return kind === "boolean" ? true : kind === "array" ? [] : SIDE_ANSWER;
  const members = Object.entries((properties ?? {}) as Record<string, Json>);
  return Object.fromEntries(members.map(([name, member]) => [name, sampleOf(member)]));
}

/** The last prompt of the user, with the reminders that an agent puts beside it. */
export function lastPrompt({ turns }: Asked): string {
  const from = turns.slice(lastPromptAt(turns));
  const end = from.findIndex(({ by }) => by !== "user");
  return from
    .slice(0, end < 0 ? from.length : end)
    .map(({ text }) => text)
    .join("\n");
}

function countCalls({ turns }: Asked): number {
  return turns.slice(lastPromptAt(turns)).filter(({ by }) => by === "tool").length;
}

/** Where the user spoke last, not counting what agents say in the user's name right after a tool. */
function lastPromptAt(turns: Asked["turns"]): number {
  for (let index = turns.length - 1; index > 0; index -= 1)
    if (turns[index]?.by === "user" && turns[index - 1]?.by === "model") return index;
  return 0;
}

/** Parameters by what they are for, in the words of the agents. */
const PATH = ["file_path", "filePath", "absolute_path", "path"];
const CONTENT = ["content", "file_text", "new_text", "contents"];
const COMMAND = ["command", "cmd"];

function callOf(step: Exclude<Step, { do: "say" | "fail" }>, tools: readonly Tool[]): Answer {
  if (step.do === "use") return { kind: "call", name: step.tool, input: step.input };
  if (step.do === "write") {
    const tool = findTool(tools, [PATH, CONTENT], /write|create/i);
    // Without a tool for it, a file is written by the shell.
    if (tool === null) return callOf({ do: "shell", command: writeCommand(step) }, tools);
    return {
      kind: "call",
      name: tool.name,
      input: { ...fill(tool, PATH, step.path), ...fill(tool, CONTENT, step.content) },
    };
  }
  const tool = findTool(tools, [COMMAND], /bash|shell|exec|terminal/i);
  if (tool === null) throw new Error(`no tool for a shell among ${tools.map(({ name }) => name).join(", ")}`);
  const description = tool.parameters.includes("description") ? { description: "Run it" } : {};
  const saying = step.saying === undefined ? {} : { text: step.saying };
  return { kind: "call", name: tool.name, input: { ...fill(tool, COMMAND, step.command), ...description }, ...saying };
}

function findTool(tools: readonly Tool[], needs: readonly (readonly string[])[], name: RegExp): Tool | null {
  return (
    tools.find(
      (tool) => name.test(tool.name) && needs.every((any) => any.some((each) => tool.parameters.includes(each))),
    ) ?? null
  );
}

function fill({ parameters }: Tool, names: readonly string[], value: string): Record<string, string> {
  const name = names.find((each) => parameters.includes(each)) ?? "";
  return { [name]: value };
}

function writeCommand({ path, content }: { path: string; content: string }): string {
  return `cat > '${path}' <<'END_OF_FILE'\n${content.replace(/\n$/, "")}\nEND_OF_FILE`;
}
