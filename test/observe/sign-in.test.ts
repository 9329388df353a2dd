import { describe, expect, it } from "vitest";
import { KNOWN_AGENTS } from "../../src/model/known-agents.ts";
import { readSignIn, type SignInDoors } from "../../src/observe/sign-in.ts";

function signIn(
  name: string,
  given: { env?: Record<string, string>; files?: readonly string[]; text?: string; platform?: NodeJS.Platform },
) {
  const agent = KNOWN_AGENTS.find((known) => known.name === name);
  if (!agent) throw new Error(name);
  const exists = (path: string) => (given.files ?? []).includes(path);
  const readText = (path: string) => (exists(path) ? (given.text ?? "{}") : null);
  const files = { exists, readText } as SignInDoors["files"];
  return readSignIn({ files, env: { HOME: "/home/ann", ...given.env } }, agent, given.platform ?? "linux");
}

describe("an agent signs in", () => {
  it.each([
    ["claude", { env: { ANTHROPIC_API_KEY: "k" } }, "ANTHROPIC_API_KEY", "api"],
    ["claude", { env: { CLAUDE_CODE_OAUTH_TOKEN: "k" } }, "CLAUDE_CODE_OAUTH_TOKEN", "subscription"],
    [
      "claude",
      { files: ["/home/ann/.claude/.credentials.json"], text: '{"claudeAiOauth":{}}' },
      "~/.claude/.credentials.json",
      "subscription",
    ],
    ["claude", { files: ["/home/ann/.claude.json"], text: '{"primaryApiKey":"k"}' }, "~/.claude.json", "api"],
    [
      "claude",
      { env: { CLAUDE_CONFIG_DIR: "/c" }, files: ["/c/.credentials.json"], text: '{"claudeAiOauth":{}}' },
      "$CLAUDE_CONFIG_DIR/.credentials.json",
      "subscription",
    ],
    ["codex", { env: { CODEX_API_KEY: "k" } }, "CODEX_API_KEY", "api"],
    [
      "codex",
      {
        env: { MY_KEY: "k" },
        files: ["/home/ann/.codex/config.toml"],
        text: '[model_providers.x]\nenv_key = "MY_KEY"\n',
      },
      "MY_KEY",
      "api",
    ],
    ["codex", { env: { CODEX_HOME: "/x" }, files: ["/x/auth.json"] }, "$CODEX_HOME/auth.json", null],
    ["gemini", { files: ["/home/ann/.gemini/oauth_creds.json"] }, "~/.gemini/oauth_creds.json", "subscription"],
    [
      "qwen",
      { env: { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://127.0.0.1", OPENAI_MODEL: "m" } },
      "OPENAI_API_KEY",
      "api",
    ],
    [
      "copilot",
      { env: { COPILOT_PROVIDER_BASE_URL: "http://127.0.0.1", COPILOT_MODEL: "m" } },
      "COPILOT_PROVIDER_BASE_URL",
      "api",
    ],
    ["claude-agent-acp", { env: { ANTHROPIC_API_KEY: "k" } }, "ANTHROPIC_API_KEY", "api"],
    ["codex-acp", { files: ["/home/ann/.codex/auth.json"] }, "~/.codex/auth.json", null],
    ["opencode", { files: ["/home/ann/.local/share/opencode/auth.json"] }, "~/.local/share/opencode/auth.json", null],
  ])("%s with %j by %s", (name, given, by, billing) => {
    expect(signIn(name, given)).toEqual({ state: "yes", by, billing });
  });
});

describe("nobody can tell from outside", () => {
  it.each([
    ["claude", { platform: "darwin" as const }, "the keychain may hold an account"],
    [
      "claude",
      { files: ["/home/ann/.claude/settings.json"], text: '{"apiKeyHelper":"pass"}' },
      "~/.claude/settings.json may name an account",
    ],
    ["claude", { env: { CLAUDE_CODE_USE_BEDROCK: "1" } }, "CLAUDE_CODE_USE_BEDROCK may name an account"],
    ["codex", { files: ["/home/ann/.codex/config.toml"] }, "~/.codex/config.toml may name an account"],
    [
      "codex",
      { files: ["/home/ann/.codex/config.toml"], text: 'env_key = "MY_KEY"' },
      "~/.codex/config.toml may name an account",
    ],
    ["opencode", {}, "no account of its own; it can do some work without"],
  ])("of %s with %j", (name, given, by) => {
    expect(signIn(name, given)).toEqual({ state: "unknown", by, billing: null });
  });
});

it.each([
  ["claude", {}],
  ["claude", { env: { ANTHROPIC_API_KEY: "" } }],
  // Started once, signed out again, or set to dark.
  ["claude", { files: ["/home/ann/.claude.json"], text: '{"oauthAccount":{},"userID":"1"}' }],
  ["claude", { files: ["/home/ann/.claude/.credentials.json"] }],
  ["claude", { files: ["/home/ann/.claude/settings.json"], text: '{"theme":"dark"}' }],
  ["codex", { env: { OPENAI_API_KEY: "k" } }],
  ["codex-acp", { env: { CODEX_API_KEY: "k" } }],
  ["gemini", { env: { GOOGLE_API_KEY: "k" } }],
  ["qwen", { env: { OPENAI_API_KEY: "k" } }],
  ["copilot", { env: { COPILOT_PROVIDER_API_KEY: "k" } }],
  ["gemini", { env: { HOME: "/elsewhere" }, files: ["/home/ann/.gemini/oauth_creds.json"] }],
])("%s with %j surely has no account", (name, given) => {
  expect(signIn(name, given)).toMatchObject({ state: "no" });
});
