import { expect, test } from "vitest";
import { commandEnvironment, workerEnvironment } from "../../src/runner/environment.ts";
import { anOrder, aRuntime } from "./orders.ts";

const source = {
  PATH: "/bin",
  HOME: "/h",
  LANG: "C",
  LC_ALL: "C.UTF-8",
  USER: "anna",
  SSH_AUTH_SOCK: "/agent",
  GITHUB_TOKEN: "gh-token",
  NODE_OPTIONS: "--require x",
  GIT_DIR: "/elsewhere",
  GIT_CONFIG_COUNT: "1",
  LD_PRELOAD: "x.so",
  MISSION_RUN: "outer-run",
  MY_KEY: "my-key-value",
  SENDGRID_KEY: "sendgrid-value",
};
const doorsOf = (env: Record<string, string>, configured: readonly string[] = []) => ({
  env,
  configuredNames: () => configured,
});
const files = { promptFile: "/run/prompt.md", handoffFile: "/run/handoff.md" };

test("a worker gets a short list, what its runtime names, what its feature names, and our markers", () => {
  const order = anOrder({
    runtime: aRuntime(["x"], { env: ["MY_KEY", "GIT_DIR", "LD_PRELOAD", "UNSET"] }),
    secrets: [{ name: "sendgrid", reference: "env:SENDGRID_KEY" }],
  });
  const { env, secrets, missing } = workerEnvironment(order, doorsOf(source), files);
  expect(env).toEqual({
    PATH: "/bin",
    HOME: "/h",
    LANG: "C",
    LC_ALL: "C.UTF-8",
    USER: "anna",
    TERM: "dumb",
    GIT_TERMINAL_PROMPT: "0",
    MISSION: "crm",
    MISSION_FEATURE: "contacts",
    MISSION_RUN: "contacts-1-x7k3m1",
    MISSION_ATTEMPT: "1",
    MISSION_RUN_KIND: "work",
    MISSION_PROMPT_FILE: "/run/prompt.md",
    MISSION_HANDOFF_FILE: "/run/handoff.md",
    MY_KEY: "my-key-value",
    SENDGRID_KEY: "sendgrid-value",
    GIT_AUTHOR_NAME: "Coder",
    GIT_AUTHOR_EMAIL: "coder@example.com",
    GIT_COMMITTER_NAME: "Coder",
    GIT_COMMITTER_EMAIL: "coder@example.com",
  });
  expect(secrets).toEqual([
    { name: "MY_KEY", value: "my-key-value" },
    { name: "SENDGRID_KEY", value: "sendgrid-value" },
  ]);
  expect(missing).toEqual([]);
});

const accounts = {
  GEMINI_API_KEY: "gemini-key",
  GOOGLE_GEMINI_BASE_URL: "https://models.example",
  GEMINI_CLI_IDE_SERVER_PORT: "1",
  OPENCODE_CONFIG: "/h/opencode.json",
  OPENCODE_SERVER_PASSWORD: "of-the-parent",
  XDG_DATA_HOME: "/h/data",
  ANTHROPIC_API_KEY: "anthropic-key",
  AWS_SECRET_ACCESS_KEY: "cloud-key",
};

test.each([
  ["gemini --acp", ["GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"]],
  ["npx -y @google/gemini-cli@0.61.0 --acp", ["GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL"]],
  [
    "/opt/bin/opencode acp",
    ["GEMINI_API_KEY", "GOOGLE_GEMINI_BASE_URL", "OPENCODE_CONFIG", "XDG_DATA_HOME", "ANTHROPIC_API_KEY"],
  ],
  ["npx @agentclientprotocol/claude-agent-acp@0.49.0", ["ANTHROPIC_API_KEY"]],
  ["my-agent --for=gemini", []],
])("%s gets the account that it reads, and no other", (run, names) => {
  const order = anOrder({ runtime: aRuntime(run.split(" "), { kind: "acp" }) });
  const { env, secrets } = workerEnvironment(order, doorsOf({ ...source, ...accounts }), files);
  expect(Object.keys(accounts).filter((name) => name in env)).toEqual(names);
  expect(secrets.map(({ name }) => name)).toEqual(names.filter((name) => name.endsWith("KEY")));
});

test.each(["env:NOT_SET", "env:GIT_DIR", "vault:x", "env:a b"])("the reference %s can't be resolved", (reference) => {
  expect(workerEnvironment(anOrder({ secrets: [{ name: "x", reference }] }), doorsOf(source), files).missing).toEqual([
    reference,
  ]);
});

test("setup and checks get no secrets", () => {
  const order = anOrder({
    secrets: [{ name: "sendgrid", reference: "env:SENDGRID_KEY" }],
    runtime: aRuntime(["x"], { env: ["MY_KEY"] }),
  });
  const env = commandEnvironment(order, source);
  expect(env).toMatchObject({ CI: "true", HOME: "/h", MISSION_RUN: order.run });
  expect(Object.values(env).filter((value) => /key-value|sendgrid-value|gh-token/.test(value))).toEqual([]);
});

const OF_PARENT = ["CLAUDECODE", "CLAUDE_CODE_SSE_PORT", "CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_CHILD_SESSION"];

function givenTo(kind: "claude" | "codex", env: Record<string, string>, configured: readonly string[] = []) {
  return workerEnvironment(anOrder({ runtime: aRuntime([], { kind }) }), doorsOf(env, configured), files);
}

test.each(["claude", "codex"] as const)("nothing of the session that mission was started in reaches %s", (kind) => {
  const names = [...OF_PARENT, "CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID"];
  const { env } = givenTo(kind, Object.fromEntries(names.map((name) => [name, "x"])));
  expect(names.filter((name) => name in env)).toEqual([]);
});

test("Claude gets the account of the cloud that it was told to use, and of no other", () => {
  const clouds = { AWS_SECRET_ACCESS_KEY: "aws-secret", AWS_REGION: "eu", GOOGLE_CLOUD_PROJECT: "p" };
  const given = (chosen: Record<string, string>) =>
    Object.keys(givenTo("claude", { ...clouds, ...chosen }).env).filter((name) => name in clouds);
  expect(given({})).toEqual([]);
  expect(given({ CLAUDE_CODE_USE_BEDROCK: "0" })).toEqual([]);
  expect(given({ CLAUDE_CODE_USE_BEDROCK: "1" })).toEqual(["AWS_SECRET_ACCESS_KEY", "AWS_REGION"]);
  expect(given({ CLAUDE_CODE_USE_VERTEX: "true" })).toEqual(["GOOGLE_CLOUD_PROJECT"]);
});

test("what an account is, is secret; how it is used is not", () => {
  const { env, secrets } = givenTo("claude", {
    ANTHROPIC_API_KEY: "sk-1234567",
    ANTHROPIC_CUSTOM_HEADERS: "X-Team: abcdef",
    CLAUDE_CODE_MAX_OUTPUT_TOKENS: "128000",
    CLAUDE_CODE_API_KEY_HELPER_TTL_MS: "3600000",
    CLAUDE_CODE_SKIP_BEDROCK_AUTH: "1",
  });
  expect(secrets.map(({ name }) => name)).toEqual(["ANTHROPIC_API_KEY", "ANTHROPIC_CUSTOM_HEADERS"]);
  expect(env.CLAUDE_CODE_MAX_OUTPUT_TOKENS).toBe("128000");
});

test("a variable that the agent's own settings name is given, and secret", () => {
  const { env, secrets } = givenTo("codex", { TEAM_LLM: "team-value", GIT_DIR: "/x" }, [
    "TEAM_LLM",
    "GIT_DIR",
    "UNSET",
  ]);
  expect([env.TEAM_LLM, env.GIT_DIR]).toEqual(["team-value", undefined]);
  expect(secrets).toEqual([{ name: "TEAM_LLM", value: "team-value" }]);
});

test("all get the way out of this network; who may pass there is secret", () => {
  const network = {
    HTTPS_PROXY: "http://anna:p%40ssword@proxy:3128",
    http_proxy: "proxy:3128",
    no_proxy: "localhost",
    NODE_EXTRA_CA_CERTS: "/ca.pem",
    SSL_CERT_FILE: "/ca.pem",
    REQUESTS_CA_BUNDLE: "/ca.pem",
  };
  const order = anOrder();
  expect(commandEnvironment(order, network)).toMatchObject(network);
  const { env, secrets } = workerEnvironment(order, doorsOf(network), files);
  expect(env).toMatchObject(network);
  expect(secrets.map(({ value }) => value)).toEqual(["anna:p%40ssword", "p%40ssword", "p@ssword"]);
});
