import { describe, expect, test } from "vitest";
import { statusShape } from "../../src/schema/status.ts";

const AT = "2026-11-20T09:30:00.000Z";
const CONDITION = { code: "slot", message: "waits for a free place", evidence: [], until: AT, next: null };
const FEATURE = {
  id: "schema",
  title: "The schema",
  status: "ready",
  condition: CONDITION,
  agent: "coder",
  attempt: 1,
  round: 0,
  run: null,
  head: null,
  pull: null,
  cost: { usd: 0.5, source: "reported" },
  depends_on: ["other/thing"],
};
const FINDING = {
  file: "missions/crm/mission.md",
  line: 3,
  column: 1,
  severity: "error",
  code: "unknown-status",
  message: "no such status: done",
  expected: "planning, active, paused or cancelled",
};
const MISSION = {
  id: "crm",
  title: "Build a CRM",
  path: "missions/crm",
  home: "mission/crm/home",
  mode: "full",
  sign_off: "milestone",
  status: "active",
  condition: CONDITION,
  unjudged: null,
  progress: { done: 0, total: 1 },
  budget: {
    usd: { limit: null, reported: 0.5, priced: 0, assumed: 0, subscription: 0, reserved: 0 },
    hours: { limit: 40, spent: 0.25 },
    tokens: { limit: null, spent: 1200 },
  },
  milestones: [
    {
      id: "foundation",
      dir: "01-foundation",
      title: "Foundation",
      status: "active",
      condition: CONDITION,
      round: 0,
      features: [FEATURE],
    },
  ],
};
const STATUS = {
  schema: 1,
  at: AT,
  host: "anna-mbp-9f2c",
  authority: "origin",
  stopped: false,
  unsaved: ["missions/crm/mission.md"],
  missions: [MISSION],
  asks: [{ id: "crm/q7", mission: "crm", about: "crm/schema", risk: null, text: "Which port?", since: AT }],
  runs: [
    {
      id: "schema-1-x7k3m1",
      mission: "crm",
      about: "crm/schema",
      kind: "work",
      host: "anna-mbp-9f2c",
      runtime: null,
      since: AT,
      cost: null,
    },
  ],
  findings: [FINDING],
};

test("the status of the format page has this shape", () => {
  expect(statusShape.parse(STATUS)).toEqual(STATUS);
});

describe("it has not the shape of", () => {
  test.each<[string, object]>([
    ["another schema", { schema: 2 }],
    ["a key that the page does not name", { extra: 1 }],
    ["a moment that is a number", { at: 1_800_000_000_000 }],
    ["a status that is none of the words", { missions: [{ ...MISSION, status: "running" }] }],
    ["a finding without severity", { findings: [{ ...FINDING, severity: undefined }] }],
    ["money below zero", { runs: [{ ...STATUS.runs[0], cost: -1 }] }],
    ["a condition without its next step", { missions: [{ ...MISSION, condition: { ...CONDITION, next: undefined } }] }],
  ])("%s", (_title, change) => {
    expect(statusShape.safeParse({ ...STATUS, ...change }).success).toBe(false);
  });
});
