import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { agentsShape } from "../../src/schema/agents.ts";
import { temporaryFolder } from "../helpers/repositories.ts";
import { makeRepository, type Repository } from "../repo/save-world.ts";
import { ACTIVE_FILES, makeActive } from "./active-mission.ts";
import { type, typeJson } from "./mission-command.ts";

const CONFIG = `---
runtimes:
  claude: { kind: claude, billing: subscription }
  second: { kind: acp, run: [gemini, --acp] }
  mine: { kind: command, run: [sh, -c, "exit 3"], env: [WK_KEY] }
models: { standard: { second: gemini-pro } }
---
`;

/** A machine of its own: the accounts and agents of the person who runs the tests are not seen. */
function machine(repository: Repository, accounts: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder();
  const unset = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(?:ANTHROPIC|CLAUDE|OPENAI|CODEX|GEMINI|GOOGLE|OPENROUTER|DASHSCOPE|COPILOT|XDG)_/.test(name))
      .map((name) => [name, undefined]),
  );
  const env = { ...unset, HOME: home, PATH: `${repository.folder}/bin:/usr/bin:/bin`, ...accounts };
  return {
    env,
    put(path: string) {
      mkdirSync(dirname(join(home, path)), { recursive: true });
      writeFileSync(join(home, path), "sk-secret-never-read");
    },
  };
}

function agent(repository: Repository, name: string, script = `echo "${name} 1.2.3 (build 7)"`): void {
  repository.program(`bin/${name}`, `#!/bin/sh\n${script}\n`);
}

async function listAgents(repository: Repository, env: Readonly<Record<string, string | undefined>>) {
  return agentsShape.parse(await typeJson(repository, ["agents"], { env })).agents;
}

describe("without a config that names runtimes", () => {
  it("the agents that are installed are used, in the order of the program, those with an account first", async () => {
    const repository = makeRepository({ "README.md": "x\n" });
    for (const name of ["gemini", "codex", "claude"]) agent(repository, name);
    const { env, put } = machine(repository);
    put(".codex/auth.json");
    const agents = await listAgents(repository, env);
    expect(agents.map(({ name, state, source }) => [name, state, source])).toEqual([
      ["codex", "ready", "found"],
      ["claude", "signed out", "found"],
      ["gemini", "signed out", "found"],
    ]);
    expect(agents[0]).toMatchObject({ version: "1.2.3", sign_in: { state: "yes", by: "~/.codex/auth.json" } });
    expect(agents[0]?.roles).toContain("coder");
    expect(agents[1]).toMatchObject({
      roles: [],
      models: { standard: "sonnet" },
      next: expect.stringContaining("/login"),
    });
  });

  it("a mission is worked on by the first of them", async () => {
    const repository = makeActive({ ...ACTIVE_FILES, "missions/config.md": "---\nparallel: 2\n---\n" });
    const { env } = machine(repository, { CODEX_API_KEY: "k" });
    const condition = async () => (await typeJson(repository, ["show", "crm/schema"], { env })).condition;
    expect(await condition()).toMatchObject({ code: "no-capable-host", next: "mission agents" });
    agent(repository, "claude");
    agent(repository, "codex");
    expect(await condition()).toMatchObject({ code: "ready" });
    const { decisions } = await typeJson(repository, ["pulse", "--dry-run"], { env });
    expect(decisions).toContainEqual(expect.objectContaining({ kind: "dispatch", about: ["crm/schema"] }));
  });

  it("says what to install where there is none, inside and outside of a repository", async () => {
    const repository = makeRepository({ "README.md": "x\n" });
    const { env } = machine(repository);
    const said = await type(repository, ["agents"], { env });
    expect(said).toMatchObject({ code: 0, out: expect.stringContaining("npm install -g @anthropic-ai/claude-code") });
    const outside = { ...repository, folder: temporaryFolder() } as Repository;
    expect((await type(outside, ["agents"], { env })).out).toBe(said.out);
  });
});

describe("with a config", () => {
  const world = () => makeActive({ "missions/config.md": CONFIG });

  it("each runtime has its state, its account, its models and its roles; others that are installed are told", async () => {
    const repository = world();
    for (const name of ["claude", "gemini", "codex"]) agent(repository, name);
    const { env } = machine(repository, { GEMINI_API_KEY: "sk-secret-never-read", CLAUDE_CODE_OAUTH_TOKEN: "t" });
    const agents = await listAgents(repository, env);
    expect(agents).toMatchObject([
      {
        name: "claude",
        state: "ready",
        source: "config",
        billing: "subscription",
        sign_in: { state: "yes", by: "CLAUDE_CODE_OAUTH_TOKEN" },
        path: `${repository.folder}/bin/claude`,
      },
      { name: "second", state: "ready", billing: "api", models: { standard: "gemini-pro", thinking: null } },
      {
        name: "mine",
        state: "missing",
        sign_in: null,
        version: null,
        problem: "WK_KEY is not set",
        next: "export WK_KEY=...",
      },
      { name: "codex", state: "unused", next: expect.stringContaining("put codex: { kind: codex } under runtimes:") },
    ]);
    const { out } = await type(repository, ["agents"], { env });
    expect(out).toContain("signs in by CLAUDE_CODE_OAUTH_TOKEN (subscription)");
    expect(JSON.stringify(agents) + out).not.toContain("sk-secret");
  });

  it("a key beside billing: subscription is told, for it goes first", async () => {
    const config = "---\nruntimes: { claude: { kind: claude, billing: subscription } }\n---\n";
    const repository = makeActive({ "missions/config.md": config });
    agent(repository, "claude");
    const { env } = machine(repository, { ANTHROPIC_API_KEY: "sk-secret-never-read" });
    const [claude] = await listAgents(repository, env);
    expect(claude).toMatchObject({
      state: "ready",
      problem: "ANTHROPIC_API_KEY goes before a subscription: what it costs may be a bill",
      next: expect.stringContaining("unset ANTHROPIC_API_KEY"),
    });
    const { env: free } = machine(repository, { CLAUDE_CODE_OAUTH_TOKEN: "t" });
    expect((await listAgents(repository, free))[0]).toMatchObject({ problem: null });
  });

  it("an agent that is not there, or starts with an error, has the step that helps", async () => {
    const repository = world();
    agent(
      repository,
      "gemini",
      `printf 'file:///x/cli.js:3\\n\\nSyntaxError: The requested module \\033[31mnode:util\\033[0m\\n' >&2; exit 1`,
    );
    const { env } = machine(repository, { GEMINI_API_KEY: "k" });
    expect(await listAgents(repository, env)).toMatchObject([
      { name: "claude", state: "missing", next: "npm install -g @anthropic-ai/claude-code" },
      {
        name: "second",
        state: "broken",
        problem: "it starts with an error: SyntaxError: The requested module node:util",
        next: "install Node 22 or newer, then npm install -g @google/gemini-cli",
      },
      { name: "mine" },
    ]);
  });

  it.each([
    [
      "one that is not there",
      { codex: "echo 1.2.3" },
      ["agent-missing"],
      "claude can't work here: claude is not installed",
    ],
    [
      "one that does not start",
      { codex: "echo 1.2.3", claude: "echo 'native binary not installed' >&2; exit 1" },
      ["agent-broken"],
      "claude can't work here: it starts with an error: native binary not installed",
    ],
    ["all of them", {}, ["no-runtime"], "no agent can work here: claude: claude is not installed; codex: codex is not"],
  ])("check tells %s", async (_, programs, codes, message) => {
    const files = {
      "missions/config.md": "---\nruntimes: { claude: { kind: claude }, codex: { kind: codex } }\n---\n",
    };
    const repository = makeRepository(files);
    for (const [name, script] of Object.entries(programs)) agent(repository, name, script);
    const { env } = machine(repository, { CODEX_API_KEY: "k", ANTHROPIC_API_KEY: "k" });
    const { readiness } = await typeJson(repository, ["check"], { env });
    expect(readiness.map(({ code }: { code: string }) => code)).toEqual(codes);
    expect(readiness[0].message).toContain(message);
  });

  it("doctor and check say the same of it, and doubt stands in nobody's way", async () => {
    const repository = world();
    agent(repository, "claude");
    agent(repository, "gemini");
    const { env, put } = machine(repository, { WK_KEY: "1" });
    put(".gemini/settings.json");
    const { checks } = await typeJson(repository, ["doctor"], { env });
    const told = checks.filter(({ name }: { name: string }) => name === "agents");
    expect(told).toMatchObject([
      { code: "agent-signed-out", level: "note", text: "claude: no account is found" },
      { code: "agents", level: "ok", text: "second: 1.2.3, ~/.gemini/settings.json may name an account" },
      { code: "agents", level: "ok", text: "mine: can be started" },
    ]);
    const { readiness } = await typeJson(repository, ["check"], { env });
    expect(readiness).toContainEqual({
      code: "signed-out",
      message: "claude can't work here: no account is found",
      next: "claude, then /login; or export ANTHROPIC_API_KEY=...",
    });
    expect(readiness.filter(({ code }: { code: string }) => code === "signed-out")).toHaveLength(1);
  });
});
