/** Many small histories to merge, written into real git by one process and into the in-memory one by its door. */

import { execFileSync } from "node:child_process";
import type { Git } from "../../../../src/doors/git.ts";
import type { Chance } from "./chance.ts";
import { changeText, makeText } from "./texts.ts";

type Files = ReadonlyMap<string, { mode: string; text: string }>;

const PATHS = ["a.txt", "src/b.ts", "src/deep/c.ts", "d.md"];
const LATER = ["e.txt", "src/f.ts", "d.md/inside", "src/deep"];
const COMMITTER = { name: "Ada", email: "ada@example.com" };

/** A text of few different lines, in which the same blocks come again and again. */
function makeRepetitive(chance: Chance): string {
  return Array.from({ length: 3 + chance.number(14) }, () => `${chance.pick(["a", "b", "c", "}", ""])}\n`).join("");
}

function changeRepetitive(chance: Chance, text: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  for (let left = 1 + chance.number(3); left > 0; left -= 1) {
    const count = chance.number(3);
    lines.splice(
      chance.number(lines.length + 1),
      chance.number(3),
      ...makeRepetitive(chance)
        .split(/(?<=\n)/)
        .slice(0, count),
    );
  }
  return lines.join("");
}

function startFiles(chance: Chance): Files {
  const make = chance.once(2) ? makeRepetitive : makeText;
  return new Map(PATHS.map((path) => [path, { mode: "100644", text: make(chance) }]));
}

function changeFiles(chance: Chance, files: Files): Files {
  const changed = new Map(files);
  for (const [path, file] of files) {
    const kind = chance.number(10);
    if (kind < 5) continue;
    if (kind === 5 && chance.once(3)) changed.delete(path);
    else if (kind === 6 && chance.once(2))
      changed.set(path, { ...file, mode: file.mode === "100644" ? "100755" : "100644" });
    else
      changed.set(path, {
        ...file,
        text: chance.once(3) ? changeText(chance, file.text) : changeRepetitive(chance, file.text),
      });
  }
  if (chance.once(4)) {
    const path = chance.pick(LATER);
    for (const other of changed.keys())
      if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) changed.delete(other);
    changed.set(path, { mode: "100644", text: makeText(chance) });
  }
  return changed;
}

/** Both sides in one: for each path the version of one of them. */
function mix(chance: Chance, ours: Files, theirs: Files): Files {
  const mixed = new Map(ours);
  for (const [path, file] of theirs) {
    const clashes = [...mixed.keys()].some((other) => other.startsWith(`${path}/`) || path.startsWith(`${other}/`));
    if (!clashes && chance.once(2)) mixed.set(path, file);
  }
  return mixed;
}

interface Written {
  oid: string;
  /** Its number in the notes for real git. */
  mark: number;
  files: Files;
}

/** Writes histories in memory, notes them for real git, and answers the pairs to merge. */
export async function writeCases(
  memory: Git,
  chance: Chance,
  count: number,
): Promise<{ pairs: [string, string][]; stream: string }> {
  const pairs: [string, string][] = [];
  const parts: string[] = [];
  let seconds = 1_700_000_000;
  const commit = async (files: Files, parents: readonly Written[]): Promise<Written> => {
    if (!chance.once(3)) seconds += 1;
    const changes = new Map<string, { mode: string; oid: string }>();
    for (const [path, { mode, text }] of files)
      changes.set(path, { mode, oid: await memory.writeBlob(Buffer.from(text)) });
    const oids = parents.map(({ oid }) => oid);
    const message = `${parts.length}\n`;
    const people = { author: COMMITTER, committer: COMMITTER, at: seconds * 1000 };
    const tree = await memory.writeFiles(await memory.writeTree([]), changes);
    const oid = await memory.writeCommit({ tree, parents: oids, message, ...people });
    parts.push(
      printCommit({ files, parents: parents.map(({ mark }) => mark), message, seconds, mark: parts.length + 1 }),
    );
    return { oid, mark: parts.length, files };
  };
  for (let left = count; left > 0; left -= 1) {
    const base = await commit(startFiles(chance), []);
    let [ours, theirs] = [
      await commit(changeFiles(chance, base.files), [base]),
      await commit(changeFiles(chance, base.files), [base]),
    ];
    // Each side takes in the other: then there are two merge bases.
    for (let crossings = chance.once(4) ? 1 + chance.number(2) : 0; crossings > 0; crossings -= 1) {
      const mine = await commit(mix(chance, ours.files, theirs.files), [ours, theirs]);
      const other = await commit(mix(chance, theirs.files, ours.files), [theirs, ours]);
      ours = await commit(changeFiles(chance, mine.files), [mine]);
      theirs = await commit(changeFiles(chance, other.files), [other]);
    }
    pairs.push([ours.oid, theirs.oid]);
  }
  return { pairs, stream: parts.join("") };
}

function printCommit(commit: {
  files: Files;
  parents: readonly number[];
  message: string;
  seconds: number;
  mark: number;
}): string {
  const [first, ...others] = commit.parents;
  const lines = [
    "commit refs/heads/cases",
    `mark :${commit.mark}`,
    `committer ${COMMITTER.name} <${COMMITTER.email}> ${commit.seconds} +0000`,
    printData(commit.message),
    ...(first === undefined ? [] : [`from :${first}`]),
    ...others.map((parent) => `merge :${parent}`),
    "deleteall",
    ...[...commit.files].map(([path, { mode, text }]) => `M ${mode} inline ${path}\n${printData(text)}`),
  ];
  const start = first === undefined ? "reset refs/heads/cases\n" : "";
  return `${start}${lines.join("\n")}\n\n`;
}

function printData(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** Gives the histories to the real repository of a folder. */
export function importCases(folder: string, stream: string): void {
  const args = ["-C", folder, "fast-import", "--quiet", "--force"];
  execFileSync("git", args, { input: stream, stdio: ["pipe", "ignore", "inherit"] });
}
