/** The person's own checkout through git: reading what a commit would take, and moving single index entries. */

import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitRunner } from "../doors/git/process/spawn.ts";
import type { Checkout, SaveNote, Staged } from "../repo/person.ts";
import type { FileChanges, FileVersion } from "../repo/save-merge.ts";

/** Opens the checkout at `folder`. `noteFile` is where it remembers what was saved from here. */
export function openCheckout(runner: GitRunner, folder: string, noteFile: string): Checkout {
  const git = (
    args: readonly string[],
    options: { input?: string; env?: Record<string, string> } = {},
    accepted = [0],
  ) => runner.demand(args, { ...options, worktree: folder }, accepted);
  const text = async (args: readonly string[], accepted = [0]) =>
    (await git(args, {}, accepted)).stdout.toString("utf8").trim() || null;

  return {
    folder,
    async readHead() {
      const ref = await text(["symbolic-ref", "--quiet", "HEAD"], [0, 1]);
      return { ref, commit: await text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], [0, 1]) };
    },
    async listChanged(folders) {
      const args = [
        "status",
        "--porcelain=v2",
        "-z",
        "--untracked-files=all",
        "--no-renames",
        "--ignore-submodules=all",
      ];
      const output = await git([...args, "--", ...folders]);
      return parseStatus(output.stdout.toString("utf8"));
    },
    readFiles: (paths) => readFiles(git, paths),
    stage: (files) => stage(runner, folder, files),
    async writeStaged(paths) {
      const entries = parseEntries((await git(["ls-files", "-s", "-z", "--", ...paths])).stdout.toString("utf8"));
      const there = paths.filter((path) => entries.has(path));
      if (there.length > 0) await git(["checkout-index", "-f", "-z", "--stdin"], { input: joinZ(there) });
      for (const path of paths) if (!entries.has(path)) rmSync(join(folder, path), { force: true });
    },
    async readNote() {
      return readNote(noteFile);
    },
    async writeNote(note) {
      writeFileSync(`${noteFile}.new`, JSON.stringify({ head: note.head, files: [...note.files] }));
      renameSync(`${noteFile}.new`, noteFile);
    },
  };
}

type RunHere = (
  args: readonly string[],
  options?: { input?: string; env?: Record<string, string> },
) => Promise<{ stdout: Buffer }>;

/** By a copy of the index: what the person has staged stays as it is, and unchanged files need not be read. */
async function readFiles(git: RunHere, paths: readonly string[]): Promise<FileChanges> {
  if (paths.length === 0) return new Map();
  const folder = mkdtempSync(join(tmpdir(), "mission-index-"));
  try {
    const env = { GIT_INDEX_FILE: join(folder, "index") };
    const own = (await git(["rev-parse", "--path-format=absolute", "--git-path", "index"])).stdout
      .toString("utf8")
      .trim();
    if (existsSync(own)) copyFileSync(own, env.GIT_INDEX_FILE);
    await git(["update-index", "--add", "--remove", "-z", "--stdin"], { input: joinZ(paths), env });
    const listed = await git(["ls-files", "-s", "-z", "--", ...paths], { env });
    const entries = parseEntries(listed.stdout.toString("utf8"));
    return new Map(paths.map((path) => [path, entries.get(path) ?? null]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function stage(runner: GitRunner, folder: string, files: FileChanges): Promise<Staged> {
  const listed = await runner.demand(["ls-files", "-s", "-z", "--", ...files.keys()], { worktree: folder });
  const before = listed.stdout.toString("utf8");
  const removed = removeAll(files, await readZero(runner, folder));
  const put = async (input: string) => {
    const output = await runner.run(["update-index", "-z", "--index-info"], { worktree: folder, input });
    // Only the times of the files are noted here, so that plumbing sees them as unchanged; other files may be changed.
    if (output.exitCode === 0) await runner.run(["update-index", "-q", "--refresh"], { worktree: folder });
    return output;
  };
  const output = await put(removed + printEntries(files));
  if (output.exitCode !== 0) return { kind: "refused", reason: firstLine(output.stderr) };
  return {
    kind: "done",
    undo: async () => {
      await put(removed + before);
    },
  };
}

/** Takes every stage of the paths out first: an entry of the index replaces only its own stage. */
function removeAll(files: FileChanges, zero: string): string {
  return [...files.keys()].map((path) => `0 ${zero}\t${path}\0`).join("");
}

/** The id that stands for nothing, as long as ids are in this repository. */
async function readZero(runner: GitRunner, folder: string): Promise<string> {
  const format = await runner.demand(["rev-parse", "--show-object-format"], { worktree: folder });
  return "0".repeat(format.stdout.toString("utf8").trim() === "sha256" ? 64 : 40);
}

function printEntries(files: FileChanges): string {
  return [...files].map(([path, file]) => (file === null ? "" : `${file.mode} ${file.oid} 0\t${path}\0`)).join("");
}

function parseEntries(text: string): Map<string, FileVersion> {
  const entries = new Map<string, FileVersion>();
  for (const line of text.split("\0")) {
    const [, mode, oid, path] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (mode && oid && path) entries.set(path, { mode, oid });
  }
  return entries;
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

function joinZ(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join("");
}

function firstLine(words: string): string {
  return (
    words
      .replace(/^(?:fatal|error): /, "")
      .trim()
      .split("\n", 1)[0] ?? ""
  );
}
