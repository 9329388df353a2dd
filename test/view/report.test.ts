import { describe, expect, it } from "vitest";
import { makeReport, renderReports, reportJson } from "../../src/view/report.ts";
import { renderReport } from "../../src/view/report-page.ts";
import { aCrm, aCrmWorld } from "./crm.ts";
import { aPage, aVerdict, aWorld, NOW } from "./world.ts";

const HOUR = 3_600_000;

function missionOf(state = aCrm()) {
  const [mission] = state.missions;
  if (!mission) throw new Error("no mission");
  return mission;
}

describe("mission report", () => {
  it("says what happened and what it cost", () => {
    const state = aCrm();
    const lines = renderReports(state, state.missions, aPage(), { since: null, by: ["feature"] });
    expect(`\n${lines.join("\n")}\n`).toBe(`
From the beginning, as of 2026-11-20 14:02

crm  Build a CRM
active · 3 of 10 done

  landed      1 · crm/import · 1 unaided
  runs        3 · 1 delivered, 2 failed
  sent back   1
  asks        1 · 0 answered · 1 waiting
  cost        3.04 USD (reported), 36 min, 4k tokens

By feature
  crm/auth     2 runs   1.84 USD, 24 min, 2k tokens
  crm/import   1 run    1.20 USD, 12 min, 1k tokens
`);
  });

  it("counts only what came after a time", () => {
    const report = makeReport(missionOf(), aPage(), { since: NOW - 3 * HOUR, by: [] });
    expect(report).toMatchObject({
      landed: [],
      runs: { total: 1, outcomes: { failed: 1 } },
      asked: 1,
      cost: { usd: 0.92 },
    });
  });

  it("shares the cost of a gate among its features, and names what belongs to none", () => {
    const features = ["a", "b"].map((feature) => ({ feature, head: "h" }));
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("a", { document: { agent: "writer" } })
      .withFeature("b")
      .withRun("gate-1", "a", { kind: "gate", about: { kind: "features", features }, outcome: "delivered", usd: 1 })
      .withRun("a-1", "a", { outcome: "delivered", usd: 3, model: "opus" })
      .withRun("validate-1", "", {
        kind: "validate",
        about: { kind: "milestone", milestone: "final" },
        outcome: "delivered",
        usd: 0.25,
      });
    const { by, cost } = makeReport(missionOf(world.state()), aPage(), {
      since: null,
      by: ["feature", "agent", "runtime", "model", "day"],
    });
    const lines = by.map(({ group, lines: groupLines }) => [
      group,
      ...groupLines.map(({ key, cost: part }) => `${key} ${part.usd}`),
    ]);
    expect(lines).toEqual([
      ["feature", "crm/a 3.5", "crm/b 0.5", "crm 0.25"],
      ["agent", "writer 3", "gate 1", "validate 0.25"],
      ["runtime", "claude 4.25"],
      ["model", "opus 3", "sonnet 1.25"],
      ["day", "2026-11-20 4.25"],
    ]);
    expect(cost.usd).toBe(4.25);
  });

  it("gives what a judging agent cost to its role, and of several to each its share", () => {
    const about = { kind: "milestone", milestone: "final" } as const;
    const spent = { kind: "validate", about, outcome: "delivered" } as const;
    const share = { runtime: "claude", model: null, tokens: 0 };
    const shares = [
      { ...share, agent: "validator", costUsd: 0.75 },
      { ...share, agent: "tester", model: "opus", costUsd: 0.25 },
    ];
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withRun("validate-1", "", { ...spent, usd: 1, agent: "validator" })
      .withRun("validate-2", "", { ...spent, usd: 2, agent: "validator", shares });
    const mission = missionOf(world.state());
    const { by } = makeReport(mission, aPage(), { since: null, by: ["agent", "model"] });
    const lines = by.map(({ lines: each }) => each.map(({ key, runs, cost }) => `${key} ${runs} ${cost.usd}`));
    expect(lines).toEqual([
      ["validator 2 2.5", "tester 1 0.5"],
      ["claude, unnamed 1 1.5", "sonnet 1 1", "opus 1 0.5"],
    ]);
    const page = renderReport(mission);
    expect(page).toContain("## Cost by agent");
    expect(page).toContain("| validator | 2 | 2.50 USD, 21 min");
    expect(page).toContain("| claude, unnamed | 1 | 1.50 USD");
  });

  it("calls a feature aided that needed a second run or a person's answer", () => {
    const landed = { kind: "landed", run: null, spec: "s", commit: "c", codeTree: "t" } as const;
    const world = aWorld().withMission("crm").withMilestone("m");
    for (const id of ["alone", "twice", "asked"])
      world.withFeature(id).withRun(`${id}-1`, id, { outcome: "delivered" });
    world.withRun("twice-2", "twice", { outcome: "delivered" });
    world.withRecord({ kind: "asked", ask: "question", about: "asked", risk: null, boundTo: "s", expires: null });
    for (const feature of ["alone", "twice", "asked"]) world.withRecord({ ...landed, feature });
    expect(makeReport(missionOf(world.state()), aPage(), { since: null, by: [] })).toMatchObject({
      landed: ["crm/alone", "crm/twice", "crm/asked"],
      unaided: 1,
    });
  });

  it("gives programs the same figures", () => {
    const state = aCrm();
    const json = reportJson(state, state.missions, aPage(), { since: NOW - HOUR, by: [] });
    expect(json).toMatchObject({
      schema: 1,
      since: "2026-11-20T13:02:00.000Z",
      missions: [{ id: "crm", sentBack: 1 }],
    });
  });
});

describe("report.md", () => {
  it("is a function of the ledger and the files", () => {
    expect(renderReport(missionOf())).toBe(renderReport(missionOf({ ...aCrm(), at: NOW + HOUR })));
  });

  it("says what landed, what the contract's checks said and what persons decided", () => {
    const world = aCrmWorld()
      .withRecord(
        { kind: "answered", ask: 1, decision: "approved", boundTo: "spec head red" },
        { body: "Looks | right" },
      )
      .withRecord(
        aVerdict("", "passed", {
          of: "validate",
          about: { kind: "milestone", milestone: "final" },
          assertions: [{ id: "VAL-A-001", result: "passed", fingerprint: null }],
        }),
      );
    const contract = [
      { id: "VAL-A-001", title: "A person signs in", text: "", checks: [], file: "contract.md", line: 1 },
    ];
    const text = renderReport(missionOf(world.state()), contract);
    expect(text).toContain("# Report: Build a CRM\n\n3 of 10 features landed.");
    expect(text).toContain("| import | Import of contacts from CSV | done | 1 | 0 | 1.20 USD |");
    expect(text).toContain("| VAL-A-001 | A person signs in | passed |");
    expect(text).toContain("| q1 approval | export | approved | Anna | Looks \\| right |");
    expect(text.endsWith("\n")).toBe(true);
  });

  it("gives the words of others no meaning for markdown or HTML", () => {
    const title = "<script>alert(1)</script> | [x](y) `z`\n# Not a heading";
    const text = renderReport(missionOf(aWorld().withMission("crm", { title }).state()));
    expect(text.split("\n")[0]).toBe(
      "# Report: &lt;script&gt;alert(1)&lt;/script&gt; \\| \\[x\\](y) \\`z\\` # Not a heading",
    );
  });
});
