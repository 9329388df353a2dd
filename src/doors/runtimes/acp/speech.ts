/** What an agent says and thinks, bit by bit: shown in whole lines, and its last message kept whole. */

import { said } from "../agent/stream.ts";
import type { WorkerEvent } from "../driver.ts";

/** Without a line break; what is longer is shown in parts. */
const LONGEST_LINE = 16 * 1024;
/** Signals stand at the end of a message. */
const LONGEST_MESSAGE = 256 * 1024;

export interface Speech {
  /** `id` of the message, where the agent numbers them. */
  say(text: string, id: string): readonly WorkerEvent[];
  think(text: string): readonly WorkerEvent[];
  /** What is said next is another message. */
  endMessage(): void;
  /** The rest of a line. */
  flush(): readonly WorkerEvent[];
  lastMessage(): string;
}

export function makeSpeech(): Speech {
  let line = { text: "", isThought: false };
  let message = { id: "", text: "", isOver: false };

  function speak(text: string, isThought: boolean): readonly WorkerEvent[] {
    const before = line.isThought === isThought ? [] : flush();
    const all = line.text + text;
    const end = all.length > LONGEST_LINE ? all.length : all.lastIndexOf("\n");
    line = { text: end < 0 ? all : all.slice(end + 1), isThought };
    return end < 0 ? before : [...before, said(all.slice(0, end))];
  }

  function flush(): readonly WorkerEvent[] {
    const { text } = line;
    line = { ...line, text: "" };
    return text === "" ? [] : [said(text)];
  }

  return {
    say(text, id) {
      if (text === "") return [];
      const isNext = message.isOver || id !== message.id;
      const before = isNext ? flush() : [];
      message = { id, text: (isNext ? text : message.text + text).slice(-LONGEST_MESSAGE), isOver: false };
      return [...before, ...speak(text, false)];
    },
    think: (text) => speak(text, true),
    endMessage() {
      message = { ...message, isOver: true };
    },
    flush,
    lastMessage: () => message.text,
  };
}
