/**
 * Persons and the program write unique lines at once, from changing places; saves come in between. Whatever happens, a line
 * that was typed is afterwards where it was saved to or still in the person's file, and no line of another is gone.
 */
import { expect, test } from "vitest";
import { saveEdits } from "../../src/repo/save.ts";
import type { SaveResult } from "../../src/repo/save-result.ts";
import {
  AUTH,
  beginLedger,
  FILES,
  makeCloned,
  makeRepository,
  openWorld,
  type Repository,
  SCHEMA,
} from "./save-world.ts";

const HOME = "mission/crm/home";
const PATHS = [SCHEMA, AUTH, "missions/config.md"];
const STEPS = 24;
/** Long enough that edits often meet and often do not. */
const TEXT = `---\ntitle: Long\nstatus: todo\nsize: M\n---\n${Array.from({ length: 12 }, (_, index) => `line ${index}`).join("\n")}\n`;

test.each([1, 2, 3, 4])("nothing is lost with local refs (seed %i)", async (seed) => {
  const repository = makeRepository(longFiles());
  beginLedger(repository, "crm");
  await play(seed, { here: repository, there: repository, options: {}, dropped: new Set() });
});

test.each([11, 12, 13, 14])("nothing is lost with a remote (seed %i)", async (seed) => {
  const { repository, remote } = makeCloned(longFiles());
  beginLedger(repository, "crm");
  repository.git("push", "-q", "origin", HOME, "refs/mission/ledger/crm");
  await play(seed, { here: repository, there: remote, options: { remote: "origin" }, dropped: new Set() });
});

interface Stage {
  here: Repository;
  /** Where the branches are decided on. */
  there: Repository;
  options: { remote?: string };
  /** Lines that the person threw away in their copy. */
  dropped: Set<string>;
}

async function play(seed: number, stage: Stage): Promise<void> {
  const { here, there, options } = stage;
  const dice = makeDice(seed);
  const saves: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const word = `${seed}-${step}`;
    switch (dice.pick(["type", "type", "type", "program", "move", "drop", "save", "save"])) {
      case "type":
        insertLine(here, dice.pick(PATHS), `person ${word}`, dice);
        break;
      case "program":
        writeElsewhere(stage, dice.pick(["main", HOME]), `program ${word}`, dice);
        break;
      case "move":
        here.tryGit(
          ...dice.pick([
            ["switch", "-q", "main"],
            ["switch", "-q", HOME],
            ["switch", "-q", "-C", "work"],
            ["switch", "-q", "--detach"],
          ]),
        );
        break;
      case "drop":
        dropFile(stage, dice.pick(PATHS));
        break;
      case "save": {
        const before = look(stage);
        const result = await saveEdits(openWorld(here, options));
        saves.push(check(before, look(stage), result, stage));
      }
    }
  }
  expect(there.tryGit("fsck", "--strict").stderr).not.toMatch(/error|missing|broken/);
  // A play in which nothing ever came through would prove nothing.
  expect(saves).toContain("done");
}

type Look = Record<string, string>;

function look({ here, there }: Stage): Look {
  const seen: Look = {
    head: here.git("rev-parse", "--abbrev-ref", "HEAD"),
    index: here.git("diff", "--cached", "--name-only"),
  };
  for (const path of PATHS) {
    seen[`disk ${path}`] = here.read(path);
    for (const branch of ["main", HOME]) seen[`${branch} ${path}`] = there.show(`${branch}:${path}`);
  }
  return seen;
}

function check(before: Look, after: Look, result: SaveResult, stage: Stage): string {
  for (const path of PATHS) {
    for (const branch of ["main", HOME]) {
      const had = tokens(before[`${branch} ${path}`]).filter((line) => !isDropped(line, before[`disk ${path}`], stage));
      expect(tokens(after[`${branch} ${path}`]), `${branch} keeps what it had of ${path}`).toEqual(
        expect.arrayContaining(had),
      );
    }
    expect(tokens(after[`disk ${path}`]), `the person keeps ${path}`).toEqual(
      expect.arrayContaining(tokens(before[`disk ${path}`])),
    );
  }
  if (result.kind !== "done") {
    expect(after).toEqual(before);
    return result.kind;
  }
  const { here } = stage;
  for (const { branch, paths } of result.saved) {
    for (const path of paths) {
      expect(tokens(after[`${branch} ${path}`]), `${path} is on ${branch}`).toEqual(
        expect.arrayContaining(tokens(before[`disk ${path}`])),
      );
    }
    if (before.head !== branch) for (const path of paths) expect(after[`disk ${path}`]).toBe(before[`disk ${path}`]);
  }
  expect(result.refused.map(({ code }) => code).filter((code) => code !== "checkout-busy")).toEqual([]);
  expect(after.index).toBe("");
  expect(here.git("stash", "list")).toBe("");
  return result.saved.length > 0 ? "done" : "refused";
}

/** What a person threw away in their copy gives way where they type something else at the same place. */
function isDropped(line: string, disk: string | undefined, { dropped }: Stage): boolean {
  return dropped.has(line) && !tokens(disk).includes(line);
}

function tokens(text: string | undefined): string[] {
  return (text ?? "").split("\n").filter((line) => /^(?:person|program) /.test(line));
}

function insertLine(repository: Repository, path: string, line: string, dice: Dice): void {
  const lines = repository.read(path).split("\n");
  lines.splice(5 + dice.below(lines.length - 5), 0, line);
  repository.write(path, lines.join("\n"));
}

function dropFile({ here, dropped }: Stage, path: string): void {
  for (const line of tokens(here.read(path))) dropped.add(line);
  here.git("checkout", "-q", "--", path);
}

/** The program, or another person, lands something on a branch; only where no checkout of it is in the way. */
function writeElsewhere({ here, there }: Stage, branch: string, line: string, dice: Dice): void {
  if (here === there && here.git("rev-parse", "--abbrev-ref", "HEAD") === branch) return;
  const path = dice.pick(PATHS);
  const lines = there.show(`${branch}:${path}`).split("\n");
  lines.splice(5 + dice.below(lines.length - 5), 0, line);
  there.commitOn(branch, { [path]: lines.join("\n"), [`src/${line}`]: "landed\n" }, line);
}

interface Dice {
  below(limit: number): number;
  pick<T>(list: readonly T[]): T;
}

/** mulberry32: small, and the same everywhere. */
function makeDice(seed: number): Dice {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

function longFiles(): Record<string, string> {
  return {
    ...FILES,
    ...Object.fromEntries(
      PATHS.map((path) => [
        path,
        path.endsWith("config.md") ? TEXT.replace("title: Long\nstatus: todo\nsize: M", "parallel: 4") : TEXT,
      ]),
    ),
  };
}
