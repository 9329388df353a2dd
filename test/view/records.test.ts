import { describe, expect, it } from "vitest";
import type { Decision } from "../../src/model/decision.ts";
import { DECISION_KINDS } from "../../src/model/decision.ts";
import { RECORD_KINDS } from "../../src/model/record.ts";
import { renderApplied, renderDecisions } from "../../src/view/decisions.ts";
import { listLog, logCsv, logJson, renderLog } from "../../src/view/log.ts";
import { aCrm } from "./crm.ts";
import { aPage, aVerdict, aWorld } from "./world.ts";

const HEAD = "0123456789abcdef0123456789abcdef01234567";

describe("the log", () => {
  const world = aWorld()
    .withMission("crm")
    .withRecord({ kind: "created", format: 1, home: "mission/crm/home" })
    .withRun("auth-1", "auth", { minutesAgo: 30, outcome: "failed", usd: 0.92, body: "npm test: no\nmore" })
    .withRecord(aVerdict("auth", "failed", { checks: [{ result: "failed", label: "npm test", fingerprint: "f" }] }))
    .withRecord(
      aVerdict("auth", "passed", { of: "validate", override: "flaky", about: { kind: "milestone", milestone: "m" } }),
    )
    .withRecord({ kind: "merged", milestone: "m", head: HEAD, commit: HEAD })
    .withRecord({ kind: "landed", feature: "auth", run: null, spec: "s", commit: HEAD, codeTree: "t" })
    .withRecord(
      { kind: "asked", ask: "question", about: "auth", risk: null, boundTo: "s", expires: null },
      { body: "Which one?" },
    )
    .withRecord(
      { kind: "answered", ask: 1, decision: "answer", boundTo: "s" },
      { body: "The first.", by: "Anna <anna@example.com>" },
    )
    .withRecord(
      { kind: "comment", feature: "auth", mentions: [] },
      { body: "Look at this", by: "Anna <anna@example.com>" },
    )
    .withRecord({ kind: "control", target: "agent:coder", action: "pause" }, { by: "Anna <anna@example.com>" })
    .withRecord({ kind: "blocked", thing: "auth", reason: "home-refused" }, { body: "the hook said no" })
    .withRecord({ kind: "amended", commit: HEAD, because: "fix features" })
    .withRecord({ kind: "completed", commit: HEAD, costUsd: 12, minutes: 90, tokens: 10 });
  const mission = world.state().missions[0];
  if (!mission) throw new Error("no mission");

  it("has words for every kind of record", () => {
    expect(new Set(listLog(mission).map(({ kind }) => kind))).toEqual(new Set(RECORD_KINDS));
    expect(
      renderLog(listLog(mission), aPage(Number.POSITIVE_INFINITY)).map((line) =>
        line.slice(21).replace(/ {2,}/g, "  "),
      ),
    ).toEqual([
      "created  crm  home is mission/crm/home",
      "claim  crm/auth  work on anna-mbp-9f2c",
      "run-ended  crm/auth  auth-1 failed (0.92 USD, 12 min): npm test: no",
      "verdict  crm/auth  gate failed: npm test",
      "verdict  crm/m  validate passed, overridden: flaky",
      "merged  crm/m  into the default branch as 0123456789",
      "landed  crm/auth  as 0123456789",
      "asked  crm/auth  q1 question: Which one?",
      "answered  crm/auth  q1 answer: The first. by Anna <anna@example.com>",
      "comment  crm/auth  Look at this by Anna <anna@example.com>",
      "control  agent:coder  pause by Anna <anna@example.com>",
      "blocked  crm/auth  home-refused: the hook said no",
      "amended  crm  fix features",
      "completed  crm  12.00 USD, 1 h 30 min",
    ]);
  });

  it("names who spent what, and what of it is a guess or no bill", () => {
    const paid = { outcome: "stopped", usd: 5, source: "assumed", billing: "subscription", minutesAgo: 20 } as const;
    const world = aWorld()
      .withMission("crm")
      .withMilestone("m")
      .withFeature("auth", { document: { agent: "writer" } })
      .withRun("auth-1", "auth", paid)
      .withRun("auth-2", "auth", { ...paid, source: "priced", agent: "coder", model: "opus", billing: "api" });
    const [played] = world.state().missions;
    const texts = listLog(played ?? mission).flatMap(({ kind, text }) => (kind === "run-ended" ? [text] : []));
    expect(texts).toEqual([
      "auth-1 stopped (writer, sonnet, 5.00 USD (assumed, subscription), 12 min)",
      "auth-2 stopped (coder, opus, 5.00 USD, 12 min)",
    ]);
  });

  it("names an assertion that failed rather than the check that it failed in", () => {
    const verdict = aVerdict("auth", "failed", {
      checks: [
        { result: "failed", label: "npm test", fingerprint: "1111" },
        { result: "failed", label: "node splits.js", fingerprint: "2222" },
      ],
      assertions: [{ result: "failed", id: "VAL-SPLIT-001", fingerprint: "2222" }],
    });
    const [entry] = listLog(aWorld().withMission("crm").withRecord(verdict).state().missions[0] ?? mission);
    expect(entry?.text).toBe("gate failed: npm test; VAL-SPLIT-001");
  });

  it("gives only the last records where only those are asked for", () => {
    expect(listLog(mission, 2).map(({ kind }) => kind)).toEqual(["amended", "completed"]);
  });

  it("gives programs times in UTC and whole ids", () => {
    const [first] = logJson(listLog(aCrm().missions[0] ?? mission)).entries;
    expect(first).toMatchObject({
      at: "2026-11-20T09:02:00.000Z",
      mission: "crm",
      kind: "created",
      about: ["crm"],
      usd: null,
    });
    expect(first?.id).toHaveLength(40);
  });

  it("writes CSV that no spreadsheet takes for a formula", () => {
    const hostile = aWorld()
      .withMission("crm")
      .withRecord(
        { kind: "comment", feature: "auth", mentions: [] },
        { body: '=cmd|"/c calc"!A1, and more', by: "@x" },
      );
    const [header, line] = logCsv(listLog(hostile.state().missions[0] ?? mission)).split("\r\n");
    expect(header).toBe(
      "id,at,mission,kind,about,run,host,by,text,usd,cost_source,minutes,tokens_in,tokens_out,tokens_cached,runtime,model,agent,billing",
    );
    expect(line).toContain(`,'@x,"'=cmd|""/c calc""!A1, and more",`);
  });

  it("writes one line a record into CSV, costs and tokens as numbers", () => {
    const entries = listLog(mission);
    const lines = logCsv(entries).trimEnd().split("\r\n").slice(1);
    expect(lines).toHaveLength(entries.length);
    const costs = lines.map((line) => line.split(",").slice(-10));
    expect(
      costs.filter(([usd]) => usd !== "").every((cells) => cells.slice(2, 6).every((cell) => /^\d/.test(cell))),
    ).toBe(true);
    expect(costs.map(([usd]) => Number(usd))).toEqual(entries.map(({ usd }) => usd ?? 0));
  });
});

describe("decisions", () => {
  const on = { mission: "crm", tip: null, because: "it is time" };
  const features = [
    { feature: "auth", head: HEAD },
    { feature: "list", head: HEAD },
  ];
  const decisions: Decision[] = [
    { kind: "stop", run: "auth-1-x7k3m1", because: "everything is stopped" },
    { kind: "withdraw", run: "auth-1-x7k3m1", because: "its feature is cancelled" },
    { kind: "settle", runs: ["auth-1-x7k3m1"], because: "1 report waits" },
    { ...on, kind: "recover", run: "auth-1-x7k3m1", how: "own" },
    { kind: "discard", run: "auth-1-x7k3m1", because: "it was never claimed" },
    { ...on, kind: "begin", home: "mission/crm/home" },
    { ...on, kind: "adopt", feature: "auth", spec: "s" },
    { ...on, kind: "merge", milestone: "final", head: HEAD, contained: null },
    { ...on, kind: "follow", head: HEAD },
    { ...on, kind: "land", features, verdict: null },
    { ...on, kind: "gate", purpose: "sign", features: [], head: HEAD, milestone: "m", checks: [] },
    { ...on, kind: "record", of: "gate", milestone: null, features, result: "unchecked" },
    {
      ...on,
      kind: "review",
      feature: "auth",
      head: HEAD,
      spec: "s",
      runtime: "codex",
      role: "reviewer",
      reserve: { usd: 5, minutes: 30, tokens: 0 },
    },
    { ...on, kind: "validate", milestone: "m", checks: [] },
    {
      ...on,
      kind: "fix",
      milestone: "m",
      fixes: [{ id: "fix-val-1-ab12", title: "t", fixes: [], fingerprint: "f", evidence: "", checks: [] }],
    },
    { ...on, kind: "complete" },
    { ...on, kind: "ask", ask: { ask: "sign-off", about: "m", risk: null, boundTo: "b", text: "t" } },
    {
      ...on,
      kind: "dispatch",
      feature: "auth",
      attempt: 2,
      spec: "s",
      runtime: "claude",
      role: "coder",
      kept: null,
      session: null,
      reserve: { usd: 5, minutes: 60, tokens: 0 },
    },
    { kind: "clean", because: "it is time", run: "auth-1-x7k3m1", what: "workspace" },
  ];

  it("are one line each, with the reason", () => {
    expect(new Set(decisions.map(({ kind }) => kind))).toEqual(new Set(DECISION_KINDS));
    expect(
      renderDecisions(decisions, aPage(Number.POSITIVE_INFINITY)).map((line) => line.replace(/ {2,}/g, "  ")),
    ).toEqual([
      "  stop  auth-1-x7k3m1  everything is stopped",
      "  withdraw  auth-1-x7k3m1  its feature is cancelled",
      "  settle  auth-1-x7k3m1  1 report waits",
      "  recover  auth-1-x7k3m1  it is time",
      "  discard  auth-1-x7k3m1  it was never claimed",
      "  begin  crm  on mission/crm/home: it is time",
      "  adopt  crm/auth  it is time",
      "  merge  crm  it is time",
      "  follow  crm  it is time",
      "  land  crm/auth, crm/list  it is time",
      "  gate  crm/m  sign: it is time",
      "  record  crm/auth, crm/list  unchecked: it is time",
      "  review  crm/auth  by reviewer on codex, at most 5.00 USD and 30 min: it is time",
      "  validate  crm/m  it is time",
      "  fix  crm/m  fix-val-1-ab12: it is time",
      "  complete  crm  it is time",
      "  ask  crm/m  sign-off: it is time",
      "  dispatch  crm/auth  attempt 2 by coder on claude, at most 5.00 USD and 1 h: it is time",
      "  clean  auth-1-x7k3m1  workspace: it is time",
    ]);
  });

  it("say what became of them", () => {
    const land: Decision = { ...on, kind: "land", features, verdict: null };
    const page = aPage(Number.POSITIVE_INFINITY);
    expect(renderApplied(land, { kind: "done", detail: `landed as ${HEAD} (it is time)` }, page)).toEqual([
      "  land       crm/auth, crm/list   it is time → landed as 0123456789",
    ]);
    expect(renderApplied(land, { kind: "waits", reason: "index.lock is held" }, page)[0]).toContain(
      "it is time → waits: index.lock is held",
    );
  });
});
