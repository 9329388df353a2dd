/**
 * What lies in a folder and in no tree that was saved of it, whatever hides it from git: rules of a worker's own, a
 * repository inside, a file that can't be read. Only what the rules of the base ignore is passed over. The folder is walked,
 * not asked about: git runs on a copy of the base's rules alone.
 */

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Unsaved, UnsavedOptions } from "../../git.ts";
import type { ObjectReader } from "../objects/reader.ts";
import type { GitRunner } from "../process/spawn.ts";
import { writeExcludes } from "./snapshot.ts";

interface UnsavedTools {
  runner: GitRunner;
  reader: ObjectReader;
  /** `core.excludesFile` of the person. */
  readExcludesFile(): Promise<string | null>;
}

const RULES = ".gitignore";

export async function listUnsaved(tools: UnsavedTools, folder: string, options: UnsavedOptions): Promise<Unsaved> {
  const scratch = mkdtempSync(join(tmpdir(), "git-mission-rules-"));
  try {
    const rules = join(scratch, "rules");
    mkdirSync(rules);
    await copyRules(tools, options.base, rules);
    const indexFile = join(scratch, "index");
    const excludes = await writeExcludes(tools, { indexFile, excludeFile: options.excludeFile });
    const saved = new Set((await listTree(tools.runner, options.saved)).map(({ path }) => path));
    const passOver = (paths: readonly string[]) => findIgnored(tools.runner, paths, { rules, indexFile, excludes });
    return await walk(folder, { saved, most: options.most, passOver });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Walk {
  saved: ReadonlySet<string>;
  most: number;
  passOver(paths: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Level by level, so that git is asked once a level and what is ignored is never entered. Folders end with a slash. */
async function walk(folder: string, { saved, most, passOver }: Walk): Promise<Unsaved> {
  const files: string[] = [];
  const repositories: string[] = [];
  let left = most;
  for (let level = [""]; level.length > 0; ) {
    const unsaved: string[] = [];
    for (const path of level) {
      const entries = readdirSync(join(folder, path), { withFileTypes: true });
      for (const entry of entries) {
        if (entry.name === ".git" && path !== "") repositories.push(path.slice(0, -1));
        else if (entry.name === ".git") continue;
        else if (entry.isDirectory()) unsaved.push(`${path}${entry.name}/`);
        else if ((entry.isFile() || entry.isSymbolicLink()) && !saved.has(path + entry.name))
          unsaved.push(path + entry.name);
      }
      if (unsaved.length > left) return { files, repositories, isWhole: false };
    }
    left -= unsaved.length;
    const ignored = await passOver(unsaved);
    const found = unsaved.filter((path) => !ignored.has(path));
    files.push(...found.filter((path) => !path.endsWith("/")));
    level = found.filter((path) => path.endsWith("/"));
  }
  return { files, repositories, isWhole: true };
}

async function listTree(runner: GitRunner, tree: string): Promise<{ mode: string; oid: string; path: string }[]> {
  const { stdout } = await runner.demand(["ls-tree", "-r", "-z", "--full-tree", tree]);
  const lines = stdout.toString("utf8").split("\0").filter(Boolean);
  return lines.map((line) => {
    const [mode = "", , oid = ""] = line.slice(0, line.indexOf("\t")).split(" ");
    return { mode, oid, path: line.slice(line.indexOf("\t") + 1) };
  });
}

/** A link that is called so is no rule to git either. */
async function copyRules({ runner, reader }: UnsavedTools, base: string, into: string): Promise<void> {
  for (const { mode, oid, path } of await listTree(runner, base)) {
    if (!mode.startsWith("100") || !(path === RULES || path.endsWith(`/${RULES}`))) continue;
    const blob = await reader.read(oid);
    if (blob === null) throw new Error(`${path} of ${base} is missing`);
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), blob.bytes);
  }
}

/** The index is one that does not exist: what is tracked has no say. */
async function findIgnored(
  runner: GitRunner,
  paths: readonly string[],
  { rules, indexFile, excludes }: { rules: string; indexFile: string; excludes: string },
): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const { stdout } = await runner.demand(
    [`--work-tree=${rules}`, "check-ignore", "--no-index", "-z", "--stdin"],
    {
      // With the dot a name is a path, whatever it begins with.
      input: paths.map((path) => `./${path}`).join("\0"),
      env: { GIT_INDEX_FILE: indexFile, GIT_LITERAL_PATHSPECS: "0" },
      settings: [`core.excludesFile=${excludes}`],
    },
    [0, 1],
  );
  return new Set(
    stdout
      .toString("utf8")
      .split("\0")
      .filter(Boolean)
      .map((path) => path.slice(2)),
  );
}
