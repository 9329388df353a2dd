import { describe, expect, it } from "vitest";
import type { AskKind } from "../../src/model/record.ts";
import { inboxJson, renderInbox } from "../../src/view/inbox.ts";
import { renderLive } from "../../src/view/live.ts";
import { listWaiting } from "../../src/view/waiting.ts";
import { nextCommand, renderWhere } from "../../src/view/where.ts";
import { aCrm } from "./crm.ts";
import { aCondition, aPage, aWorld, NO_BUDGET, NOW } from "./world.ts";

const APPROVAL = {
  kind: "asked",
  ask: "approval",
  about: "list",
  risk: "red",
  boundTo: "spec head",
  expires: null,
} as const;

describe("what waits for a person", () => {
  it("is asks first, then what is blocked, each once", () => {
    expect(listWaiting(aCrm()).map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      "crm/q1 approval",
      "crm/auth blocked",
    ]);
  });

  it("is told once where one reason holds many back", () => {
    const stuck = {
      status: "ready",
      condition: aCondition("claude is not installed", { next: "mission doctor" }),
    } as const;
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("a", stuck)
      .withFeature("b", stuck)
      .withFeature("c", stuck);
    expect(renderInbox(world.state(), aPage(100))).toEqual([
      "  crm/a   ready   claude is not installed (and 2 more)",
      "                  next: mission doctor",
    ]);
  });

  it("is an agent whose provider needs a person, wherever it was to play a part", () => {
    const next = "claude, then /login, then mission retry crm";
    const condition = {
      ...aCondition("claude is not signed in: Not logged in", { next, since: NOW - 90_000, until: NOW + 300_000 }),
      code: "provider",
    };
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("a", { status: "ready", condition })
      .withFeature("b", { status: "review", condition });
    const text = renderInbox(world.state(), aPage(120)).join("\n");
    expect(text).toMatch(
      /crm\/a {3}agent {3}claude is not signed in: Not logged in \(since .*, tried again in 5 min\) \(and 1 more\)/,
    );
    expect(text).toContain(`next: ${next}`);
    expect(inboxJson(world.state()).waiting).toMatchObject([
      { kind: "agent", since: expect.stringContaining("T"), next },
    ]);
  });

  it("is the mission where no part of it says more", () => {
    const condition = aCondition("its home branch is missing", { next: "git branch mission/crm/home <commit>" });
    const world = aWorld().withMission("crm", { status: "blocked", condition });
    expect(listWaiting(world.state()).map(({ name, next }) => [name, next])).toEqual([
      ["crm", "git branch mission/crm/home <commit>"],
    ]);
  });

  it("is nothing where nothing waits", () => {
    expect(renderInbox(aWorld().state(), aPage())).toEqual(["Nothing waits for a person."]);
  });
});

describe("the step that answers an ask", () => {
  const nextOf = (ask: AskKind, about: string | null = "list") => {
    const asked = { ...APPROVAL, ask, about, boundTo: "0123456789abcdef" };
    return listWaiting(aWorld().withMission("crm").withRecord(asked, { body: "Well?" }).state())[0]?.next;
  };

  it.each([
    ["question", 'mission answer crm/q1 "..."'],
    ["stale", 'mission answer crm/q1 "..."'],
    ["approval", 'mission show crm/list --diff, then mission approve crm/q1 or mission deny crm/q1 "why"'],
    ["sign-off", 'mission show crm/list --diff, then mission approve crm/q1 or mission deny crm/q1 "why"'],
    ["override", 'mission show crm/q1, then mission approve crm/q1 or mission deny crm/q1 "why"'],
    ["deadline", "mission edit crm (its deadline)"],
    ["follow", "git switch mission/crm/home && git merge 0123456789ab, then push"],
    ["merge", "git merge mission/crm/list on the default branch, then push"],
  ] as const)("%s: %s", (ask, next) => {
    expect(nextOf(ask)).toBe(next);
  });

  it("names the mission for its end", () => {
    expect(nextOf("sign-off", "final")).toContain("mission show crm --diff");
  });

  it("offers a limit a quarter higher where a budget is used up", () => {
    const usd = { limit: 200, reported: 200, priced: 0, assumed: 0, subscription: 0, reserved: 0 };
    const budget = { ...NO_BUDGET, usd, alerts: [100], exhausted: "usd" as const };
    const world = aWorld()
      .withMission("crm", { budget })
      .withRecord({ ...APPROVAL, ask: "budget", about: null, boundTo: "usd 200" });
    expect(listWaiting(world.state())[0]?.next).toBe("mission budget crm usd=250");
  });

  it("is told once where a feature waits for a budget that is asked for", () => {
    const evidence = ["crm-0".padEnd(40, "0")];
    const condition = aCondition("the budget of crm is used up", { next: "mission budget crm usd=...", evidence });
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("a", { status: "needs_input", condition })
      .withRecord({ ...APPROVAL, ask: "budget", about: null, boundTo: "usd 4" });
    expect(listWaiting(world.state()).map(({ name, next }) => [name, next])).toEqual([
      ["crm/q1", "mission budget crm usd=5"],
    ]);
  });
});

describe("the inbox", () => {
  it("shows the whole text of an ask, its risk and its age", () => {
    const body = "crm/list wants to land:\n\n- it changes package.json\n- it changes .github/ci.yml";
    const world = aWorld().withMission("crm").withRecord(APPROVAL, { minutesAgo: 130, body });
    expect(renderInbox(world.state(), aPage(90))).toEqual([
      "  crm/q1   approval   red risk · crm/list wants to land: · 2 h 10 min",
      "                      - it changes package.json",
      "                      - it changes .github/ci.yml",
      "                      next: mission show crm/list --diff, then mission approve crm/q1 or",
      '                      mission deny crm/q1 "why"',
    ]);
  });

  it("says what an ask is about where its words do not", () => {
    const world = aWorld()
      .withMission("crm")
      .withRecord({ ...APPROVAL, ask: "question", risk: null }, { body: "Which page size?" });
    expect(renderInbox(world.state(), aPage())[0]).toBe("  crm/q1   question   crm/list: Which page size? · 0 s");
  });

  it("gives programs the same list", () => {
    expect(inboxJson(aCrm()).waiting.map(({ id, about, risk, since }) => ({ id, about, risk, since }))).toEqual([
      { id: "crm/q1", about: "crm/export", risk: "red", since: "2026-11-20T11:52:00.000Z" },
      { id: "crm/auth", about: "crm/auth", risk: null, since: null },
    ]);
  });
});

describe("mission alone", () => {
  it("says where, what needs me, what runs and what is next", () => {
    expect(`\n${renderWhere(aCrm(), aPage(), 24).join("\n")}\n`).toBe(`
  crm        active       Build a CRM
                          3 of 10 done · milestone 2 of 3
                          41.20 of 200 USD (3.10 assumed)

Needs you
  crm/q1     approval     red risk · crm/export wants to land: it changes
                          protected paths: package.json#scripts · 2 h 10 min
                          next: mission show crm/export --diff, then
                          mission approve crm/q1 or mission deny crm/q1 "why"
  crm/auth   blocked      same failure twice: npm test -- auth: "expected 302,
                          got 200" (runs auth-1, auth-2; 1.84 USD)
                          next: mission show crm/auth --diff, then
                          mission edit crm/auth or mission retry crm/auth

Running
  work       crm/list     12 min · attempt 2 · list-2-x7k3m1
  gate       crm/detail   2 min · gate-3-x7k3m1

Next  mission show crm/export --diff, then mission approve crm/q1 or
mission deny crm/q1 "why"
`);
  });

  it.each([10, 14, 24, 40])("is at most a screen of %i lines", (rows) => {
    const world = aWorld();
    for (let number = 1; number <= 30; number++) {
      world
        .withMission(`m${number}`)
        .withMilestone("m")
        .withFeature("f", { status: "blocked", condition: aCondition(`reason ${number}`) });
      world.withRun(`f-${number}`, "f");
    }
    const lines = renderWhere(world.state(), aPage(), rows);
    expect(lines.length).toBeLessThan(rows);
    if (rows >= 24) expect(lines.at(-1)).toBe("Next  mission inbox");
  });

  it("knows the next step in every situation", () => {
    expect(nextCommand(aWorld().state())).toBe('mission new "what you want to have"');
    expect(nextCommand(aWorld().withMission("crm").state())).toBe("mission run");
    expect(nextCommand(aWorld().withMission("crm").withMission("shop").state())).toBe("mission run crm");
    expect(nextCommand(aWorld().withMission("crm", { status: "planning" }).state())).toBe("mission run crm");
    expect(nextCommand(aWorld().withMission("crm", { status: "paused" }).state())).toBe("mission resume crm");
    expect(nextCommand(aWorld().withMission("crm", { status: "completed" }).state())).toBe("mission report");
    expect(nextCommand(aWorld().withMission("crm").with({ stopped: true }).state())).toBe("mission resume --all");
  });

  it("says why this host starts nothing", () => {
    const state = aWorld().withMission("crm").with({ idle: "origin can't be reached: no answer" }).state();
    expect(renderWhere(state, aPage(), 24)).toContain("This host starts nothing: origin can't be reached: no answer");
  });
});

describe("the live frame", () => {
  const live = (rows: number, width = 80) =>
    renderLive(aCrm(), aPage(width), { missions: ["crm"], rows, footer: "Ctrl-C ends this view; runs go on" });

  it("says when what waits for the clock goes on", () => {
    const backoff = aCondition("failed: out of turns; tried again in a moment", { until: NOW + 7_900 });
    const over = aCondition("tried again", { until: NOW });
    const state = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("a", { status: "ready", condition: backoff })
      .withFeature("b", { status: "ready", condition: over })
      .withFeature("c", { status: "blocked", condition: backoff })
      .state();
    const lines = renderLive(state, aPage(), { missions: null, rows: 24, footer: "" });
    const from = lines.indexOf("Soon");
    expect(lines.slice(from, from + 3)).toEqual([
      "Soon",
      "  in 7 s   crm/a   failed: out of turns; tried again in a moment",
      "",
    ]);
  });

  it("shows what runs, what waits and what happened last", () => {
    expect(`\n${live(24).join("\n")}\n`).toBe(`
crm  Build a CRM
━━━━━━━─────────────────  active · 3 of 10 done
41.20 of 200 USD (3.10 assumed, 7.00 reserved) · 12.4 of 40 h
4.1M of 30M tokens

Running
  work   crm/list     12 min · attempt 2 · list-2-x7k3m1
  gate   crm/detail   2 min · gate-3-x7k3m1

Needs you
  crm/q1     approval   red risk · crm/export wants to land: it changes protect…
                        next: mission show crm/export --diff, then
                        mission approve crm/q1 or mission deny crm/q1 "why"
  crm/auth   blocked    same failure twice: npm… (runs auth-1, auth-2; 1.84 USD)
                        next: mission show crm/auth --diff, then
                        mission edit crm/auth or mission retry crm/auth

Last
  13:42   verdict   crm/list     gate failed: npm test
  13:50   claim     crm/list     work attempt 2 on anna-mbp-9f2c
  14:00   claim     crm/detail   gate on anna-mbp-9f2c

14:02:00  Ctrl-C ends this view; runs go on
`);
  });

  it.each([8, 12, 24, 40, 60])("leaves the last of %i lines free, so that nothing scrolls", (rows) => {
    for (const width of [40, 60, 80, 120]) expect(live(rows, width).length).toBeLessThan(rows);
    expect(live(rows).at(-1)).toContain("Ctrl-C");
  });
});

describe("what a live run has spent", () => {
  it("is shown where this host knows it", () => {
    const spent = { usd: 0.31, agent: "coder", runtime: "claude", model: "opus", billing: "subscription" } as const;
    const options = { missions: ["crm"], rows: 24, footer: "", spending: new Map([["list-2-x7k3m1", spent]]) };
    expect(renderLive(aCrm(), aPage(120), options)).toContain(
      "  work   crm/list     12 min · 0.31 USD (subscription) · attempt 2 · list-2-x7k3m1 · coder · claude opus",
    );
  });
});
