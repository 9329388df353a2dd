import { expect, test } from "vitest";
import { chooseSandbox } from "../../src/policy/sandbox.ts";
import { aPolicy } from "./policies.ts";

test.each([
  ["a coder", { tools: ["read", "edit", "bash"] }, { writes: true, network: false }],
  ["a role of which nothing is said", { tools: [] }, { writes: true, network: false }],
  ["a researcher", { tools: ["read", "edit", "bash", "web"] }, { writes: true, network: true }],
  [
    "a researcher on a feature of red risk",
    { tools: ["read", "edit", "web"], risk: "red" },
    { writes: true, network: false },
  ],
  [
    "a coder on a feature of red risk",
    { tools: ["read", "edit", "bash"], risk: "red" },
    { writes: true, network: false },
  ],
  [
    "a lead on a feature of red risk",
    { tools: ["read", "edit", "bash"], autonomy: "lead", risk: "red" },
    { writes: true, network: false },
  ],
  ["an intern who codes", { tools: ["read", "edit", "bash"], autonomy: "intern" }, { writes: true, network: false }],
  ["a writer without a shell", { tools: ["read", "edit"] }, { writes: true, network: false }],
  ["an intern with the web", { tools: ["read", "edit", "web"], autonomy: "intern" }, { writes: true, network: false }],
  ["a reviewer, who builds and tests", { tools: ["read", "bash"] }, { writes: true, network: false }],
  ["an intern who only looks", { tools: ["read", "bash"], autonomy: "intern" }, { writes: false, network: false }],
  ["who only reads", { tools: ["read"], autonomy: "lead" }, { writes: false, network: false }],
] as const)("%s", (_title, given, sandbox) => {
  expect(chooseSandbox(aPolicy(given))).toEqual(sandbox);
});
