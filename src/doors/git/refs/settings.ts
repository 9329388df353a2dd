/** What the repository's files say about itself, and the person's settings. */

import { join } from "node:path";
import type { Identity } from "../../git.ts";
import { readHeadRef } from "../checkout/worktrees.ts";
import type { GitRunner } from "../process/spawn.ts";
import { type ConfigFile, lastValue, normalizeKey, readConfigFile } from "./config.ts";
import { findMainWorktree } from "./main-worktree.ts";

export interface Settings {
  /** 40 for sha1, 64 for sha256. */
  readonly oidLength: number;
  isPartial(): boolean;
  mainWorktree(): string | null;
  readHead(): Promise<string | null>;
  read(key: string): Promise<string | null>;
  write(key: string, value: string): Promise<void>;
  readIdentity(): Promise<Identity | null>;
  readExcludesFile(): Promise<string | null>;
}

export function makeSettings(runner: GitRunner): Settings {
  const { gitDir } = runner;
  const file = join(gitDir, "config");
  const format = lastValue(readConfigFile(file), "extensions.objectformat");
  let listed: Promise<ConfigFile> | null = null;

  async function list(): Promise<ConfigFile> {
    const output = await runner.demand(["config", "--list", "-z", "--includes"]);
    const values = new Map<string, string[]>();
    for (const entry of output.stdout.toString("utf8").split("\0")) {
      const end = entry.indexOf("\n");
      const key = normalizeKey(end < 0 ? entry : entry.slice(0, end));
      values.set(key, [...(values.get(key) ?? []), end < 0 ? "true" : entry.slice(end + 1)]);
    }
    return values;
  }
  async function read(key: string): Promise<string | null> {
    const config = readConfigFile(file);
    const isWhole = ![...config.keys()].some((name) => /^include(?:if)?\./.test(name));
    // Our own keys belong to the repository: an idle pulse must not start a git to learn that there are none elsewhere.
    if (isWhole && /^mission\./i.test(key)) return lastValue(config, key);
    listed ??= list();
    return lastValue(await listed, key);
  }
  return {
    oidLength: format === "sha256" ? 64 : 40,
    isPartial() {
      const config = readConfigFile(file);
      const keys = [...config.keys()].filter((key) => /^remote\..*\.(?:promisor|partialclonefilter)$/.test(key));
      return config.has("extensions.partialclone") || keys.some((key) => lastValue(config, key) !== "false");
    },
    mainWorktree: () => findMainWorktree(gitDir),
    async readHead() {
      const name = readHeadRef(gitDir);
      if (name !== "refs/heads/.invalid") return name;
      // That name stands in HEAD where refs lie in a table that only git reads.
      const output = await runner.demand(["symbolic-ref", "-q", "HEAD"], {}, [0, 1]);
      return output.stdout.toString("utf8").trim() || null;
    },
    read,
    async write(key, value) {
      await runner.demand(["config", "--replace-all", key, value]);
      listed = null;
    },
    async readIdentity() {
      const output = await runner.run(["var", "GIT_COMMITTER_IDENT"], { settings: ["user.useConfigOnly=true"] });
      const match = /^(.*) <(.*)> \d+ [+-]\d+\n?$/.exec(output.stdout.toString("utf8"));
      return match ? { name: match[1] ?? "", email: match[2] ?? "" } : null;
    },
    async readExcludesFile() {
      const { XDG_CONFIG_HOME, HOME = "" } = runner.env;
      return (await read("core.excludesFile")) ?? join(XDG_CONFIG_HOME || join(HOME, ".config"), "git", "ignore");
    },
  };
}
