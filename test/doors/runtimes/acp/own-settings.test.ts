import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ownSettings } from "../../../../src/doors/runtimes/acp/own-settings.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

const JUDGED = { isJudged: true, workspace: "/runs/r1/workspace", folder: "/runs/r1" };
const FREE = { ...JUDGED, isJudged: false };

describe("OpenCode", () => {
  const command = ["opencode", "acp"];

  test.each([["opencode acp"], ["/opt/bin/opencode acp"], ["npx opencode-ai@1.18.33 acp"]])(
    "%s asks before it does anything where somebody judges, and tells what its provider refuses",
    (run) => {
      const { env } = ownSettings({ command: run.split(" "), env: { HOME: "/h" } }, JUDGED);
      expect(env).toMatchObject({ HOME: "/h", OPENCODE_PRINT_LOGS: "1", OPENCODE_DISABLE_PROJECT_CONFIG: "1" });
      expect(JSON.parse(env.OPENCODE_PERMISSION ?? "")).toMatchObject({ bash: { "*": "ask" }, edit: { "*": "ask" } });
      expect(ownSettings({ command: run.split(" "), env: {} }, FREE).env).not.toHaveProperty("OPENCODE_PERMISSION");
    },
  );

  test("what a person's rules let pass is asked for last, whoever set them; their other settings stay", () => {
    const env = {
      OPENCODE_PERMISSION: '{"bash":{"*":"allow","git push *":"allow"},"skill":"deny"}',
      OPENCODE_CONFIG_CONTENT: '{"model":"a/b","agent":{"build":{"prompt":"x","permission":"allow"}}}',
      OPENCODE_LOG_LEVEL: "DEBUG",
    };
    const settings = ownSettings({ command, env }, JUDGED).env;
    const { bash, skill } = JSON.parse(settings.OPENCODE_PERMISSION ?? "");
    expect(Object.entries(bash).at(-1)).toEqual(["**", "ask"]);
    expect(skill).toBe("deny");
    expect(JSON.parse(settings.OPENCODE_CONFIG_CONTENT ?? "")).toMatchObject({
      model: "a/b",
      default_agent: "build",
      agent: { build: { prompt: "x", permission: { bash: { "**": "ask" } } } },
    });
    expect(settings.OPENCODE_LOG_LEVEL).toBe("DEBUG");
  });

  test("settings that can't be read are none", () => {
    const env = { OPENCODE_CONFIG_CONTENT: "{ // a", OPENCODE_PERMISSION: "[1]" };
    expect(JSON.parse(ownSettings({ command, env }, FREE).env.OPENCODE_CONFIG_CONTENT ?? "")).toEqual({
      experimental: { continue_loop_on_deny: true },
    });
  });
});

test.each([["gemini --acp"], ["npx @google/gemini-cli@0.61.0 --acp"]])(
  "%s asks by an administrator's rules, and trusts no workspace",
  (run) => {
    const folder = temporaryFolder("run");
    const env = { HOME: "/h", GEMINI_CLI_TRUST_WORKSPACE: "true" };
    const settings = ownSettings({ command: run.split(" "), env }, { ...JUDGED, folder });
    expect(settings.command.slice(0, -1)).toEqual([...run.split(" "), "--admin-policy"]);
    const rules = readFileSync(settings.command.at(-1) ?? "", "utf8");
    expect(rules).toContain('"run_shell_command","write_file","replace"');
    expect(rules).not.toContain("allow");
    expect(settings.env).toEqual({
      HOME: "/h",
      GEMINI_CLI_TRUSTED_FOLDERS_PATH: `${folder}/gemini-trusted-folders.json`,
    });
  },
);

test("Qwen Code asks by a system's settings, and trusts no workspace", () => {
  const folder = temporaryFolder("run");
  const { command, env } = ownSettings({ command: ["qwen", "--acp"], env: { HOME: "/h" } }, { ...JUDGED, folder });
  const read = (name: string) => JSON.parse(readFileSync(env[name] ?? "", "utf8"));
  expect(command).toEqual(["qwen", "--acp"]);
  expect(read("QWEN_CODE_SYSTEM_SETTINGS_PATH")).toMatchObject({
    permissions: { ask: expect.arrayContaining(["Bash"]) },
  });
  expect(read("QWEN_CODE_TRUSTED_FOLDERS_PATH")).toEqual({ "/runs/r1/workspace": "DO_NOT_TRUST" });
});

test("other agents are left as they are, and where nobody judges what a person has set", () => {
  const others = { command: ["copilot", "--acp"], env: { HOME: "/h" } };
  expect(ownSettings(others, JUDGED)).toEqual(others);
  const gemini = { command: ["gemini", "--acp"], env: { GEMINI_CLI_TRUST_WORKSPACE: "true" } };
  expect(ownSettings(gemini, FREE)).toEqual(gemini);
});
