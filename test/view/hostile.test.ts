import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { State } from "../../src/model/state.ts";
import { renderBoard } from "../../src/view/board.ts";
import { renderInbox } from "../../src/view/inbox.ts";
import { renderEvent, renderLive } from "../../src/view/live.ts";
import { listLog, renderLog } from "../../src/view/log.ts";
import type { Page } from "../../src/view/page.ts";
import { renderReports } from "../../src/view/report.ts";
import { renderFeature } from "../../src/view/show/feature.ts";
import { renderMission } from "../../src/view/show/mission.ts";
import { renderRun } from "../../src/view/show/run.ts";
import { renderWhere } from "../../src/view/where.ts";
import { widthOf } from "../../src/view/width.ts";
import { aCrm } from "./crm.ts";
import { aCondition, aPage, aVerdict, aWorld } from "./world.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Everything that draws a state. */
function draw(state: State, page: Page): string[] {
  const [mission] = state.missions;
  const [milestone] = mission?.milestones ?? [];
  const [feature] = milestone?.features ?? [];
  const [run] = mission?.ledger.runs.values() ?? [];
  if (!mission || !milestone || !feature || !run) throw new Error("the world is too small");
  return [
    ...renderBoard(state, page),
    ...renderInbox(state, page),
    ...renderWhere(state, page, 40),
    ...renderLive(state, page, { missions: null, rows: 40, footer: "" }),
    ...renderLog(listLog(mission), page),
    ...listLog(mission).flatMap((entry) => renderEvent(entry, page).split("\n")),
    ...renderReports(state, state.missions, page, { since: null, by: ["feature", "agent", "model", "day"] }),
    ...renderMission(
      mission,
      [{ id: "VAL-1", title: feature.document.title, text: "", checks: [], file: "", line: 1 }],
      page,
    ),
    ...renderFeature({ mission, milestone, feature }, page, feature.document.title),
    ...renderRun(mission, run, page, feature.document.title),
  ];
}

function aWorldSaying(words: string): State {
  return aWorld()
    .withMission("crm", { title: words })
    .withMilestone("m", { title: words, status: "blocked", condition: aCondition(words, { next: words }) })
    .withFeature("f", {
      title: words,
      status: "blocked",
      condition: aCondition(words, { next: words, evidence: ["f-1-x7k3m1"] }),
      document: { body: words, agent: words },
    })
    .withFeature("g", { title: words, status: "ready", condition: aCondition(words, { next: words }) })
    .withRun("f-1", "f", { outcome: "failed", body: words, model: words, host: words })
    .withRun("f-2", "f", { host: words })
    .withRecord(
      aVerdict("f", "failed", { override: words, checks: [{ result: "failed", label: words, fingerprint: null }] }),
    )
    .withRecord(
      { kind: "asked", ask: "question", about: "f", risk: words, boundTo: words, expires: null },
      { body: words, name: words, by: words },
    )
    .withRecord({ kind: "comment", feature: "f", mentions: [] }, { body: words, name: words, by: words })
    .with({ idle: words })
    .state();
}

describe("words of others", () => {
  it.each([
    "\u001b[2J\u001b[31mred\u001b]0;title\u0007",
    "\u009b2J\u009d0;title\u009c",
    "\u202eright to left",
    "one\r\ntwo\tthree\u2028four\u0000",
    "日本語の長い題".repeat(20),
    "x".repeat(500),
    "👩‍👩‍👧".repeat(60),
  ])("%j never reach the terminal as commands, nor leave the page", (words) => {
    for (const width of [60, 80, 120]) {
      for (const line of draw(aWorldSaying(words), aPage(width))) {
        expect(line).not.toMatch(CONTROL);
        expect(line).not.toContain("\n");
        expect(widthOf(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  it("are safe whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (words) => {
        for (const line of draw(aWorldSaying(words), aPage(80))) {
          expect(line).not.toMatch(CONTROL);
          expect(widthOf(line)).toBeLessThanOrEqual(80);
        }
      }),
      { numRuns: 60 },
    );
  });
});

it("names of our own parts never appear", () => {
  expect(draw(aCrm(), aPage(80)).join("\n")).not.toMatch(/\b(?:runner|worker|executor)s?\b/i);
});
