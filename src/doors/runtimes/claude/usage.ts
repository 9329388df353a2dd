/**
 * Tokens of a process of Claude Code. Each part of a message comes with the usage that the message began with; how it ended
 * is noted beside the stream. Side requests are in the last event alone: what is counted until then is a lower bound.
 */

import type { Tokens } from "../../prices.ts";
import { figureOf, isObject, type Json, objectOf, textOf } from "../agent/stream.ts";
import { addTokens, makeTokenMeter } from "../agent/token-meter.ts";
import type { WorkerEvent } from "../driver.ts";

/** What the messages of a conversation used, by their ids, as far as it is noted. */
export type NotedUsage = (session: string) => ReadonlyMap<string, Json>;

export interface MessageCount {
  begin(session: string): void;
  add(message: Json): WorkerEvent;
  /** Of all models, as the last event tells it. */
  finish(modelUsage: unknown): WorkerEvent;
  /** What has been noted since; a run that is broken off has no last event. */
  look(): readonly WorkerEvent[];
}

export function countMessages(lookUp: NotedUsage): MessageCount {
  const counted = new Map<string, Json>();
  const meter = makeTokenMeter();
  let session = "";

  function read(): ReturnType<typeof meter.read> {
    const noted = lookUp(session);
    return meter.read(addTokens([...counted].map(([id, usage]) => readUsage(noted.get(id) ?? usage))));
  }

  return {
    begin(id) {
      session = id;
    },
    add(message) {
      counted.set(textOf(message.id), objectOf(message.usage));
      return read();
    },
    finish: (usage) => meter.read(addTokens(Object.values(objectOf(usage)).filter(isObject).map(readModelUsage))),
    look() {
      const more = read();
      return more.input + more.output + more.cached > 0 ? [more] : [];
    },
  };
}

function readUsage(usage: Json): Tokens {
  return {
    input: figureOf(usage.input_tokens) + figureOf(usage.cache_creation_input_tokens),
    output: figureOf(usage.output_tokens),
    cached: figureOf(usage.cache_read_input_tokens),
  };
}

function readModelUsage(usage: Json): Tokens {
  return {
    input: figureOf(usage.inputTokens) + figureOf(usage.cacheCreationInputTokens),
    output: figureOf(usage.outputTokens),
    cached: figureOf(usage.cacheReadInputTokens),
  };
}
