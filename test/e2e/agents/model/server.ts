/**
 * A model server on loopback whose answers are a script: what the real agents are driven against, without a network and
 * without an account. It takes any key, and keeps what it was asked.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { anthropic } from "./anthropic.ts";
import { chat } from "./chat.ts";
import type { Answer, Asked, Dialect, Spent } from "./conversation.ts";
import { gemini } from "./gemini.ts";
import { responses } from "./responses.ts";

const DIALECTS: readonly Dialect[] = [anthropic, responses, chat, gemini];
const MOST_BYTES = 32 * 1024 * 1024;
const SPENT: Spent = { input: 1_200, output: 300, cached: 200 };

/** Answers a request. Pure but for what the test itself remembers. */
export type Script = (asked: Asked) => Answer;

export interface ModelServer {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** What it was asked, in order; and each request with its method and path, whatever it was. */
  asked: readonly Asked[];
  requests: readonly string[];
  /** From now on it answers so. */
  follow(script: Script): void;
  /** Nothing listens at its port any more, until it is there again. Twice is once. */
  leave(): Promise<void>;
  readonly isGone: boolean;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startModelServer(script: Script): Promise<ModelServer> {
  const asked: Asked[] = [];
  const requests: string[] = [];
  let answerTo = script;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void serve(request, response, (each) => {
      asked.push(each);
      const answer = answerTo(each);
      if (answer.kind === "gone") void leave();
      return answer;
    }).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: error.message } }));
    });
  });
  const listen = async (wanted: number): Promise<void> => {
    server.listen(wanted, "127.0.0.1");
    await once(server, "listening");
  };
  const leave = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    requests,
    follow(next) {
      answerTo = next;
    },
    leave,
    get isGone() {
      return !server.listening;
    },
    comeBack: () => listen(port),
    close: leave,
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, ask: Script): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const text = await readBody(request);
  const dialect = DIALECTS.find((each) => each.takes(method, url.split("?")[0] ?? ""));
  if (dialect === undefined) return other(method, url, response);
  const body = JSON.parse(text) as Record<string, unknown>;
  const asked = dialect.read(body, url);
  const answer = ask(asked);
  if (answer.kind === "hang" || answer.kind === "gone") return;
  if (answer.kind === "status") {
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify(dialect.printError(answer)));
    return;
  }
  const type = dialect.contentType(body, url);
  response.writeHead(200, { "content-type": type });
  if (answer.kind === "drop") {
    const [first = "", second = ""] = dialect.print({ kind: "text", text: answer.text }, SPENT, asked);
    response.write(first + second.slice(0, second.length / 2), () => response.destroy());
    return;
  }
  const events = dialect.print(answer, SPENT, asked);
  response.end(type === "application/json" ? events.join("").replace(/^data: /, "") : events.join(""));
}

/** What agents look for beside answers: whether anybody is there, which models there are. */
function other(method: string, url: string, response: ServerResponse): void {
  const isModels = method === "GET" && /\/models(?:\?|$)/.test(url);
  response.writeHead(isModels || method === "HEAD" ? 200 : 404, { "content-type": "application/json" });
  response.end(isModels ? JSON.stringify({ object: "list", data: [], models: [] }) : "{}");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`a request of more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
