import type { Check, Config } from "../model/documents.ts";
import { LIMITS } from "../model/limits.ts";
import type { About, RunKind } from "../model/record.ts";
import type { Order, RunLimits } from "../model/run.ts";
import { MISSION_FOLDERS } from "../repo/standing.ts";
import type { ApplyContext, Subject } from "./context.ts";

/** What differs between the orders of work, gate and validation. */
export type OrderParts = Pick<Order, OrderName> & Partial<Order>;
/** What every order says for itself. */
type OrderName = "run" | "runKind" | "about" | "start" | "codeTree" | "nonce" | "branch" | "title";

const MINUTE_MS = 60_000;

/** An order with everything that all kinds of runs share. */
export function makeOrder(context: OrderContext, { mission, document, home }: Subject, parts: OrderParts): Order {
  const { config } = mission.repository;
  const setup = [...config.setup, ...document.setup];
  return { ...makeBareOrder(context, { mission: mission.id, home, config }), setup, ...parts };
}

type OrderContext = Pick<ApplyContext, "doors" | "authority" | "snapshot">;

/** The part of an order that follows from where it is given. */
export function makeBareOrder(
  { doors, authority, snapshot }: OrderContext,
  { mission, home, config }: { mission: string; home: { tip: string; codeTree: string }; config: Config },
): Omit<Order, OrderName> {
  return {
    version: 1,
    mission,
    attempt: 1,
    spec: "",
    base: home.tip,
    conflicted: false,
    purpose: null,
    features: [],
    baseCodeTree: home.codeTree,
    host: snapshot.host,
    owner: doors.processes.self(),
    gitDir: doors.git.gitDir,
    authority: authority.remote === null ? { kind: "local" } : { kind: "remote", remote: authority.remote },
    refPrefix: authority.names.prefix,
    identity: { name: "git-mission", email: `work@${snapshot.host}` },
    isolation: config.isolation,
    setup: [],
    checks: [],
    questions: [],
    runtime: null,
    model: null,
    tier: null,
    role: null,
    session: null,
    sessionSpent: { input: 0, output: 0, cached: 0 },
    secrets: [],
    policy: { missionFolders: MISSION_FOLDERS, writable: [], protected: [], scope: [] },
    permissions: { autonomy: "specialist", risk: "yellow", tools: [], allowed: [], denied: [] },
    limits: runLimits(config),
    ttlMs: LIMITS.ttlMs,
    createdAt: doors.clock.now(),
  };
}

function runLimits({ limits }: Config): RunLimits {
  return {
    wallMs: 60 * MINUTE_MS,
    idleMs: limits.idleMs,
    setupMs: LIMITS.setupMs,
    checkMs: LIMITS.checkMs,
    usd: null,
    tokens: null,
    outputBytes: limits.outputBytes,
    diskBytes: LIMITS.diskBytes,
    evidenceBytes: limits.evidenceBytes,
    harvestMs: LIMITS.harvestMs,
    killGraceMs: LIMITS.killGraceMs,
  };
}

/** `schema-2-x7k3m1`: the nonce makes two claims on the same tip differ. */
export function runName(about: string, attempt: number, nonce: string): string {
  return `${about}-${attempt}-${nonce}`;
}

/** How often something of a kind was tried before, for the number in a run's name. */
export function countRuns({ mission }: Subject, kind: RunKind, isSame: (about: About) => boolean): number {
  return [...mission.ledger.runs.values()].filter(
    ({ claim }) => claim.fact.runKind === kind && isSame(claim.fact.about),
  ).length;
}

/** What an agent may take is reserved for it on its own. */
function patienceMs(check: Check): number {
  if (check.method === "agent") return 0;
  return (check.method === "bash" ? check.timeoutMs : null) ?? LIMITS.checkMs;
}

/** Minutes that a run of checks may take at most: setup, then each check. */
export function checkMinutes(checks: Order["checks"]): number {
  const total = checks.reduce((sum, { check }) => sum + patienceMs(check), LIMITS.setupMs);
  return Math.ceil(total / MINUTE_MS);
}
