import { describe, expect, test } from "vitest";
import type { Order } from "../../src/model/run.ts";
import { orderShape } from "../../src/schema/order.ts";

const COMMIT = "a".repeat(40);

const ORDER: Order = {
  version: 1,
  run: "schema-1-x7k3m1",
  runKind: "work",
  mission: "crm",
  about: { kind: "feature", feature: "schema" },
  attempt: 1,
  spec: "5ec",
  base: COMMIT,
  start: COMMIT,
  conflicted: false,
  purpose: null,
  features: [{ feature: "schema", head: "b".repeat(64) }],
  codeTree: COMMIT,
  baseCodeTree: COMMIT,
  nonce: "x7k3m1",
  host: "anna-mbp-9f2c",
  owner: { machine: "m", boot: "b", pidNamespace: "n", pid: 42, startedAt: "1" },
  gitDir: "/repository/.git",
  authority: { kind: "remote", remote: "origin" },
  refPrefix: "refs/mission",
  branch: "mission/crm/schema",
  title: "The schema",
  identity: { name: "git-mission", email: "work@anna-mbp-9f2c" },
  isolation: "clone",
  setup: ["npm ci"],
  questions: [],
  checks: [
    { check: { method: "bash", run: "npm test", timeoutMs: null, expectOutput: null }, assertion: null },
    { check: { method: "codebase", pattern: null, absent: "TODO", path: "src" }, assertion: "VAL-CRM-001" },
    { check: { method: "browser", script: null, url: "/", steps: ["click"], expect: ["text"] }, assertion: null },
    { check: { method: "agent", role: null, ask: "Is it done?" }, assertion: null },
    { check: { method: "manual", ask: "Is it nice?" }, assertion: null },
  ],
  runtime: {
    name: "mine",
    kind: "command",
    run: ["node", "a.mjs"],
    env: ["KEY"],
    cost: "none",
    billing: null,
    folder: null,
  },
  model: null,
  tier: "standard",
  role: "coder",
  session: null,
  sessionSpent: { input: 0, output: 0, cached: 0 },
  secrets: [{ name: "sendgrid", reference: "env:SENDGRID_KEY" }],
  policy: { missionFolders: ["missions"], writable: [], protected: [".github/**"], scope: ["src/**"] },
  permissions: { autonomy: "specialist", risk: "yellow", tools: [], allowed: [], denied: [] },
  limits: {
    wallMs: 3_600_000,
    idleMs: 600_000,
    setupMs: 900_000,
    checkMs: 600_000,
    usd: 3,
    tokens: null,
    outputBytes: 1,
    diskBytes: 1,
    evidenceBytes: 65_536,
    harvestMs: 300_000,
    killGraceMs: 5_000,
  },
  ttlMs: 360_000,
  createdAt: 1_800_000_000_000,
};

test("an order comes back as it was written", () => {
  expect(orderShape.parse(JSON.parse(JSON.stringify(ORDER)))).toEqual(ORDER);
});

test("a key of a later version is dropped", () => {
  expect(orderShape.parse({ ...ORDER, shiny: true })).toEqual(ORDER);
});

describe("an order is refused", () => {
  const features: Order["about"] = { kind: "features", features: [] };
  test.each<[string, object]>([
    ["of another version", { version: 2 }],
    ["of an unknown kind of run", { runKind: "dream" }],
    ["whose run leads out of its folder", { run: "../../etc" }],
    ["whose run is an option", { run: "-x" }],
    ["whose mission is a path", { mission: "a/b" }],
    ["whose start is no commit", { start: "main" }],
    ["whose base is an option", { base: "--upload-pack=evil" }],
    ["whose remote is an option", { authority: { kind: "remote", remote: "--upload-pack=evil" } }],
    ["whose refs are the person's", { refPrefix: "refs/heads" }],
    ["whose git directory is not absolute", { gitDir: ".git" }],
    ["with a limit that is no number", { limits: { ...ORDER.limits, wallMs: Number.NaN } }],
    ["with a limit below zero", { limits: { ...ORDER.limits, usd: -1 } }],
    ["without limits", { limits: undefined }],
    ["about no feature at all", { about: features }],
    ["with a check of an unknown method", { checks: [{ check: { method: "guess" }, assertion: null }] }],
  ])("%s", (_title, change) => {
    expect(orderShape.safeParse({ ...ORDER, ...change }).success).toBe(false);
  });
});
