import { expect, test } from "vitest";
import { agentEnvironment } from "../../../../src/doors/runtimes/acp/own-settings.ts";

test.each([["opencode acp"], ["/opt/bin/opencode acp"], ["npx opencode-ai@1.18.33 acp"]])(
  "%s asks before it does anything where somebody judges, and tells what its provider refuses",
  (run) => {
    const env = agentEnvironment({ HOME: "/h" }, run.split(" "), true);
    expect(env).toMatchObject({ HOME: "/h", OPENCODE_PRINT_LOGS: "1", OPENCODE_LOG_LEVEL: "ERROR" });
    expect(JSON.parse(env.OPENCODE_PERMISSION ?? "")).toMatchObject({ bash: { "*": "ask" }, edit: { "*": "ask" } });
    expect(agentEnvironment({}, run.split(" "), false)).not.toHaveProperty("OPENCODE_PERMISSION");
  },
);

test("what a person has set stays, and other agents are left as they are", () => {
  const env = { OPENCODE_PERMISSION: '{"bash":"deny"}', OPENCODE_LOG_LEVEL: "DEBUG", OPENCODE_CONFIG_CONTENT: "{}" };
  expect(agentEnvironment(env, ["opencode", "acp"], true)).toEqual({ ...env, OPENCODE_PRINT_LOGS: "1" });
  expect(agentEnvironment({ HOME: "/h" }, ["gemini", "--acp"], true)).toEqual({ HOME: "/h" });
});
