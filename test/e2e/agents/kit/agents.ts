/**
 * The real agents, each set up as a person would who has a provider of their own: on loopback, with any key, and nothing
 * told to anybody else.
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Machine } from "../../../journeys/kit/machine.ts";

const PROGRAMS = join(import.meta.dirname, "../node_modules/.bin");
/** What no log, record or ledger may hold. */
export const KEY = "sk-ant-e2e-0123456789abcdefghijklmnopqrstuvwxyz";

export interface Agent {
  name: string;
  /** As under `runtimes:` in config.md. */
  runtime: Readonly<Record<string, unknown>>;
  /** Lays what it reads into the machine's home and environment. */
  setUp(machine: Machine, url: string): void;
}

const claude: Agent = {
  name: "claude",
  runtime: { kind: "claude" },
  setUp(machine, url) {
    const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" };
    Object.assign(machine.env, { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: KEY, ...quiet });
  },
};

const codex: Agent = {
  name: "codex",
  runtime: { kind: "codex" },
  setUp(machine, url) {
    machine.env.OPENAI_API_KEY = KEY;
    writeHome(
      machine,
      ".codex/config.toml",
      `check_for_update_on_startup = false
model = "gpt-5.1-codex"
model_provider = "loopback"
[analytics]
enabled = false
[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
`,
    );
  },
};

const opencode: Agent = {
  name: "opencode",
  runtime: { kind: "acp", run: ["opencode", "acp"] },
  setUp(machine, url) {
    const model = { limit: { context: 100_000, output: 10_000 }, cost: { input: 1, output: 2, cache_read: 0.1 } };
    const options = { baseURL: `${url}/v1`, apiKey: KEY };
    const provider = { npm: "@ai-sdk/openai-compatible", options, models: { scripted: model } };
    const settings = {
      ...{ model: "loopback/scripted", small_model: "loopback/scripted", autoupdate: false, share: "disabled" },
      provider: { loopback: provider },
    };
    Object.assign(machine.env, {
      OPENCODE_CONFIG: writeHome(machine, "opencode.json", JSON.stringify(settings)),
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_AUTOUPDATE: "1",
    });
  },
};

const gemini: Agent = {
  name: "gemini",
  runtime: { kind: "acp", run: ["gemini", "--acp"] },
  setUp(machine, url) {
    Object.assign(machine.env, { GEMINI_API_KEY: KEY, GOOGLE_GEMINI_BASE_URL: url });
    const settings = {
      security: { auth: { selectedType: "gemini-api-key" } },
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
    };
    writeHome(machine, ".gemini/settings.json", JSON.stringify(settings));
  },
};

const qwen: Agent = {
  name: "qwen",
  runtime: { kind: "acp", run: ["qwen", "--acp"] },
  setUp(machine, url) {
    Object.assign(machine.env, { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "gpt-5.1" });
    const settings = { general: { enableAutoUpdate: false }, privacy: { usageStatisticsEnabled: false } };
    writeHome(machine, ".qwen/settings.json", JSON.stringify(settings));
  },
};

const copilot: Agent = {
  name: "copilot",
  // It names no model, so nobody has a price: what each run might cost would use up the budget.
  runtime: { kind: "acp", run: ["copilot", "--acp"], cost: "none" },
  setUp(machine, url) {
    Object.assign(machine.env, {
      COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
      COPILOT_PROVIDER_TYPE: "openai",
      COPILOT_PROVIDER_WIRE_API: "completions",
      COPILOT_PROVIDER_API_KEY: KEY,
      COPILOT_MODEL: "scripted",
      COPILOT_OFFLINE: "true",
    });
  },
};

export const AGENTS: readonly Agent[] = [claude, codex, opencode, gemini, qwen, copilot];

/** Puts the agents' programs where the machine finds them. Throws when one is not installed. */
export function installAgents(machine: Machine): void {
  machine.env.PATH = `${PROGRAMS}:${machine.env.PATH}`;
}

/** What a program says of itself, on one line. */
export function versionOf({ name }: Agent): string {
  return execFileSync(join(PROGRAMS, name), ["--version"], { encoding: "utf8", timeout: 30_000 }).trim();
}

function writeHome(machine: Machine, path: string, text: string): string {
  const file = join(machine.env.HOME ?? "", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
