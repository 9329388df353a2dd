/**
 * Lines of an agent as messages for the SDK, and back. Requests and answers alone get to it, and only those that it can use:
 * it drops what an agent tells in words that its own version of the protocol does not have.
 */

import type { AnyMessage, Stream } from "@agentclientprotocol/sdk";
import { type Json, parseLine } from "../agent/stream.ts";

export interface Transport {
  stream: Stream;
  /** Takes in a line; false when it is no message that anybody waits for. */
  hear(line: string): boolean;
  /** What is told without an answer goes there, at once. */
  tellTo(listener: (method: string, params: unknown) => void): void;
  /** Nothing more will come: whoever waits for an answer hears why. */
  fail(error: Error): void;
}

export function makeTransport(send: (line: string) => void): Transport {
  // An answer to what was never asked would be printed by the SDK; there may be a million of them.
  const asked = new Set<unknown>();
  let listener: ((method: string, params: unknown) => void) | null = null;
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
      if (typeof message.method === "string" && !("id" in message)) listener?.(message.method, message.params);
      else controller?.enqueue(message as AnyMessage);
      return true;
    },
    tellTo(given) {
      listener = given;
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
