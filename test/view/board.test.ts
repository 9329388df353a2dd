import { describe, expect, it } from "vitest";
import { featureRow, renderBoard } from "../../src/view/board.ts";
import { renderTable } from "../../src/view/table.ts";
import { aCrm, aCrmWorld } from "./crm.ts";
import { aCondition, aPage, aWorld, NO_BUDGET } from "./world.ts";

const board = (width: number) => renderBoard(aCrm(), aPage(width)).join("\n");

describe("the board of a mission", () => {
  it("shows the current milestone feature by feature at 80 columns", () => {
    expect(`\n${board(80)}\n`).toBe(`
crm  Build a CRM
active · 3 of 10 done · 41.20 of 200 USD (3.10 assumed, 7.00 reserved)
12.4 of 40 h · 4.1M of 30M tokens

  passed          crm/foundation   Foundation · 2 of 2 done · 5.50 USD
  active          crm/contacts     Contacts · 1 of 6 done · 5.51 USD
    done          crm/import       Import of contacts from CSV · 1.20 USD
    blocked       crm/auth         same failure twice: npm test -- auth:
                                   "expected 302, got 200" (runs auth-1, auth-2;
                                   1.84 USD)
                                   next: mission show crm/auth --diff, then
                                   mission edit crm/auth or
                                   mission retry crm/auth
    in_progress   crm/list         Contact list… · attempt 2 · 12 min · 0.42 USD
    review        crm/detail       Page of one contact · gate 2 min · 2.05 USD
    needs_input   crm/export       it changes protected paths:
                                   package.json#scripts
                                   next: mission show crm/export --diff, then
                                   mission approve crm/q1 or
                                   mission deny crm/q1 "why"
    ready         crm/search       Search · list works on the same paths
  pending         crm/deals        Deals · 0 of 2 done
`);
  });

  it("takes a line each at 120 columns", () => {
    expect(`\n${board(120)}\n`).toBe(`
crm  Build a CRM
active · 3 of 10 done · 41.20 of 200 USD (3.10 assumed, 7.00 reserved) · 12.4 of 40 h · 4.1M of 30M tokens

  passed          crm/foundation   Foundation · 2 of 2 done · 5.50 USD
  active          crm/contacts     Contacts · 1 of 6 done · 5.51 USD
    done          crm/import       Import of contacts from CSV · 1.20 USD
    blocked       crm/auth         same failure twice: npm test -- auth: "expected 302, got 200" (runs auth-1, auth-2;
                                   1.84 USD)
                                   next: mission show crm/auth --diff, then mission edit crm/auth or
                                   mission retry crm/auth
    in_progress   crm/list         Contact list API · attempt 2 · 12 min · 0.42 USD
    review        crm/detail       Page of one contact · gate 2 min · 2.05 USD
    needs_input   crm/export       it changes protected paths: package.json#scripts
                                   next: mission show crm/export --diff, then mission approve crm/q1 or
                                   mission deny crm/q1 "why"
    ready         crm/search       Search · list works on the same paths
  pending         crm/deals        Deals · 0 of 2 done
`);
  });

  it("puts the text below the names at 60 columns", () => {
    expect(`\n${board(60)}\n`).toBe(`
crm  Build a CRM
active · 3 of 10 done
41.20 of 200 USD (3.10 assumed, 7.00 reserved)
12.4 of 40 h · 4.1M of 30M tokens

  passed   crm/foundation
    Foundation · 2 of 2 done · 5.50 USD
  active   crm/contacts
    Contacts · 1 of 6 done · 5.51 USD
    done   crm/import
      Import of contacts from CSV · 1.20 USD
    blocked   crm/auth
      same failure twice: npm test -- auth: "expected 302,
      got 200" (runs auth-1, auth-2; 1.84 USD)
      next: mission show crm/auth --diff, then
      mission edit crm/auth or mission retry crm/auth
    in_progress   crm/list
      Contact list API · attempt 2 · 12 min · 0.42 USD
    review   crm/detail
      Page of one contact · gate 2 min · 2.05 USD
    needs_input   crm/export
      it changes protected paths: package.json#scripts
      next: mission show crm/export --diff, then
      mission approve crm/q1 or mission deny crm/q1 "why"
    ready   crm/search
      Search · list works on the same paths
  pending   crm/deals
    Deals · 0 of 2 done
`);
  });

  it("opens a milestone that is asked for, and no other", () => {
    const lines = renderBoard(aCrm(), aPage(80), [{ mission: "crm", milestone: "deals" }]);
    expect(lines.slice(4)).toEqual([
      "  pending     crm/deals      Deals · 0 of 2 done",
      "    backlog   crm/pipeline   Pipeline of deals · waits for milestone contacts",
      "    backlog   crm/mail       Mail from a deal · waits for milestone contacts",
    ]);
  });

  it("keeps only the features that are asked for", () => {
    const lines = renderBoard(aCrm(), aPage(80), [{ mission: "crm", keeps: ({ id }) => id === "search" }]);
    expect(lines.slice(4)).toEqual([
      "  active    crm/contacts   Contacts · 1 of 6 done · 5.51 USD",
      "    ready   crm/search     Search · list works on the same paths",
    ]);
  });

  it("puts missions that are over below, in a line each", () => {
    const world = aWorld()
      .withMission("old", { title: "An old one", status: "completed" })
      .withMission("new", { title: "A new one" });
    expect(renderBoard(world.state(), aPage())).toEqual([
      "new  A new one",
      "active · 0 of 0 done",
      "",
      "  completed   old   An old one",
    ]);
  });
});

describe("a blocked line", () => {
  it("says why, shows the proof, and names exactly one next step", () => {
    const mission = aCrm().missions[0];
    const feature = mission?.milestones[1]?.features[1];
    if (!mission || !feature) throw new Error("not in the fixture");
    const lines = renderTable(
      [{ ...featureRow(mission, feature, aPage()), depth: 0 }],
      aPage(Number.POSITIVE_INFINITY),
    );
    expect(lines).toEqual([
      '  blocked   crm/auth   same failure twice: npm test -- auth: "expected 302, got 200" (runs auth-1, auth-2; 1.84 USD)',
      "                       next: mission show crm/auth --diff, then mission edit crm/auth or mission retry crm/auth",
    ]);
  });

  it("has a next step even where none was derived", () => {
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("f", { status: "blocked", condition: aCondition("no idea why") });
    expect(renderBoard(world.state(), aPage()).at(-1)).toMatch(/^ +next: mission show crm\/f$/);
  });

  it("says until when it holds", () => {
    const until = aPage().now + 90_000;
    const world = aCrmWorld().withFeature("late", {
      status: "ready",
      condition: aCondition("its provider rests", { until }),
    });
    expect(renderBoard(world.state(), aPage(100), [{ mission: "crm", milestone: "deals" }]).at(-1)).toContain(
      "its provider rests (1 min left)",
    );
  });
});

describe("the head of a mission", () => {
  const stuck = aCondition("Which page size?", { next: 'mission answer crm/q1 "..."' });
  const lines = (feature: Parameters<ReturnType<typeof aWorld>["withFeature"]>[1]) =>
    renderBoard(
      aWorld()
        .withMission("crm", { status: "blocked", condition: stuck })
        .withMilestone("m")
        .withFeature("f", feature)
        .state(),
      aPage(),
    );

  it("says why nothing moves, unless a line below says it", () => {
    expect(lines({ status: "done" }).slice(0, 4)).toEqual([
      "crm  crm",
      "blocked · 1 of 1 done",
      "Which page size?",
      'next: mission answer crm/q1 "..."',
    ]);
    expect(lines({ status: "needs_input", condition: stuck }).slice(0, 3)).toEqual([
      "crm  crm",
      "blocked · 0 of 1 done",
      "",
    ]);
  });

  it("counts the errors in its files", () => {
    const error = {
      file: "missions/crm/mission.md",
      line: 1,
      column: 1,
      severity: "error",
      code: "c",
      message: "m",
      expected: "",
    } as const;
    const world = aWorld().withMission("crm", { findings: [error, error, { ...error, severity: "warning" }] });
    expect(renderBoard(world.state(), aPage()).at(-1)).toBe("2 errors in its files: mission check missions/crm");
  });

  it("warns of a budget that is nearly or wholly used", () => {
    const head = (alerts: readonly number[]) =>
      renderBoard(
        aWorld()
          .withMission("crm", { budget: { ...NO_BUDGET, alerts } })
          .state(),
        aPage(),
      )[1];
    expect(head([50, 80])).toBe("active · 0 of 0 done · over 80 % of the budget");
    expect(head([50, 80, 95, 100])).toBe("active · 0 of 0 done · budget used up");
  });
});
