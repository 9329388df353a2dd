/** How a session begins: hello, the conversation of an earlier run or a new one, and what the order asks of it. */

import { setTimeout as pause } from "node:timers/promises";
import { type ClientContext, RequestError } from "@agentclientprotocol/sdk";
import { type Json, listOf, objectOf, said, textOf } from "../agent/stream.ts";
import type { WorkerEvent, WorkerStart } from "../driver.ts";
import { AUTH_REQUIRED, Unavailable, wordsOf } from "./failure.ts";
import { bring } from "./sessions/bring.ts";
import type { SessionSpent } from "./sessions/opencode.ts";
import { chooseSetting, modelOf } from "./settings.ts";
import type { Talk } from "./talk.ts";

const PROTOCOL_VERSION = 1;
/** An earlier conversation may be told again after the answer that it was loaded: until nothing of it came for so long. */
const QUIET_MS = 250;
const LONGEST_REPLAY_MS = 10_000;

export interface Session {
  event: WorkerEvent & { kind: "session"; id: string };
  /** As the agent calls itself. */
  name: string;
  /** What it has cost and used in earlier runs, as far as that is told. */
  before: SessionSpent | null;
}

interface Opened {
  id: string;
  /** What the agent answered: settings that it offers. */
  offer: Json;
  before: SessionSpent | null;
}

/** Opens a session in the workspace. `heardAt`: when the agent last told something. */
export async function openSession(agent: ClientContext, talk: Talk, heardAt: () => number): Promise<Session> {
  return within(talk.startMs, async () => {
    const hello = await greet(agent);
    const opened = (await takeUp(agent, talk, { hello, heardAt })) ?? (await begin(agent, talk, hello));
    const model = await adjust(agent, opened, talk.start);
    const event = { kind: "session", id: opened.id, program: programOf(hello, talk.start), model } as const;
    return { event, name: nameOf(hello), before: opened.before };
  });
}

async function within<T>(limitMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `it was not ready within ${limitMs / 1000} seconds`;
    timer = setTimeout(() => reject(new Unavailable(text)), limitMs);
  });
  return Promise.race([work(), late]).finally(() => clearTimeout(timer));
}

async function greet(agent: ClientContext): Promise<Json> {
  const hello = await ask(agent, "initialize", {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: "git-mission", version: "1" },
    // Reading is left to the agent: nothing is gained by it, and Gemini takes "no such file" for a failure to write one.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: true }, terminal: false },
  });
  if (hello.protocolVersion === PROTOCOL_VERSION) return hello;
  throw new Unavailable(`it speaks version ${String(hello.protocolVersion)} of the protocol, not ${PROTOCOL_VERSION}`);
}

async function begin(agent: ClientContext, { places }: Talk, hello: Json): Promise<Opened> {
  try {
    const offer = await ask(agent, "session/new", { cwd: places.workspace, mcpServers: [] });
    return { id: textOf(offer.sessionId), offer, before: null };
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== AUTH_REQUIRED) throw error;
    const ways = listOf(hello.authMethods).map(({ name, description }) => textOf(description) || textOf(name));
    throw new Unavailable(`${error.message}: sign in with it first${ways.length > 0 ? ` (${ways.join("; ")})` : ""}`);
  }
}

/** The conversation that goes on; null where there is none, or none to be had: the prompt says all that is needed. */
async function takeUp(
  agent: ClientContext,
  talk: Talk,
  { hello, heardAt }: { hello: Json; heardAt: () => number },
): Promise<Opened | null> {
  const { session } = talk.start.order;
  if (session === null) return null;
  const method = howToTakeUp(hello);
  const where = { sessionId: session, cwd: talk.places.workspace, mcpServers: [] };
  try {
    if (method === null) throw new Error("it can't take one up");
    const { before, isAnywhere } = await bring(nameOf(hello), session, talk);
    if (!isAnywhere) await mustBeHere(agent, hello, where);
    const offer = await ask(agent, method, where);
    if (method === "session/load") await hearReplay(heardAt);
    return { id: session, offer, before };
  } catch (error) {
    talk.start.onEvent(said(`the conversation ${session} does not go on, ${wordsOf(error)}: a new one begins`));
    return null;
  }
}

/** An agent may go on where it was, in a workspace that is not ours any more: where it can be asked, it is. */
async function mustBeHere(agent: ClientContext, { agentCapabilities }: Json, { sessionId, cwd }: Json): Promise<void> {
  if (!objectOf(objectOf(agentCapabilities).sessionCapabilities).list) return;
  const { sessions } = await ask(agent, "session/list", { cwd });
  if (!listOf(sessions).some((each) => each.sessionId === sessionId)) throw new Error("it is not in this workspace");
}

function howToTakeUp(hello: Json): "session/resume" | "session/load" | null {
  const { loadSession, sessionCapabilities } = objectOf(hello.agentCapabilities);
  // Qwen Code (0.15.10) says that it can resume, and does not know the request.
  if (objectOf(sessionCapabilities).resume && nameOf(hello) !== "qwen-code") return "session/resume";
  return loadSession === true ? "session/load" : null;
}

async function hearReplay(heardAt: () => number): Promise<void> {
  const loadedAt = performance.now();
  const quietAt = (): number => Math.min(Math.max(heardAt(), loadedAt) + QUIET_MS, loadedAt + LONGEST_REPLAY_MS);
  while (performance.now() < quietAt()) await pause(QUIET_MS / 5);
}

/** Asks for the order's model or effort; answers the model. A model that a person named and the agent refuses ends the run. */
async function adjust(agent: ClientContext, { id, offer }: Opened, { order, onEvent }: WorkerStart) {
  const setting = chooseSetting(offer, order);
  if (setting !== null) await ask(agent, setting.method, { sessionId: id, ...setting.params });
  else if (order.model !== null) onEvent(said(`it offers no models: ${order.model} is not asked for`));
  return setting?.model ?? modelOf(offer);
}

function nameOf({ agentInfo }: Json): string {
  return textOf(objectOf(agentInfo).name);
}

function programOf(hello: Json, { order }: WorkerStart): string | null {
  return (
    [nameOf(hello), textOf(objectOf(hello.agentInfo).version)].filter((word) => word !== "").join(" ") ||
    order.runtime?.run[0] ||
    null
  );
}

async function ask(agent: ClientContext, method: string, params: Json): Promise<Json> {
  return objectOf(await agent.request<unknown>(method, params));
}
