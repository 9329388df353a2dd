/** What an agent asks a model and what the model answers, in words that all dialects share. */

/** One request of an agent. */
export interface Asked {
  model: string;
  /** All text that is no turn: system prompts and instructions. */
  system: string;
  turns: readonly Turn[];
  /** Names of the tools that the model may call, with the names of their parameters. */
  tools: readonly Tool[];
  /** JSON schema of the answer, where it must be JSON. */
  shape?: Json;
}

export interface Turn {
  by: "user" | "model" | "tool";
  text: string;
}

export interface Tool {
  name: string;
  parameters: readonly string[];
}

export type Answer =
  | { kind: "text"; text: string }
  | { kind: "call"; name: string; input: Readonly<Record<string, unknown>>; text?: string }
  /** The server's own word instead of an answer. */
  | {
      kind: "status";
      status: number;
      headers?: Readonly<Record<string, string>>;
      type: string;
      message: string;
      /** What a provider's error holds besides: when to come back. */
      details?: Json;
    }
  /** No byte ever comes. */
  | { kind: "hang" }
  /** The connection breaks in the middle of an answer. */
  | { kind: "drop"; text: string }
  /** The server is gone: the connection breaks, and nothing listens any more. */
  | { kind: "gone" };

/** What every answer is said to have used. */
export interface Spent {
  input: number;
  output: number;
  cached: number;
}

/** A dialect: one way of agents to talk to models over HTTP. */
export interface Dialect {
  /** Whether a request is in this dialect. */
  takes(method: string, path: string): boolean;
  read(body: Readonly<Record<string, unknown>>, path: string): Asked;
  /** The body of a whole answer: one event a string, as the stream sends them. */
  print(answer: Extract<Answer, { kind: "text" | "call" }>, spent: Spent, asked: Asked): readonly string[];
  /** The body of an error. */
  printError(error: Pick<Extract<Answer, { kind: "status" }>, "status" | "type" | "message" | "details">): unknown;
  contentType(body: Readonly<Record<string, unknown>>, path: string): string;
}

export type Json = Readonly<Record<string, unknown>>;

export function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((each): each is Json => typeof each === "object" && each !== null) : [];
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** The text of a content that is a string or a list of parts. */
export function contentText(value: unknown): string {
  if (typeof value === "string") return value;
  return listOf(value)
    .map((part) => textOf(part.text) || contentText(part.content) || textOf(part.output))
    .filter((text) => text !== "")
    .join("\n");
}

export function parameterNames(schema: unknown): string[] {
  const { properties } = (schema ?? {}) as { properties?: object };
  return Object.keys(properties ?? {});
}

export function event(data: unknown, name?: string): string {
  return `${name === undefined ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
