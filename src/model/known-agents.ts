/** Coding agents that are known by name: how each is started and installed, and what a person's sign-in leaves behind. */

import type { Runtime, RuntimeKind } from "./documents.ts";

export type Billing = NonNullable<Runtime["billing"]>;

/** A file below a folder that a variable names; without it below this folder of HOME. */
export interface AgentFile {
  variable: string | null;
  home: string;
  file: string;
  /** It counts where one of these keys stands in it; left out: where it is there. */
  keys?: readonly string[];
}

export interface KnownAgent {
  name: string;
  kind: Extract<RuntimeKind, "claude" | "codex" | "acp">;
  /** For `acp`; a kind of its own knows its program. */
  run: readonly string[];
  package: string;
  /** It starts and says nothing when it is asked for its version: it is not asked. */
  isVersionless?: true;
  /** Variables that are an account, the one that goes before the others first. `beside`: only together with these. */
  accounts: readonly { variable: string; beside?: readonly string[]; billing: Billing | null }[];
  /** Files that signing in writes. They hold secrets: whether they are there, and have a key, is all that is asked. */
  credentials: readonly (AgentFile & { billing: Billing | null })[];
  /** Its settings may name, with this key, the variable that is its account. */
  named?: AgentFile & { key: string };
  /** Variables and files that may lead to an account elsewhere: nobody can tell from outside. */
  perhaps: { variables: readonly string[]; files: readonly AgentFile[]; keychain: boolean };
  /** It does some work for people without an account. */
  isOpen: boolean;
  signIn: string;
}

const CLAUDE_FOLDER = { variable: "CLAUDE_CONFIG_DIR", home: ".claude" };
const CODEX_FOLDER = { variable: "CODEX_HOME", home: ".codex" };
const GEMINI_FOLDER = { variable: null, home: ".gemini" };
const QWEN_FOLDER = { variable: null, home: ".qwen" };
const COPILOT_FOLDER = { variable: "COPILOT_HOME", home: ".copilot" };

const CLAUDE: KnownAgent = {
  name: "claude",
  kind: "claude",
  run: [],
  package: "@anthropic-ai/claude-code",
  accounts: [
    { variable: "ANTHROPIC_AUTH_TOKEN", billing: "api" },
    { variable: "ANTHROPIC_API_KEY", billing: "api" },
    { variable: "CLAUDE_CODE_OAUTH_TOKEN", billing: "subscription" },
  ],
  // Its first start writes .claude.json, with an account or without; with none of these keys it is not logged in (2.1.197).
  credentials: [
    { ...CLAUDE_FOLDER, file: ".credentials.json", keys: ["claudeAiOauth"], billing: "subscription" },
    { variable: "CLAUDE_CONFIG_DIR", home: "", file: ".claude.json", keys: ["primaryApiKey"], billing: "api" },
  ],
  perhaps: {
    variables: ["CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "ANTHROPIC_BASE_URL"],
    files: [{ ...CLAUDE_FOLDER, file: "settings.json", keys: ["apiKeyHelper", "env"] }],
    keychain: true,
  },
  isOpen: false,
  signIn: "claude, then /login; or export ANTHROPIC_API_KEY=...",
};

const CODEX: KnownAgent = {
  name: "codex",
  kind: "codex",
  run: [],
  package: "@openai/codex",
  // OPENAI_API_KEY is none of them (0.169.0): it counts where config.toml names it for a provider.
  accounts: [{ variable: "CODEX_API_KEY", billing: "api" }],
  credentials: [{ ...CODEX_FOLDER, file: "auth.json", billing: null }],
  named: { ...CODEX_FOLDER, file: "config.toml", key: "env_key" },
  perhaps: {
    variables: ["CODEX_ACCESS_TOKEN"],
    files: [{ ...CODEX_FOLDER, file: "config.toml" }],
    keychain: true,
  },
  isOpen: false,
  signIn: "codex login; or export CODEX_API_KEY=...",
};

/** In the order in which one is taken where config.md names none. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  CLAUDE,
  CODEX,
  {
    name: "opencode",
    kind: "acp",
    run: ["opencode", "acp"],
    package: "opencode-ai",
    accounts: [
      { variable: "ANTHROPIC_API_KEY", billing: "api" },
      { variable: "OPENAI_API_KEY", billing: "api" },
      { variable: "OPENROUTER_API_KEY", billing: "api" },
      { variable: "GEMINI_API_KEY", billing: "api" },
    ],
    credentials: [{ variable: "XDG_DATA_HOME", home: ".local/share", file: "opencode/auth.json", billing: null }],
    perhaps: { variables: [], files: [], keychain: false },
    isOpen: true,
    signIn: "opencode auth login",
  },
  {
    name: "gemini",
    kind: "acp",
    run: ["gemini", "--acp"],
    package: "@google/gemini-cli",
    accounts: [{ variable: "GEMINI_API_KEY", billing: "api" }],
    credentials: [{ ...GEMINI_FOLDER, file: "oauth_creds.json", billing: "subscription" }],
    perhaps: {
      // GOOGLE_API_KEY alone is not taken (0.61.0).
      variables: ["GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_GCA"],
      files: [
        { ...GEMINI_FOLDER, file: ".env" },
        { ...GEMINI_FOLDER, file: "settings.json" },
      ],
      keychain: true,
    },
    isOpen: false,
    signIn: "gemini, and sign in there; or export GEMINI_API_KEY=...",
  },
  {
    name: "qwen",
    kind: "acp",
    run: ["qwen", "--acp"],
    package: "@qwen-code/qwen-code",
    // A key alone is not taken (0.15.10), unless settings.json says for what.
    accounts: [{ variable: "OPENAI_API_KEY", beside: ["OPENAI_BASE_URL", "OPENAI_MODEL"], billing: "api" }],
    credentials: [{ ...QWEN_FOLDER, file: "oauth_creds.json", billing: "subscription" }],
    perhaps: {
      variables: [],
      files: [
        { ...QWEN_FOLDER, file: ".env" },
        { ...QWEN_FOLDER, file: "settings.json" },
      ],
      keychain: false,
    },
    isOpen: false,
    signIn: "qwen, then /auth; or export OPENAI_API_KEY=... OPENAI_BASE_URL=... OPENAI_MODEL=...",
  },
  {
    name: "copilot",
    kind: "acp",
    run: ["copilot", "--acp"],
    package: "@github/copilot",
    accounts: [
      { variable: "COPILOT_GITHUB_TOKEN", billing: "subscription" },
      // A provider of one's own; it may want no key.
      { variable: "COPILOT_PROVIDER_BASE_URL", beside: ["COPILOT_MODEL"], billing: "api" },
    ],
    credentials: [],
    perhaps: {
      variables: [],
      files: [{ ...COPILOT_FOLDER, file: "config.json" }],
      keychain: true,
    },
    isOpen: false,
    signIn: "copilot, then /login; or export COPILOT_GITHUB_TOKEN=...",
  },
  {
    ...CLAUDE,
    name: "claude-agent-acp",
    kind: "acp",
    run: ["claude-agent-acp"],
    package: "@agentclientprotocol/claude-agent-acp",
    isVersionless: true,
  },
  {
    ...CODEX,
    name: "codex-acp",
    kind: "acp",
    run: ["codex-acp"],
    package: "@agentclientprotocol/codex-acp",
    // It has a key of the environment shown to it first, which is not done (2.6.0).
    accounts: [],
    signIn: "codex login",
  },
];

/** The program that a runtime starts; null where it names none. */
export function programOf({ kind, run }: Pick<Runtime, "kind" | "run">): string | null {
  return run[0] ?? (kind === "claude" || kind === "codex" ? kind : null);
}

/** The agent that a runtime is: by its kind, for `acp` by its program. null where that is not known by name. */
export function knownAgentOf(runtime: Pick<Runtime, "kind" | "run">): KnownAgent | null {
  const program = programOf(runtime)?.split("/").at(-1);
  const isIt = ({ name, kind }: KnownAgent) => kind === runtime.kind && (kind !== "acp" || name === program);
  return KNOWN_AGENTS.find(isIt) ?? null;
}

/** The runtime that a known agent is where config.md does not say otherwise. */
export function runtimeOf({ name, kind, run }: KnownAgent): Runtime {
  return { name, kind, run, env: [], cost: "unknown", billing: null, folder: null };
}
