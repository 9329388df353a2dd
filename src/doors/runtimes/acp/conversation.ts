/**
 * One turn of an agent, by the Agent Client Protocol: hello, a session, the prompt. What the agent sends is read as plain
 * JSON, for each of them has fields of its own; the SDK knows the protocol and who waits for which answer.
 */

import { setTimeout as pause } from "node:timers/promises";
import { client } from "@agentclientprotocol/sdk";
import { readOpening } from "../agent/opening.ts";
import { namePath } from "../agent/real-path.ts";
import { FREE, type Json, objectOf, shown, textOf } from "../agent/stream.ts";
import type { WorkerEvent } from "../driver.ts";
import { readSpokenFailure } from "./failure.ts";
import { answerPermission, readFile, writeFile } from "./requests.ts";
import { openSession, type Session } from "./session.ts";
import { readTurnSpent } from "./sessions/spent.ts";
import type { Talk } from "./talk.ts";
import { readUpdates, type UpdateReader } from "./updates.ts";
import { busiestModel } from "./usage.ts";

/** Qwen Code (0.15.10) leaves without waiting for its own last words to be written down: the next run would not know them. */
const QWEN_WRITES_MS = 1_000;

/** Holds the turn and answers how it ended. Rejects with what the agent said, or why it could not be heard. */
export async function converse(talk: Talk): Promise<WorkerEvent> {
  const { start, transport } = talk;
  const updates = readUpdates((path) => namePath(talk.places.workspace, path));
  let heardAt = performance.now();
  let opened: Session | null = null;
  const emit = (events: readonly WorkerEvent[]): void => {
    for (const event of events) start.onEvent(event);
  };
  transport.tellTo((method, told) => {
    heardAt = performance.now();
    const params = objectOf(told);
    if (method !== "session/update") emit([shown(`${method} ${JSON.stringify(told)}`)]);
    // Helpers that it started have sessions of their own.
    else if (opened === null || params.sessionId === opened.event.id) emit(updates.read(objectOf(params.update)));
  });
  const app = client({ name: "git-mission" })
    .onRequest("session/request_permission", objectOf, ({ params }) => answerPermission(talk, updates, params))
    .onRequest("fs/read_text_file", objectOf, ({ params }) => readFile(talk, params))
    .onRequest("fs/write_text_file", objectOf, ({ params }) => writeFile(talk, params));
  const turn = app.connectWith(transport.stream, async (agent) => {
    const session = await openSession(agent, talk, () => heardAt);
    const { id: sessionId } = session.event;
    opened = session;
    emit([session.event]);
    updates.begin(session.before?.usd ?? 0);
    talk.cancelled.addEventListener("abort", () => {
      agent.notify("session/cancel", { sessionId }).catch(() => {});
    });
    const prompt = [{ type: "text", text: readOpening(talk.start, sessionId === talk.start.order.session) }];
    const answer = objectOf(await agent.request<unknown>("session/prompt", { sessionId, prompt }));
    emit([...updates.flush(), ...modelOf(session, answer), ...(await summaryOf(talk, { session, answer, updates }))]);
    if (answer.stopReason === "cancelled" && !updates.hasAnswered()) emit([FREE]);
    if (session.name === "qwen-code") await pause(QWEN_WRITES_MS);
    return endOf(session, answer, updates.lastMessage());
  });
  return turn.catch(async (error) => {
    emit(updates.flush());
    // Where no model answered, nothing was spent.
    if (opened === null || !updates.hasAnswered()) emit([FREE]);
    else emit(await summaryOf(talk, { session: opened, answer: null, updates }));
    throw error;
  });
}

function modelOf({ event }: Session, answer: Json): readonly WorkerEvent[] {
  const model = busiestModel(answer);
  return model === null || model === event.model ? [] : [{ ...event, model }];
}

interface Over {
  session: Session;
  answer: Json | null;
  updates: UpdateReader;
}

/** What is known only at the end. */
async function summaryOf(talk: Talk, { session, answer, updates }: Over): Promise<readonly WorkerEvent[]> {
  const { tokens, usd } = await readTurnSpent(talk, session, answer);
  return [
    ...(tokens === null ? [] : [updates.countUp(tokens)]),
    ...(usd === null ? [] : [{ kind: "cost" as const, usd, source: "reported" as const }]),
  ];
}

function endOf({ name }: Session, answer: Json, last: string): WorkerEvent {
  const reason = textOf(answer.stopReason);
  if (reason === "end_turn") return readSpokenFailure(name, last) ?? { kind: "done", text: last };
  const words = reason === "" ? "it does not say why" : reason.replaceAll("_", " ");
  return { kind: "error", code: "other", text: `it stopped before its turn was over: ${words}`, until: null };
}
