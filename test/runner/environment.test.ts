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
const files = { promptFile: "/run/prompt.md", handoffFile: "/run/handoff.md" };

test("a worker gets a short list, what its runtime names, what its feature names, and our markers", () => {
  const order = anOrder({
    runtime: aRuntime(["x"], { env: ["MY_KEY", "GIT_DIR", "LD_PRELOAD", "UNSET"] }),
    secrets: [{ name: "sendgrid", reference: "env:SENDGRID_KEY" }],
  });
  const { env, secrets, missing } = workerEnvironment(order, source, files);
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
  expect(secrets).toEqual(["my-key-value", "sendgrid-value"]);
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
  const { env, secrets } = workerEnvironment(order, { ...source, ...accounts }, files);
  expect(Object.keys(accounts).filter((name) => name in env)).toEqual(names);
  expect(secrets).toEqual(names.filter((name) => name.endsWith("KEY")).map((name) => env[name]));
});

test.each(["env:NOT_SET", "env:GIT_DIR", "vault:x", "env:a b"])("the reference %s can't be resolved", (reference) => {
  expect(workerEnvironment(anOrder({ secrets: [{ name: "x", reference }] }), source, files).missing).toEqual([
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
