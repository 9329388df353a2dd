/** How an agent is spoken to first: in a conversation that goes on, or in a new one. */

import { existsSync, readFileSync } from "node:fs";
import type { WorkerStart } from "../driver.ts";

/** The order's conversation, if it can be taken up here; null where a new one begins. */
export function takeUp(
  { order: { session }, onEvent }: Pick<WorkerStart, "order" | "onEvent">,
  isHere: (session: string) => boolean,
): string | null {
  if (session === null || isHere(session)) return session;
  const text = `the conversation ${session} is not on this machine any more: a new one begins`;
  onEvent({ kind: "text", text, dropped: 0, mayBeSignal: false });
  return null;
}

/** What is new for a conversation that goes on, else everything. */
export function readOpening(
  { promptFile, resumeFile }: Pick<WorkerStart, "promptFile" | "resumeFile">,
  goesOn: boolean,
): string {
  return readFileSync(goesOn && resumeFile !== undefined && existsSync(resumeFile) ? resumeFile : promptFile, "utf8");
}
