import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { configuredNames } from "../../../../src/doors/runtimes/codex/configured-names.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

const CONFIG = `model_provider = "team"
[model_providers.team]
base_url = "https://models.example"
env_key = "TEAM_LLM"
env_http_headers = { "X-Team" = "TEAM_NAME", "X-Other" = 'OTHER' }
# env_key = "NOT_THIS"
[mcp_servers.tickets]
bearer_token_env_var = "TICKETS"
`;

test("the variables that Codex's settings name are found, in its own folder or below HOME", () => {
  const home = temporaryFolder("home");
  mkdirSync(join(home, ".codex"));
  writeFileSync(join(home, ".codex/config.toml"), CONFIG);
  const names = ["TEAM_LLM", "TICKETS", "TEAM_NAME", "OTHER"];
  const codex = { kind: "codex", run: [] } as const;
  expect(configuredNames({ HOME: home }, codex)).toEqual(names);
  expect(configuredNames({ HOME: "/nowhere", CODEX_HOME: join(home, ".codex") }, codex)).toEqual(names);
  expect(configuredNames({ HOME: home }, { kind: "acp", run: ["npx", "@agentclientprotocol/codex-acp@1"] })).toEqual(
    names,
  );
  expect(configuredNames({ HOME: home }, { kind: "claude", run: [] })).toEqual([]);
  expect(configuredNames({ HOME: temporaryFolder("empty") }, codex)).toEqual([]);
  expect(configuredNames({}, codex)).toEqual([]);
});
