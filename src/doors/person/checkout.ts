/** The person's own checkout through git. */

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { GitRunner } from "../git/process/spawn.ts";
import type { Checkout, SaveNote } from "../person.ts";
import { readAsCommitted, stageVersions, writeVersions } from "./index-file.ts";

const STATUS = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"];

/** Opens the checkout at `folder`. `noteFile` is where it remembers what was saved from here. */
export function openCheckout(runner: GitRunner, folder: string, noteFile: string): Checkout {
  const place = { runner, folder };
  const text = async (args: readonly string[], accepted = [0]) =>
    (await runner.demand(args, { worktree: folder }, accepted)).stdout.toString("utf8");
  const line = async (args: readonly string[]) => (await text(args, [0, 1])).trim() || null;
  return {
    folder,
    async readHead() {
      const ref = await line(["symbolic-ref", "--quiet", "HEAD"]);
      return { ref, commit: await line(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]) };
    },
    listChanged: async (folders) => parseStatus(await text([...STATUS, "--", ...folders])),
    readFiles: (paths) => readAsCommitted(place, paths),
    writeFiles: (files) => writeVersions(place, files),
    stage: (files) => stageVersions(place, files),
    readNote: async () => readNote(noteFile),
    async writeNote(note) {
      writeFileSync(`${noteFile}.new`, JSON.stringify({ head: note.head, files: [...note.files] }));
      renameSync(`${noteFile}.new`, noteFile);
    },
  };
}

/** Paths of `git status --porcelain=v2 -z`: the ninth field of a changed entry, the eleventh of one in conflict. */
function parseStatus(text: string): string[] {
  return text.split("\0").flatMap((line) => {
    const fields = { "1": 8, u: 10, "?": 1 }[line[0] ?? ""];
    return fields === undefined ? [] : [line.split(" ").slice(fields).join(" ")];
  });
}

function readNote(file: string): SaveNote | null {
  try {
    const { head, files } = JSON.parse(readFileSync(file, "utf8"));
    return { head, files: new Map(files) };
  } catch {
    return null;
  }
}
