/** Orders for tests of what carries them out. */

import type { Check, Runtime } from "../../src/model/documents.ts";
import type { Order, RunLimits } from "../../src/model/run.ts";

const LIMITS: RunLimits = {
  wallMs: 60_000,
  idleMs: 60_000,
  setupMs: 30_000,
  checkMs: 20_000,
  usd: 2,
  tokens: 100_000,
  outputBytes: 8 * 1024 * 1024,
  diskBytes: 200 * 1024 * 1024,
  evidenceBytes: 64 * 1024,
  harvestMs: 60_000,
  killGraceMs: 500,
};

export const HEAD = "1".repeat(40);

/** A work order of `crm/contacts`; what a test is about is given. */
export function anOrder(given: Partial<Omit<Order, "limits">> & { limits?: Partial<RunLimits> } = {}): Order {
  const { limits, ...rest } = given;
  return {
    version: 1,
    run: "contacts-1-x7k3m1",
    runKind: "work",
    mission: "crm",
    about: { kind: "feature", feature: "contacts" },
    attempt: 1,
    spec: "5".repeat(40),
    base: HEAD,
    start: HEAD,
    conflicted: false,
    purpose: null,
    features: [],
    codeTree: "2".repeat(40),
    baseCodeTree: "3".repeat(40),
    nonce: "x7k3m1",
    host: "anna-mbp-9f2c",
    owner: { machine: "m", boot: "b", pidNamespace: "n", pid: 2, startedAt: "1" },
    gitDir: "/nowhere/.git",
    authority: { kind: "local" },
    refPrefix: "refs/mission",
    branch: "mission/crm/contacts",
    title: "Contact list",
    identity: { name: "Coder", email: "coder@example.com" },
    isolation: "clone",
    setup: [],
    checks: [],
    questions: [],
    runtime: aRuntime([]),
    model: null,
    tier: null,
    role: "coder",
    session: null,
    sessionSpent: { input: 0, output: 0, cached: 0 },
    secrets: [],
    policy: { missionFolders: ["missions", "todo/missions"], writable: [], protected: [], scope: [] },
    permissions: { autonomy: "specialist", risk: "yellow", tools: [], allowed: [], denied: [] },
    limits: { ...LIMITS, ...limits },
    ttlMs: 360_000,
    createdAt: 1,
    ...rest,
  };
}

export function aRuntime(run: readonly string[], more: Partial<Runtime> = {}): Runtime {
  return { name: "mine", kind: "command", run, env: [], cost: "unknown", billing: null, folder: null, ...more };
}

export function bash(run: string, more: { timeoutMs?: number; expectOutput?: string } = {}): Check {
  return { method: "bash", run, timeoutMs: more.timeoutMs ?? null, expectOutput: more.expectOutput ?? null };
}
