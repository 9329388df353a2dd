/** What the built-in roles may do, with the tools and the autonomy that their files name. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseRole } from "../../src/format/documents/role.ts";
import type { PermissionRequest } from "../../src/model/permission.ts";
import { judge } from "../../src/policy/judge.ts";
import { chooseSandbox } from "../../src/policy/sandbox.ts";
import { aPolicy, aRequest, shell } from "./policies.ts";

function permissionsOf(name: string) {
  const path = `agents/${name}.md`;
  const bytes = readFileSync(join(import.meta.dirname, "../..", path));
  const { autonomy, tools } = parseRole({ path, mode: "100644", blob: "", bytes }).document;
  return { autonomy, tools };
}

const EDIT = aRequest({ tool: "edit", paths: ["src/a.ts"] });
const HANDOFF = aRequest({ tool: "edit", paths: aPolicy().places.own });
const FETCH = aRequest({ tool: "fetch", host: "example.com" });
const DEPLOY = shell("kubectl apply -f app.yaml");

const ROWS: readonly (readonly [string, PermissionRequest, string])[] = [
  ["coder", EDIT, "allowed"],
  ["coder", shell("npm install left-pad"), "allowed"],
  ["coder", FETCH, "denied"],
  ["coder", shell("git push"), "ask"],
  ["tester", EDIT, "allowed"],
  ["researcher", FETCH, "allowed"],
  ["researcher", aRequest({ tool: "edit", paths: ["missions/crm/research/choice.md"] }), "allowed"],
  ["researcher", aRequest({ tool: "edit", paths: ["missions/crm/mission.md"] }), "ask"],
  ["writer", EDIT, "allowed"],
  ["ops", shell("docker build ."), "allowed"],
  // It goes out of the house: never without a person, and a person can allow it.
  ["ops", DEPLOY, "ask"],
  ["reviewer", EDIT, "denied"],
  ["reviewer", HANDOFF, "allowed"],
  ["reviewer", shell("npm test"), "allowed"],
  ["validator", EDIT, "denied"],
  ["validator", FETCH, "allowed"],
];

test.each(ROWS)("%s: %j is %s", (name, request, decision) => {
  expect(judge(aPolicy(permissionsOf(name)), request).decision).toBe(decision);
});

test("only who works with the web gets the network in a sandbox that knows no hosts", () => {
  const online = ["coder", "tester", "writer", "ops", "researcher", "reviewer", "validator", "planner"].filter(
    (name) => chooseSandbox(aPolicy(permissionsOf(name))).network,
  );
  expect(online).toEqual(["researcher", "validator"]);
});
