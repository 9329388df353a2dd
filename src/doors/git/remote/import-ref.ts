/**
 * Takes a worker's commits into this repository. The worker may have written anything into its `.git`, so no git runs on
 * it: a folder of our own borrows its objects, carries our settings and the one ref, and is what git fetches from, with
 * every object checked.
 */

import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitRunner } from "../process/spawn.ts";

const MAX_REF_BYTES = 4_096;
const MAX_PACKED_BYTES = 16 * 1024 * 1024;
const MAX_LINKS = 5;
const REF_NAME = /^refs\/(?!.*\.\.)(?!.*\/\/)[\w./@+=,-]+$/;

/** Speed-ups lie in files that the worker could have forged. */
const LENDER_CONFIG = `[core]
	repositoryformatversion = 0
	bare = true
	commitGraph = false
	multiPackIndex = false
[pack]
	useBitmaps = false
	threads = 1
[uploadpack]
	allowFilter = false
`;

/** Answers the imported commit; null when the repository at `path` has no such ref. */
export async function importRef(
  runner: GitRunner,
  options: { path: string; ref: string; into: string; oidLength: number; timeoutMs: number },
): Promise<string | null> {
  const { path, ref, into, oidLength, timeoutMs } = options;
  const source = findGitDir(path);
  const oid = source === null || isId(ref, oidLength) ? ref : resolveRef(source, ref, oidLength);
  if (source === null || oid === null) return null;
  const lender = mkdtempSync(join(tmpdir(), "git-mission-import-"));
  try {
    makeLender(lender, { objects: join(source, "objects"), oid, own: runner.gitDir, oidLength });
    const flags = [
      "--no-tags",
      "--no-write-fetch-head",
      "--no-auto-maintenance",
      "--no-write-commit-graph",
      "--no-prune",
    ];
    await runner.demand(
      ["fetch", "-q", ...flags, "--no-recurse-submodules", "--", lender, `+refs/heads/work:${into}`],
      {
        settings: ["fetch.fsckObjects=true", "transfer.fsckObjects=true", "protocol.file.allow=always"],
        timeoutMs,
      },
    );
    return oid;
  } finally {
    rmSync(lender, { recursive: true, force: true });
  }
}

function makeLender(folder: string, from: { objects: string; oid: string; own: string; oidLength: number }): void {
  mkdirSync(join(folder, "objects", "info"), { recursive: true });
  mkdirSync(join(folder, "refs", "heads"), { recursive: true });
  const format =
    from.oidLength === 64
      ? LENDER_CONFIG.replace("version = 0", "version = 1\n[extensions]\n\tobjectFormat = sha256\n[core]")
      : LENDER_CONFIG;
  writeFileSync(join(folder, "config"), format);
  writeFileSync(join(folder, "HEAD"), "ref: refs/heads/work\n");
  writeFileSync(join(folder, "refs", "heads", "work"), `${from.oid}\n`);
  // Ours come first: what we have is read from us, whatever the worker has under that id.
  const lent = [join(from.own, "objects"), from.objects].map((path) => `${quote(path)}\n`);
  writeFileSync(join(folder, "objects", "info", "alternates"), lent.join(""));
}

/** A line of `alternates` that begins with a double quote or a `#` is read as something else than a path. */
function quote(path: string): string {
  return /["\n]/.test(path) ? JSON.stringify(path) : path;
}

function findGitDir(path: string): string | null {
  const dotGit = join(path, ".git");
  const stat = lstatSync(dotGit, { throwIfNoEntry: false });
  if (stat?.isDirectory()) return dotGit;
  return stat === undefined && existsSync(join(path, "objects")) ? path : null;
}

function resolveRef(gitDir: string, ref: string, oidLength: number): string | null {
  let name = ref;
  for (let step = 0; step < MAX_LINKS; step += 1) {
    if (name !== "HEAD" && !REF_NAME.test(name)) return null;
    const text = readPlain(join(gitDir, name), MAX_REF_BYTES)?.trim() ?? readPacked(gitDir, name);
    if (text === null) return null;
    const target = /^ref: (.+)$/.exec(text)?.[1];
    if (target === undefined) return isId(text, oidLength) ? text : null;
    name = target;
  }
  return null;
}

function isId(text: string, oidLength: number): boolean {
  return text.length === oidLength && /^[0-9a-f]+$/.test(text);
}

function readPacked(gitDir: string, name: string): string | null {
  const text = readPlain(join(gitDir, "packed-refs"), MAX_PACKED_BYTES) ?? "";
  const line = text.split("\n").find((candidate) => candidate.endsWith(` ${name}`));
  return line?.split(" ", 1)[0] ?? null;
}

/** Text of a regular file: a link could lead out of the repository, a pipe would never end. */
function readPlain(file: string, maxBytes: number): string | null {
  let handle: number | null = null;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(handle);
    if (!stat.isFile() || stat.size > maxBytes) return null;
    const bytes = Buffer.alloc(stat.size);
    return bytes.toString("utf8", 0, readSync(handle, bytes, 0, stat.size, 0));
  } catch {
    return null;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}
