/** A conversation of Codex while it goes on: what is noted beside its stream, as events of the run. */

import type { Tokens } from "../../prices.ts";
import { makeTokenMeter } from "../agent/token-meter.ts";
import type { WorkerEvent } from "../driver.ts";
import type { CodexSession } from "./session.ts";

export interface ThreadDoors {
  /** Tokens of a thread before this process took it up again. */
  before: Tokens;
  /** What is known of a thread beside its stream. */
  lookUp(thread: string): CodexSession;
}

export interface Thread {
  begin(id: string): readonly WorkerEvent[];
  /** What has been noted since: first its name alone is known. */
  news(): readonly WorkerEvent[];
  /** Of the thread so far. */
  spent(sum: Tokens): readonly WorkerEvent[];
}

export function watchThread({ before, lookUp }: ThreadDoors): Thread {
  const meter = makeTokenMeter(before);
  let id = "";
  let told = "";

  function begin(thread: string): readonly WorkerEvent[] {
    id = thread;
    return news();
  }

  function news(): readonly WorkerEvent[] {
    if (id === "") return [];
    const { version, model, tokens } = lookUp(id);
    const program = version === null ? "codex" : `codex ${version}`;
    const isSame = `${program} ${model}` === told;
    told = `${program} ${model}`;
    return [
      ...(isSame ? [] : [{ kind: "session" as const, id, program, model }]),
      ...(tokens === null ? [] : spent(tokens)),
    ];
  }

  function spent(sum: Tokens): readonly WorkerEvent[] {
    const more = meter.read(sum);
    // Told, nothing would be taken for an answer of the model.
    return more.input + more.output + more.cached > 0 ? [more] : [];
  }

  return { begin, news, spent };
}
