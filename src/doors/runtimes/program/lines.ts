/** Bytes to lines in bounded memory: what is longer than the cap is dropped up to the next line break. */

const LINE_BREAK = 0x0a;

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands over a last line without a line break. */
  end(): void;
}

/** `onLine` gets the text without its line break; `dropped` is the number of bytes that the cap left out. */
export function splitLines(maxBytes: number, onLine: (text: string, dropped: number) => void): LineSplitter {
  let parts: Buffer[] = [];
  let kept = 0;
  let dropped = 0;

  function keep(bytes: Buffer): void {
    const room = Math.min(bytes.length, maxBytes - kept);
    // A copy: a slice would keep the whole chunk that it lies in.
    if (room > 0) parts.push(Buffer.from(bytes.subarray(0, room)));
    kept += room;
    dropped += bytes.length - room;
  }

  function flush(): void {
    const text = Buffer.concat(parts).toString("utf8");
    const cut = dropped;
    parts = [];
    kept = 0;
    dropped = 0;
    onLine(text.endsWith("\r") ? text.slice(0, -1) : text, cut);
  }

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(LINE_BREAK); at >= 0; at = chunk.indexOf(LINE_BREAK, from)) {
        keep(chunk.subarray(from, at));
        flush();
        from = at + 1;
      }
      keep(chunk.subarray(from));
    },
    end() {
      if (kept + dropped > 0) flush();
    },
  };
}
