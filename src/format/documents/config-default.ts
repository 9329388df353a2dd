import type { Config } from "../../model/documents.ts";
import { LIMITS } from "../../model/limits.ts";

/** What holds where a config.md or one of its keys is left out. */
export function defaultConfig(file = "missions/config.md"): Config {
  return {
    file,
    parallel: 4,
    isolation: "clone",
    setup: [],
    verify: [],
    runtime: null,
    review: null,
    runtimes: [],
    models: {},
    protected: [
      ".github/**",
      ...["AGENTS.md", "CLAUDE.md", ".claude/**", ".codex/**", ".gemini/**", ".opencode/**", ".qwen/**"],
      ...["opencode.json", ".mcp.json", "package.json#scripts"],
    ],
    limits: {
      attempts: LIMITS.attempts,
      rounds: LIMITS.rounds,
      runUsd: 25,
      usdPerDay: 100,
      idleMs: 10 * 60_000,
      outputBytes: 64 * 1024 * 1024,
      evidenceBytes: 64 * 1024,
    },
    approvers: [],
    notify: [],
    body: "",
    at: {},
  };
}
