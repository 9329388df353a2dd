/** Conflict markers as git writes them. Texts are taken byte by byte (latin1), so that what is kept is exactly what was there. */

export interface Hunk {
  /** The person's side. */
  mine: readonly string[];
  theirs: readonly string[];
  /** The line in front of it that both have. */
  context: string | null;
}

type Part = { kind: "both"; line: string } | { kind: "hunk"; hunk: Hunk };

/** The places in a merged text where two sides stand beside each other. */
export function readHunks(text: string): readonly Hunk[] {
  return readParts(text).flatMap((part) => (part.kind === "hunk" ? [part.hunk] : []));
}

/** The text with the person's side of each hunk, where `givesWay` says so of all of them; null where one does not. */
export function takeMine(text: string, givesWay: (hunk: Hunk) => boolean): string | null {
  const parts = readParts(text);
  if (parts.some((part) => part.kind === "hunk" && !givesWay(part.hunk))) return null;
  return parts.flatMap((part) => (part.kind === "both" ? [part.line] : part.hunk.mine)).join("\n");
}

/** Whether some lines stand one below the other in a text. */
export function hasLines(text: string, wanted: readonly string[]): boolean {
  return wanted.length > 0 && findLines(text.split("\n"), wanted, 0) >= 0;
}

/**
 * The line of the person's file at which each hunk begins, counted from 1. The merge result has clean changes of the other
 * side in it, so lines can't be counted there: the hunk's own lines are looked for, or where it has none the line before.
 */
export function locateHunks(hunks: readonly Hunk[], text: string): readonly number[] {
  const lines = text.split("\n");
  let from = 0;
  return hunks.map(({ mine, context }) => {
    const isEmpty = mine.length === 0;
    const at = findLines(lines, isEmpty ? (context === null ? [] : [context]) : mine, from);
    const start = Math.max(at, from) + (isEmpty ? 1 : 0);
    from = isEmpty ? start : start + mine.length;
    return Math.min(start + 1, lines.length);
  });
}

function readParts(text: string): readonly Part[] {
  const parts: Part[] = [];
  let mine: string[] = [];
  let theirs: string[] = [];
  let side: "both" | "mine" | "theirs" = "both";
  let context: string | null = null;
  for (const line of text.split("\n")) {
    if (side === "both" && line.startsWith("<<<<<<< ")) {
      side = "mine";
      [mine, theirs] = [[], []];
    } else if (side === "mine" && /^={7}\r?$/.test(line)) side = "theirs";
    else if (side === "theirs" && line.startsWith(">>>>>>> ")) {
      side = "both";
      parts.push({ kind: "hunk", hunk: { mine, theirs, context } });
    } else if (side === "both") {
      context = line;
      parts.push({ kind: "both", line });
    } else (side === "mine" ? mine : theirs).push(line);
  }
  return parts;
}

function findLines(lines: readonly string[], wanted: readonly string[], from: number): number {
  for (let at = from; at + wanted.length <= lines.length; at += 1) {
    if (wanted.every((line, offset) => lines[at + offset] === line)) return at;
  }
  return -1;
}
