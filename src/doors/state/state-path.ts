/** Where a repository's state folder lies. Part of an idle pulse: it must not load node:crypto, which costs a fifth of a start. */

const { basename, dirname, isAbsolute, join } = process.getBuiltinModule("node:path");

/** `$XDG_STATE_HOME/git-mission/<repository>-<hash of its git directory>`. */
export function statePath(gitDir: string, env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME, HOME } = env;
  const home =
    XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME)
      ? XDG_STATE_HOME
      : join(HOME || process.getBuiltinModule("node:os").homedir(), ".local", "state");
  const folder = basename(gitDir) === ".git" ? dirname(gitDir) : gitDir;
  return join(home, "git-mission", `${slug(basename(folder).replace(/\.git$/, ""))}-${hashPath(gitDir)}`);
}

function slug(name: string): string {
  const text = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40);
  return text || "repository";
}

/** FNV-1a, 64 bits: tells the folders of one machine apart, which needs no more than that. */
function hashPath(path: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(path)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0").slice(0, 12);
}
