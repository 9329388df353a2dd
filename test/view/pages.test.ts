import { describe, expect, it } from "vitest";
import { statusShape } from "../../src/schema/status.ts";
import { renderCheckups } from "../../src/view/checkup.ts";
import { renderDiff } from "../../src/view/diff.ts";
import { renderFindings } from "../../src/view/findings.ts";
import { renderLeftovers } from "../../src/view/leftovers.ts";
import { renderAsk } from "../../src/view/show/ask.ts";
import { renderFeature } from "../../src/view/show/feature.ts";
import { renderMilestone } from "../../src/view/show/milestone.ts";
import { renderMission } from "../../src/view/show/mission.ts";
import { renderRun } from "../../src/view/show/run.ts";
import { statusJson } from "../../src/view/status-json.ts";
import { aCrm, aCrmWorld } from "./crm.ts";
import { aPage, aVerdict, aWorld } from "./world.ts";

function crm(state = aCrm()) {
  const [mission] = state.missions;
  const [, contacts] = mission?.milestones ?? [];
  if (!mission || !contacts) throw new Error("not in the fixture");
  return { mission, contacts };
}

function featureOf(id: string, state = aCrm()) {
  const { mission, contacts } = crm(state);
  const feature = contacts.features.find((one) => one.id === id);
  if (!feature) throw new Error("not in the fixture");
  return { mission, milestone: contacts, feature };
}

describe("the page of a feature", () => {
  it("shows spec, condition, runs, cost and what was handed over", () => {
    expect(`\n${renderFeature(featureOf("auth"), aPage(), "## Summary\nThe redirect is wrong.").join("\n")}\n`).toBe(`
crm/auth  Sign in with a password
blocked · same failure twice: npm test -- auth: "expected 302, got 200"
next: mission show crm/auth --diff, then mission edit crm/auth or
mission retry crm/auth

  milestone   crm/contacts
  agent       coder · size M · priority 3 · risk green
  cost        1.84 USD
  file        missions/crm/milestones/01-contacts/auth.md

Runs
  auth-1   work   failed   2026-11-20 10:42 · 12 min · 0.92 USD, 1k tokens
                           claude sonnet · on anna-mbp-9f2c
                           npm test -- auth: expected 302, got 200
  auth-2   work   failed   2026-11-20 11:32 · 12 min · 0.92 USD, 1k tokens
                           claude sonnet · on anna-mbp-9f2c
                           npm test -- auth: expected 302, got 200

Handoff of auth-2
  ## Summary
  The redirect is wrong.
`);
  });

  it("shows what a check printed, and what an agent saw for its yes, of the last verdict and as far as it fits", () => {
    const checks = [
      { result: "failed" as const, label: "npm test", fingerprint: "f" },
      { result: "passed" as const, label: "agent validator: is it kind?", fingerprint: null },
    ];
    const printed = Array.from({ length: 8 }, (_, index) => `    line ${index}`).join("\n");
    const body = `- failed: npm test (exit code 1)\n- passed: agent validator: is it kind? (it is)\n\n## npm test\n\n${printed}\n\n## agent validator: is it kind?\n\n    hello.txt says please\n`;
    const world = aCrmWorld()
      .withRecord(aVerdict("export", "failed", { checks }), { body: "## npm test\n\n    the first time\n" })
      .withRecord(aVerdict("export", "failed", { checks, run: "export-2-x7k3m1" }), { body });
    const lines = renderFeature(featureOf("export", world.state()), aPage(100), null).map((line) => line.trim());
    expect(lines.slice(lines.lastIndexOf("failed  npm test"), lines.indexOf("Thread") - 1)).toEqual([
      "failed  npm test",
      "passed  agent validator: is it kind?",
      "npm test",
      "2 lines more: mission show export-2-x7k3m1",
      ...["line 2", "line 3", "line 4", "line 5", "line 6", "line 7"],
      "agent validator: is it kind?",
      "hello.txt says please",
    ]);
    expect(lines).not.toContain("the first time");
  });

  it("shows verdicts check by check, and the thread in the order in which it was said", () => {
    const world = aCrmWorld()
      .withRecord(
        aVerdict("export", "failed", {
          checks: [
            { result: "failed", label: "npm test", fingerprint: "f" },
            { result: "passed", label: "npm run lint", fingerprint: null },
          ],
        }),
      )
      .withRecord(
        { kind: "comment", feature: "export", mentions: [] },
        { body: "Use a stream.\nFiles are large.", name: "Bo" },
      );
    const lines = renderFeature(featureOf("export", world.state()), aPage(100), null);
    expect(lines.slice(lines.indexOf("Verdicts"))).toEqual([
      "Verdicts",
      "  gate   failed   2026-11-20 14:02 · code tree eeeeeeeeee",
      "                  failed  npm test",
      "                  passed  npm run lint",
      "",
      "Thread",
      "  2026-11-20 11:52   Anna   approval q1 · crm/export wants to land: it changes protected paths:",
      "                            package.json#scripts",
      "                            next: mission show crm/export --diff, then mission approve crm/q1 or",
      '                            mission deny crm/q1 "why"',
      "  2026-11-20 14:02   Bo     Use a stream.",
      "                            Files are large.",
    ]);
  });

  it("keeps the shape of markdown and wraps what is too long", () => {
    const body = `# Title\n\n- a list\n  - inside it ${"word ".repeat(12)}\n\n\`\`\`\n\tcode\n\`\`\``;
    const { mission, milestone, feature } = featureOf("search");
    const lines = renderFeature(
      { mission, milestone, feature: { ...feature, document: { ...feature.document, body } } },
      aPage(60),
      null,
    );
    expect(lines.slice(lines.indexOf("  # Title"))).toEqual([
      "  # Title",
      "",
      "  - a list",
      "    - inside it word word word word word word word word word",
      "    word word word",
      "",
      "  ```",
      "    code",
      "  ```",
    ]);
  });
});

describe("other pages", () => {
  it("a mission: its contract with the last word on each assertion", () => {
    const world = aCrmWorld().withRecord(
      aVerdict("", "failed", {
        of: "validate",
        about: { kind: "milestone", milestone: "foundation" },
        assertions: [{ id: "VAL-AUTH-001", result: "failed", fingerprint: "f" }],
      }),
    );
    const contract = ["VAL-AUTH-001", "VAL-LIST-001"].map((id) => ({
      id,
      title: `about ${id}`,
      text: "",
      checks: [],
      file: "contract.md",
      line: 1,
    }));
    const lines = renderMission(crm(world.state()).mission, contract, aPage());
    expect(lines.slice(lines.indexOf("Contract"), lines.indexOf("Milestones"))).toEqual([
      "Contract",
      "  VAL-AUTH-001   failed   about VAL-AUTH-001",
      "  VAL-LIST-001   open     about VAL-LIST-001",
      "",
    ]);
  });

  it("a milestone: all its features", () => {
    const { mission, contacts } = crm();
    const lines = renderMilestone(mission, contacts, aPage());
    expect(lines.slice(0, 2)).toEqual(["crm/contacts  Contacts", "active · 1 of 6 features are through"]);
    expect(lines.filter((line) => /^ {2}\w+ +crm\//.test(line))).toHaveLength(6);
  });

  it("a run: where, how long, how it ended, and how to read its output", () => {
    const { mission } = crm();
    const run = mission.ledger.runs.get("list-2-x7k3m1");
    if (!run) throw new Error("not in the fixture");
    expect(renderRun(mission, run, aPage(), null)).toEqual([
      "list-2-x7k3m1  work of crm/list",
      "",
      "  outcome   running · 12 min",
      "  attempt   2",
      "  where     anna-mbp-9f2c",
      "  began     2026-11-20 13:50",
      "  base      cccccccccc",
      "  output    mission output list-2-x7k3m1 -f",
    ]);
  });

  it("an ask: what its answer is bound to, and that it is closed when that has changed", () => {
    const { mission } = crm();
    const [ask] = mission.ledger.asks;
    if (!ask) throw new Error("not in the fixture");
    expect(renderAsk(mission, ask, aPage(100))).toContain("  bound to   spec head red");
    const hash = "0123456789".repeat(4);
    const long = {
      ...ask,
      asked: { ...ask.asked, fact: { ...ask.asked.fact, ask: "override" as const, boundTo: hash } },
    };
    expect(renderAsk(mission, long, aPage(100))).toEqual(
      expect.arrayContaining(["  bound to   0123456789", 'next: mission approve crm/q1 or mission deny crm/q1 "why"']),
    );
    expect(renderAsk({ ...mission, openAsks: [] }, ask, aPage(100))).toContain(
      "  answer     closed: what it was about has changed",
    );
  });
});

describe("status --json", () => {
  it("has the shape that programs are promised", () => {
    const finding = {
      file: "missions/crm/mission.md",
      line: 3,
      column: 1,
      severity: "warning" as const,
      code: "unknown-key",
      message: "unknown key",
      expected: "",
    };
    const state = { ...aCrm(), findings: [finding] };
    expect(statusShape.parse(statusJson(state, ["missions/crm/mission.md"]))).toMatchObject({
      at: "2026-11-20T14:02:00.000Z",
      asks: [{ id: "crm/q1", about: "crm/export", since: "2026-11-20T11:52:00.000Z" }],
      runs: [{ id: "list-2-x7k3m1", about: "crm/list" }, { about: "crm/detail" }],
      missions: [{ progress: { done: 3, total: 10 }, home: "mission/crm/home" }],
    });
  });

  it("holds for missions of which nothing is known", () => {
    const state = aWorld().withMission("gone", { status: "gone", home: null, document: null }).state();
    expect(statusShape.parse(statusJson(state, [])).missions).toMatchObject([
      { home: null, mode: null, sign_off: null },
    ]);
  });
});

describe("lists", () => {
  it("findings with their place, what was expected, and what is not ready", () => {
    const finding = {
      file: "missions/crm/mission.md",
      line: 3,
      column: 9,
      severity: "error" as const,
      code: "status",
      message: "There is no status dnoe",
      expected: "done",
    };
    const readiness = {
      code: "no-checks",
      message: "no test command: every verdict will be inconclusive",
      next: "mission edit crm",
    };
    expect(renderFindings([finding], [readiness], aPage())).toEqual([
      "missions/crm/mission.md:3:9  error  There is no status dnoe  status",
      "  expected: done",
      "",
      "Not ready",
      "  no test command: every verdict will be inconclusive",
      "  next: mission edit crm",
      "",
      "1 error, 0 warnings",
    ]);
    expect(renderFindings([], [readiness], aPage())[0]).toBe("Not ready, though no file is wrong");
    expect(renderFindings([], [], aPage())).toEqual(["Nothing is wrong, everything is ready."]);
  });

  it("checks of the machine, each with its step", () => {
    const checks = [
      { code: "git", name: "git", level: "ok" as const, text: "2.39.5", next: null, fix: null },
      {
        code: "identity-missing",
        name: "identity",
        level: "bad" as const,
        text: "git does not know who you are",
        next: "git config user.name Anna",
        fix: null,
      },
    ];
    expect(renderCheckups(checks, aPage())).toEqual([
      "  ok    git        2.39.5",
      "  bad   identity   git does not know who you are",
      "                   next: git config user.name Anna",
      "",
      "1 thing stands in the way.",
    ]);
  });

  it("leftovers with what proves that they can go", () => {
    const leftover = {
      name: "auth-1-x7k3m1",
      folder: "/state/runs/auth-1-x7k3m1",
      bytes: 1_234_567,
      fate: "free" as const,
      because: "its work is kept",
      next: null,
    };
    const kept = { ...leftover, fate: "keep" as const, because: "it was not closed", next: "mission pulse" };
    expect(renderLeftovers([leftover, kept], aPage())).toEqual([
      "  free   auth-1-x7k3m1   1.2 MB   its work is kept",
      "                                  /state/runs/auth-1-x7k3m1",
      "  keep   auth-1-x7k3m1   1.2 MB   it was not closed",
      "                                  /state/runs/auth-1-x7k3m1",
      "                                  next: mission pulse",
      "",
      "1.2 MB could be freed. Nothing was deleted.",
    ]);
    expect(renderLeftovers([{ ...leftover, fate: "deleted" }], aPage()).at(-1)).toBe("1.2 MB freed.");
  });

  it("a diff without the control characters of its files", () => {
    expect(renderDiff("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new \u001b[2J\u009b31m\n", aPage())).toEqual([
      "--- a/x",
      "+++ b/x",
      "@@ -1 +1 @@",
      "-old",
      "+new ",
    ]);
  });
});
