/**
 * Which lines differ between two texts, by the histogram method: of all common blocks the one whose lines are rarest (then
 * the longest) is taken as unchanged, and what lies before and behind it is looked at in the same way. A block of changed
 * lines that could as well lie elsewhere is moved down as far as it goes, or to where the other text changed too: git does
 * so, and whether two changes touch depends on it.
 */

/** Lines `at` to `at + count` of the first text became `otherAt` to `otherAt + otherCount` of the second. */
export interface LineChange {
  at: number;
  count: number;
  otherAt: number;
  otherCount: number;
}

/** A line that is there more often is no sign of what belongs together. */
const MOST_OCCURRENCES = 64;

/** The lines of a text, each with its line end. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end + 1;
    lines.push(text.slice(at, next));
    at = next;
  }
  return lines;
}

/** The changes from one list of lines to another, in order. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly LineChange[] {
  const left = { lines: before, changed: new Uint8Array(before.length) };
  const right = { lines: after, changed: new Uint8Array(after.length) };
  match(left, right, { at: 0, end: before.length, otherAt: 0, otherEnd: after.length });
  slide(left, right);
  slide(right, left);
  return collect(left.changed, right.changed);
}

interface Side {
  lines: readonly string[];
  changed: Uint8Array;
}

interface Region {
  at: number;
  end: number;
  otherAt: number;
  otherEnd: number;
}

function match(left: Side, right: Side, region: Region): void {
  let rest = region;
  for (;;) {
    const block = rest.at < rest.end && rest.otherAt < rest.otherEnd ? findBlock(left, right, rest) : null;
    if (block === null) {
      left.changed.fill(1, rest.at, rest.end);
      right.changed.fill(1, rest.otherAt, rest.otherEnd);
      return;
    }
    match(left, right, { ...rest, end: block.at, otherEnd: block.otherAt });
    rest = { ...rest, at: block.end, otherAt: block.otherEnd };
  }
}

/** The common block with the rarest line, null when there is none. */
function findBlock(left: Side, right: Side, region: Region): Region | null {
  const places = new Map<string, number[]>();
  for (let at = region.at; at < region.end; at += 1) {
    const known = places.get(left.lines[at] as string);
    if (known === undefined) places.set(left.lines[at] as string, [at]);
    else known.push(at);
  }
  let best: Region | null = null;
  let rarest = MOST_OCCURRENCES + 1;
  let hasCommon = false;
  for (let otherAt = region.otherAt; otherAt < region.otherEnd; ) {
    let next = otherAt + 1;
    const starts = places.get(right.lines[otherAt] as string) ?? [];
    hasCommon ||= starts.length > 0;
    let reached = -1;
    for (const start of starts.length <= rarest ? starts : []) {
      if (start < reached) continue;
      const { block, occurrences } = growBlock({ left, right, region, places }, start, otherAt);
      reached = block.end;
      next = Math.max(next, block.otherEnd);
      const isLonger = best === null || best.end - best.at < block.end - block.at;
      if (isLonger || occurrences < rarest) [best, rarest] = [block, occurrences];
    }
    otherAt = next;
  }
  if (best === null && hasCommon) throw new Error("a line is repeated more often than this comparison allows");
  return best;
}

function growBlock(
  { left, right, region, places }: { left: Side; right: Side; region: Region; places: Map<string, number[]> },
  start: number,
  otherStart: number,
): { block: Region; occurrences: number } {
  const countOf = (at: number): number => places.get(left.lines[at] as string)?.length ?? 0;
  let occurrences = countOf(start);
  let [at, otherAt] = [start, otherStart];
  while (at > region.at && otherAt > region.otherAt && left.lines[at - 1] === right.lines[otherAt - 1]) {
    at -= 1;
    otherAt -= 1;
    occurrences = Math.min(occurrences, countOf(at));
  }
  let [end, otherEnd] = [start + 1, otherStart + 1];
  while (end < region.end && otherEnd < region.otherEnd && left.lines[end] === right.lines[otherEnd]) {
    occurrences = Math.min(occurrences, countOf(end));
    end += 1;
    otherEnd += 1;
  }
  return { block: { at, end, otherAt, otherEnd }, occurrences };
}

/** A run of changed lines, maybe empty, between two unchanged ones. The n-th of one text faces the n-th of the other. */
class Group {
  readonly #side: Side;
  start = 0;
  end = 0;

  constructor(side: Side) {
    this.#side = side;
    while (this.#isChanged(this.end)) this.end += 1;
  }

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  next(): boolean {
    if (this.end >= this.#side.lines.length) return false;
    this.start = this.end + 1;
    this.end = this.start;
    while (this.#isChanged(this.end)) this.end += 1;
    return true;
  }

  previous(): void {
    this.end = this.start - 1;
    this.start = this.end;
    while (this.#isChanged(this.start - 1)) this.start -= 1;
  }

  /** Moves the group one line up, where the lines allow it; it takes in a group that it comes to touch. */
  moveUp(): boolean {
    const { lines, changed } = this.#side;
    if (this.start === 0 || lines[this.start - 1] !== lines[this.end - 1]) return false;
    this.start -= 1;
    this.end -= 1;
    changed[this.start] = 1;
    changed[this.end] = 0;
    while (this.#isChanged(this.start - 1)) this.start -= 1;
    return true;
  }

  moveDown(): boolean {
    const { lines, changed } = this.#side;
    if (this.end >= lines.length || lines[this.start] !== lines[this.end]) return false;
    changed[this.start] = 0;
    changed[this.end] = 1;
    this.start += 1;
    this.end += 1;
    while (this.#isChanged(this.end)) this.end += 1;
    return true;
  }

  #isChanged(at: number): boolean {
    return this.#side.changed[at] === 1;
  }
}

function slide(side: Side, facing: Side): void {
  const group = new Group(side);
  const other = new Group(facing);
  do {
    if (!group.isEmpty) slideGroup(group, other);
  } while (group.next() && other.next());
}

function slideGroup(group: Group, other: Group): void {
  let [size, highest] = [0, 0];
  let meets = false;
  do {
    size = group.end - group.start;
    while (group.moveUp()) other.previous();
    highest = group.end;
    meets = !other.isEmpty;
    while (group.moveDown()) {
      other.next();
      meets ||= !other.isEmpty;
    }
  } while (size !== group.end - group.start);
  if (group.end === highest || !meets) return;
  while (other.isEmpty) {
    group.moveUp();
    other.previous();
  }
}

function collect(before: Uint8Array, after: Uint8Array): readonly LineChange[] {
  const changes: LineChange[] = [];
  let [at, otherAt] = [0, 0];
  while (at < before.length || otherAt < after.length) {
    const change = { at, count: 0, otherAt, otherCount: 0 };
    while (before[at] === 1) at += 1;
    while (after[otherAt] === 1) otherAt += 1;
    change.count = at - change.at;
    change.otherCount = otherAt - change.otherAt;
    if (change.count + change.otherCount > 0) changes.push(change);
    at += 1;
    otherAt += 1;
  }
  return changes;
}
