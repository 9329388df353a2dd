/** Variables that an agent's own settings name for its account: Codex reads the key of a provider from where they say. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "../../../model/documents.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** In `config.toml` (0.169.0): of a provider, of its headers, and of a tool server. */
const NAMED = /^\s*(?:env_key|bearer_token_env_var)\s*=\s*["']([A-Za-z_]\w*)["']/gm;
const NAMED_HEADERS = /^\s*env_http_headers\s*=\s*\{([^}\n]*)\}/gm;
const HEADER = /=\s*["']([A-Za-z_]\w*)["']/g;

export function configuredNames(env: Environment, runtime: Pick<Runtime, "kind" | "run"> | null): readonly string[] {
  const isCodex = runtime?.kind === "codex" || runtime?.run.some((word) => /(?:^|\/)codex-acp(?:@|$)/.test(word));
  const folder = env.CODEX_HOME ?? (env.HOME === undefined ? null : join(env.HOME, ".codex"));
  return isCodex && folder !== null ? readNames(join(folder, "config.toml")) : [];
}

function readNames(file: string): string[] {
  try {
    const text = readFileSync(file, "utf8");
    const headers = [...text.matchAll(NAMED_HEADERS)].flatMap(([, list = ""]) => [...list.matchAll(HEADER)]);
    return [...text.matchAll(NAMED), ...headers].map(([, name = ""]) => name);
  } catch {
    // It has none.
    return [];
  }
}
