import { describe, expect, it } from "vitest";
import { parseChecks } from "../../src/format/check-list.ts";
import { Report } from "../../src/format/documents/report.ts";
import { readYaml } from "../../src/format/yaml/yaml-text.ts";

function read(text: string) {
  const report = new Report("x.md", text);
  const checks = parseChecks(report, readYaml(text, 0, text.length).value);
  return {
    checks,
    findings: report.findings.map(({ code, severity, line }) => `${line} ${code}${severity === "warning" ? "?" : ""}`),
  };
}

const TEST = { method: "bash", run: "npm test", timeoutMs: null, expectOutput: null };

describe("parseChecks", () => {
  it.each([
    ["a list of commands", "- npm test\n- npm run build"],
    ["maps", "- run: npm test\n- { run: npm run build }"],
    ["maps with a method", "- { method: bash, run: npm test }\n- method: bash\n  run: npm run build"],
    ["blocks of a further verify", "- verify: { method: bash, run: npm test }\n- verify:\n    run: npm run build"],
    ["a list below verify", "verify:\n  - npm test\n  - run: npm run build"],
  ])("reads %s", (_, text) => {
    expect(read(text)).toEqual({ checks: [TEST, { ...TEST, run: "npm run build" }], findings: [] });
  });

  it.each([
    ["run: npm test", TEST],
    ["verify: npm test", TEST],
    ["run: npm test\ntimeout: 90s\nexpect_output: ok", { ...TEST, timeoutMs: 90_000, expectOutput: "ok" }],
    ["run: |\n  npm ci\n  npm test\n", { ...TEST, run: "npm ci\nnpm test" }],
    ["pattern: export default", { method: "codebase", pattern: "export default", absent: null, path: null }],
    ["absent: TODO\npath: src", { method: "codebase", pattern: null, absent: "TODO", path: "src" }],
    ["script: test/e2e/login.ts", { method: "browser", script: "test/e2e/login.ts", url: null, steps: [], expect: [] }],
    [
      "url: /login\nsteps: [sign in]\nexpect: a dashboard",
      { method: "browser", script: null, url: "/login", steps: ["sign in"], expect: ["a dashboard"] },
    ],
    ["role: tester\nask: Is it usable?", { method: "agent", role: "tester", ask: "Is it usable?" }],
    ["method: agent\nask: Is it usable?", { method: "agent", role: null, ask: "Is it usable?" }],
    ["method: manual\nask: Look at it.", { method: "manual", ask: "Look at it." }],
  ])("reads %j", (text, expected) => {
    expect(read(text)).toEqual({ checks: [expected], findings: [] });
  });

  it.each([
    ["ask: Look at it.", ["1 bad-check"]],
    ["method: perl\nrun: x", ["1 bad-value"]],
    ["method: bash", ["1 missing-key"]],
    ["method: agent\nrole: x", ["1 missing-key"]],
    ["pattern: x\nabsent: y", ["1 bad-check"]],
    ["script: x\nurl: y", ["1 bad-check"]],
    ["script: ../../etc/x", ["1 bad-path", "1 bad-check"]],
    ["run: x\ntimeout: 300", ["2 bad-value"]],
    ["run: x\ntimeout: soon", ["2 bad-value"]],
    ["- [npm test]", ["1 bad-check"]],
    ["- 5", ["1 bad-check"]],
    ["- npm test\n-", ["2 bad-check"]],
    ["run: x\nurl: y", ["2 unknown-key?"]],
    ["{}", ["1 bad-check"]],
  ])("says what is wrong with %j", (text, findings) => {
    expect(read(text).findings).toEqual(findings);
  });

  it("keeps the checks beside a wrong one", () => {
    expect(read("- nonsense: 1\n- npm test").checks).toEqual([TEST]);
  });
});
