/** Lines of an agent as messages for the SDK, and back. Only what the SDK can use gets to it. */

import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import { type Json, parseLine } from "../agent-stream.ts";

export interface Transport {
  stream: Stream;
  /** Takes in a line; false when it is no message that anybody waits for. */
  hear(line: string): boolean;
  /** Nothing more will come: whoever waits for an answer hears why. */
  fail(error: Error): void;
}

export function makeTransport(send: (line: string) => void): Transport {
  // An answer to what was never asked would be printed by the SDK; there may be a million of them.
  const asked = new Set<unknown>();
  let controller: ReadableStreamDefaultController<AnyMessage> | null = null;
  const readable = new ReadableStream<AnyMessage>({
    start(given) {
      controller = given;
    },
    cancel() {
      controller = null;
    },
  });
  const writable = new WritableStream<AnyMessage>({
    write(message) {
      if ("method" in message && "id" in message) asked.add(message.id);
      send(`${JSON.stringify(message)}\n`);
    },
  });
  return {
    stream: { readable, writable },
    hear(line) {
      const message = parseLine(line);
      if (message === null || !isUsable(message, asked)) return false;
      controller?.enqueue(message as AnyMessage);
      return true;
    },
    fail(error) {
      controller?.error(error);
      controller = null;
    },
  };
}

function isUsable(message: Json, asked: Set<unknown>): boolean {
  if (message.jsonrpc !== "2.0") return false;
  if ("method" in message) return typeof message.method === "string" && (!("id" in message) || isId(message.id));
  return ("result" in message || "error" in message) && asked.delete(message.id);
}

function isId(id: unknown): boolean {
  return typeof id === "string" || typeof id === "number";
}
