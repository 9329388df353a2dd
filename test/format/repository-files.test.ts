import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/format/documents/config-default.ts";
import { parseRepositoryFiles } from "../../src/format/repository-files.ts";
import { aFile } from "./source-files.ts";

const CONFIG = `---
parallel: 2
isolation: sandbox
setup: [npm ci]
verify: [{ run: npm test }]
runtime: claude
review: skeptic
runtimes:
  claude: { kind: claude }
  mine:   { kind: command, run: [node, tools/agent.mjs], env: [MY_KEY], cost: none }
  desk:   { kind: tmux, run: [claude], billing: subscription }   # interactive
  demo:   { kind: replay, folder: demo }
models: { economy: { claude: haiku }, standard: { claude: sonnet, codex: gpt-5.1-codex }, thinking: }
protected: [".github/**", "package.json#scripts"]
limits: { attempts: 2, usd_per_day: 50, idle_minutes: 5, output_mb: 1, evidence_kb: 2 }
approvers: [{ email: alice@example.com, github: alice }]
notify: [{ kind: webhook, url: "env:HOOK_URL", on: [needs_input] }, { kind: command, run: [notify-send] }]
---
Be kind.
`;

describe("parseRepositoryFiles", () => {
  it("reads every key of the settings", () => {
    const { config, findings } = parseRepositoryFiles([aFile("missions/config.md", CONFIG)]);
    expect(findings).toEqual([]);
    const runtime = { run: [], env: [], cost: "unknown", billing: null, folder: null };
    expect(config).toEqual({
      file: "missions/config.md",
      parallel: 2,
      isolation: "sandbox",
      setup: ["npm ci"],
      verify: [{ method: "bash", run: "npm test", timeoutMs: null, expectOutput: null }],
      runtime: "claude",
      review: "skeptic",
      runtimes: [
        { ...runtime, name: "claude", kind: "claude" },
        { ...runtime, name: "mine", kind: "command", run: ["node", "tools/agent.mjs"], env: ["MY_KEY"], cost: "none" },
        { ...runtime, name: "desk", kind: "tmux", run: ["claude"], billing: "subscription" },
        { ...runtime, name: "demo", kind: "replay", folder: "demo", cost: "none" },
      ],
      models: { economy: { claude: "haiku" }, standard: { claude: "sonnet", codex: "gpt-5.1-codex" }, thinking: {} },
      protected: [".github/**", "package.json#scripts"],
      limits: {
        attempts: 2,
        rounds: 3,
        runUsd: 25,
        usdPerDay: 50,
        idleMs: 300_000,
        outputBytes: 1_048_576,
        evidenceBytes: 2048,
      },
      approvers: [{ email: "alice@example.com", github: "alice" }],
      notify: [
        { kind: "webhook", url: "env:HOOK_URL", run: [], on: ["needs_input"] },
        { kind: "command", url: null, run: ["notify-send"], on: ["needs_input", "blocked", "budget", "completed"] },
      ],
      body: "Be kind.",
      at: expect.objectContaining({ parallel: { line: 2, column: 1 }, runtime: { line: 6, column: 1 } }),
    });
  });

  it.each([
    ["runtime: cladue", 2, "error", 'There is no runtime "cladue"; did you mean claude?'],
    ["runtimes: { mine: { kind: command, run: [x] } }\nruntime: claude", 3, "error", 'There is no runtime "claude"'],
    ["models: { stanard: { claude: x } }", 2, "warning", 'There is no tier "stanard"; did you mean standard?'],
    ["models: { standard: { cladue: x } }", 2, "warning", 'There is no runtime "cladue"; did you mean claude?'],
    ["runtimes: { a: { kind: tmuxx, run: [x] } }", 2, "error", 'kind is "tmuxx"'],
  ])("names what is nowhere: %s", (text, line, severity, message) => {
    const { findings } = parseRepositoryFiles([aFile("missions/config.md", `---\n${text}\n---\n`)]);
    expect(findings).toEqual([expect.objectContaining({ line, severity, message })]);
    expect(findings[0]?.expected).not.toContain("tmux");
  });

  it.each(["runtime: codex", "models: { standard: { opencode: x } }"])(
    "takes agents that are known by name: %s",
    (text) => {
      expect(parseRepositoryFiles([aFile("missions/config.md", `---\n${text}\n---\n`)]).findings).toEqual([]);
    },
  );

  it("gives the defaults where there is no file", () => {
    expect(parseRepositoryFiles([])).toEqual({ config: defaultConfig(), roles: [], findings: [] });
  });

  it("keeps a default where a value is wrong, with a finding", () => {
    const content = CONFIG.replace("parallel: 2", "parallel: many").replace("isolation: sandbox", "isolation: box");
    const { config, findings } = parseRepositoryFiles([aFile("missions/config.md", content)]);
    expect(config).toMatchObject({ parallel: 4, isolation: "clone", runtime: "claude" });
    expect(findings).toMatchObject([
      { line: 2, code: "bad-value", message: 'parallel is "many"' },
      { line: 3, code: "bad-value", expected: "clone, sandbox, linked" },
    ]);
  });

  it("names the file below todo/missions where that is the only root", () => {
    const role = aFile("todo/missions/agents/coder.md", "---\nname: coder\n---\n");
    expect(parseRepositoryFiles([role]).config.file).toBe("todo/missions/config.md");
  });

  it("takes missions/ where both roots have a file, and says so", () => {
    const { config, roles, findings } = parseRepositoryFiles([
      aFile("todo/missions/config.md", "---\nparallel: 9\n---\n"),
      aFile("missions/config.md", "---\nparallel: 5\n---\n"),
      aFile("todo/missions/agents/coder.md", "---\nautonomy: lead\n---\n"),
      aFile("missions/agents/coder.md", "---\nautonomy: intern\n---\n"),
    ]);
    expect(config.parallel).toBe(5);
    expect(roles).toMatchObject([{ name: "coder", autonomy: "intern" }]);
    expect(findings).toMatchObject([
      { file: "todo/missions/config.md", severity: "warning", code: "duplicate-file" },
      { file: "todo/missions/agents/coder.md", code: "duplicate-file" },
    ]);
  });

  it("passes over files of missions", () => {
    const files = ["missions/crm/mission.md", "missions/agents/notes/x.md", "docs/config.md"].map((path) =>
      aFile(path, ""),
    );
    expect(parseRepositoryFiles(files)).toEqual({ config: defaultConfig(), roles: [], findings: [] });
  });

  it("says that an agent's file names another one", () => {
    const { roles, findings } = parseRepositoryFiles([aFile("missions/agents/coder.md", "---\nname: writer\n---\n")]);
    expect(roles).toMatchObject([{ name: "coder" }]);
    expect(findings).toMatchObject([{ code: "name-mismatch", line: 2 }]);
  });

  it("never repeats what stands where a variable's name belongs", () => {
    const content = "---\nruntimes: { mine: { kind: command, run: x, env: ['KEY=hunter2'] } }\n---\n";
    const { findings } = parseRepositoryFiles([aFile("missions/config.md", content)]);
    expect(findings).toMatchObject([{ code: "bad-value" }]);
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });
});
