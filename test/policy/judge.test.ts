import { describe, expect, test } from "vitest";
import { judge } from "../../src/policy/judge.ts";
import { aPolicy, aRequest, shell } from "./policies.ts";

const [GREEN, YELLOW, RED] = [shell("npm test"), shell("npm install"), shell("git push")];

describe("what becomes of green, yellow and red", () => {
  test.each([
    ["intern", "green", ["allowed", "ask", "denied"]],
    ["intern", "red", ["allowed", "ask", "denied"]],
    ["specialist", "green", ["allowed", "allowed", "ask"]],
    ["specialist", "yellow", ["allowed", "allowed", "ask"]],
    ["specialist", "red", ["allowed", "ask", "denied"]],
    ["lead", "yellow", ["allowed", "allowed", "ask"]],
    ["lead", "red", ["allowed", "ask", "ask"]],
  ] as const)("%s on a feature of %s risk", (autonomy, risk, expected) => {
    const policy = aPolicy({ autonomy, risk });
    expect([GREEN, YELLOW, RED].map((request) => judge(policy, request).decision)).toEqual(expected);
  });
});

test("a person's word about a request holds, whatever it is", () => {
  expect(judge(aPolicy({ allowed: ["n1"] }), RED, "n1")).toMatchObject({ decision: "allowed", class: "red" });
  expect(judge(aPolicy({ allowed: ["n1"] }), RED, "n2")).toMatchObject({ decision: "ask" });
  expect(judge(aPolicy({ allowed: ["n1"], denied: ["n1"] }), GREEN, "n1")).toMatchObject({ decision: "denied" });
});

test("what goes on in the background is yellow at least", () => {
  const inBackground = (command: string) => aRequest({ ...shell(command), isBackground: true });
  expect(judge(aPolicy(), inBackground("npm test"))).toMatchObject({ decision: "allowed", class: "yellow" });
  expect(judge(aPolicy({ autonomy: "intern" }), inBackground("npm test"))).toMatchObject({ decision: "ask" });
  expect(judge(aPolicy(), inBackground("git push"))).toMatchObject({ class: "red" });
});

test("a role does nothing that it has no tool for", () => {
  const policy = aPolicy({ tools: ["read", "bash"] });
  expect(judge(policy, aRequest({ tool: "edit", paths: ["src/a.ts"] }))).toMatchObject({
    decision: "denied",
    class: "green",
  });
  expect(judge(policy, aRequest({ tool: "read", paths: ["src/a.ts"] }))).toMatchObject({ decision: "allowed" });
  expect(judge(aPolicy({ tools: ["read"] }), GREEN)).toMatchObject({ decision: "denied" });
  expect(judge(aPolicy({ tools: [] }), GREEN)).toMatchObject({ decision: "allowed" });
});

describe("paths", () => {
  test.each([
    ["edit", "src/a.ts", "green"],
    ["edit", "src/../../../r2/workspace/a", "red"],
    ["edit", "/tmp/a", "green"],
    ["edit", "/etc/hosts", "red"],
    ["edit", "/home/anna/.ssh/config", "red"],
    ["edit", "missions/crm/mission.md", "red"],
    ["edit", "missions/crm/research/notes.md", "green"],
    ["edit", ".github/workflows/ci.yml", "yellow"],
    ["edit", ".git/config", "yellow"],
    ["read", "/usr/include/stdio.h", "green"],
    ["read", "/home/anna/crm/README.md", "yellow"],
    ["read", "/home/anna/.aws/credentials", "red"],
    ["read", "~/.ssh/id_rsa", "red"],
    ["edit", "~/notes.txt", "red"],
    ["read", "/home/anna/.cargo/registry/x", "green"],
    ["read", "/home/anna/.cargo/credentials.toml", "red"],
  ] as const)("to %s %s is %s", (tool, path, level) => {
    expect(judge(aPolicy(), aRequest({ tool, paths: [path] })).class).toBe(level);
  });

  test("what is outside of the scope is yellow", () => {
    const policy = aPolicy({ paths: { ...aPolicy().paths, scope: ["src/**"] } });
    expect(judge(policy, aRequest({ tool: "edit", paths: ["src/a.ts"] })).class).toBe("green");
    expect(judge(policy, aRequest({ tool: "edit", paths: ["src/a.ts", "docs/a.md"] })).class).toBe("yellow");
    expect(judge(policy, shell("echo x > docs/a.md")).class).toBe("yellow");
  });
});

describe("hosts", () => {
  test.each([
    [["bash"], "localhost:3000", "green"],
    [["bash"], "registry.npmjs.org", "yellow"],
    [["bash"], "npmjs.org.evil.example.com", "red"],
    [["bash"], null, "red"],
    [["bash", "web"], "example.com", "yellow"],
    [["bash", "web"], null, "yellow"],
  ] as const)("a role with %j and %s: %s", (tools, host, level) => {
    expect(judge(aPolicy({ tools }), aRequest({ tool: "fetch", host })).class).toBe(level);
  });
});

test("what an agent does for itself is green, what nobody knows is yellow", () => {
  expect(judge(aPolicy(), aRequest({ title: "TodoWrite" })).class).toBe("green");
  expect(judge(aPolicy(), aRequest({ title: "mcp__db__drop" })).class).toBe("yellow");
  expect(judge(aPolicy(), aRequest({ tool: "shell" })).class).toBe("yellow");
  expect(judge(aPolicy(), aRequest({ tool: "edit" })).class).toBe("yellow");
});
