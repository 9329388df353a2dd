/** Builds a State for views, one call for each thing: what is not said has a plain default. */

import type { FeatureDocument, MilestoneDocument, MissionDocument } from "../../src/model/documents.ts";
import type { AskEntry } from "../../src/model/ledger.ts";
import type { Claim, CostSource, Fact, LedgerRecord, RunEnded, Verdict } from "../../src/model/record.ts";
import type {
  BudgetState,
  Condition,
  Cost,
  FeatureState,
  FeatureStatus,
  MilestoneState,
  MilestoneStatus,
  MissionState,
  MissionStatus,
  State,
} from "../../src/model/state.ts";
import { foldLedger } from "../../src/repo/fold.ts";
import type { Page } from "../../src/view/page.ts";
import { plainPaint } from "../../src/view/paint.ts";

const MINUTE = 60_000;
/** 2026-11-20 14:02 in UTC, a Friday. */
export const NOW = Date.UTC(2026, 10, 20, 14, 2);
export const HOST = "anna-mbp-9f2c";

export function aPage(width = 80): Page {
  return { width, paint: plainPaint, now: NOW, zone: () => 0 };
}

export function aCondition(message: string, rest: Partial<Condition> = {}): Condition {
  return { code: "code", message, evidence: [], until: null, next: null, ...rest };
}

const NO_COST: Cost = { usd: 0, reported: 0, priced: 0, assumed: 0, subscription: 0, minutes: 0, tokens: 0 };
export const NO_BUDGET: BudgetState = {
  usd: { limit: null, reported: 0, priced: 0, assumed: 0, subscription: 0, reserved: 0 },
  hours: { limit: null, spent: 0, reserved: 0 },
  tokens: { limit: null, spent: 0, reserved: 0 },
  day: { limit: 100, used: 0 },
  alerts: [],
  exhausted: null,
};

export interface FeatureOptions {
  title?: string;
  status?: FeatureStatus;
  condition?: Condition;
  usd?: number;
  attempt?: number;
  round?: number;
  head?: string;
  document?: Partial<FeatureDocument>;
}

export interface World {
  withMission(id: string, options?: Partial<MissionState>): World;
  withMilestone(
    id: string,
    options?: { title?: string; status?: MilestoneStatus; condition?: Condition; body?: string },
  ): World;
  withFeature(id: string, options?: FeatureOptions): World;
  /** Minutes ago, and who wrote it. */
  withRecord(fact: Fact, options?: { minutesAgo?: number; by?: string; body?: string; name?: string }): World;
  /** A claim and, with an outcome, its end. The nonce is `x7k3m1`. */
  withRun(name: string, feature: string, options?: RunOptions): World;
  with(options: Partial<State>): World;
  state(): State;
}

export interface RunOptions {
  kind?: Claim["runKind"];
  attempt?: number;
  host?: string;
  minutesAgo?: number;
  minutes?: number;
  outcome?: RunEnded["outcome"];
  usd?: number;
  model?: string;
  source?: CostSource;
  agent?: string;
  shares?: RunEnded["shares"];
  billing?: RunEnded["billing"];
  body?: string;
  head?: string;
  about?: Claim["about"];
}

interface Draft {
  id: string;
  options: Partial<MissionState>;
  milestones: MilestoneState[];
  records: LedgerRecord[];
}

export function aWorld(): World {
  const drafts: Draft[] = [];
  let rest: Partial<State> = {};
  const mission = (): Draft => drafts.at(-1) ?? fail("no mission yet");
  const world: World = {
    withMission(id, options = {}) {
      drafts.push({ id, options, milestones: [], records: [] });
      return world;
    },
    withMilestone(id, { title = id, status = "active", condition = aCondition(""), body = "" } = {}) {
      const number = String(mission().milestones.length + 1).padStart(2, "0");
      const folder = `missions/${mission().id}/milestones/${number}-${id}`;
      const document: MilestoneDocument = {
        id,
        folder: `${number}-${id}`,
        file: `${folder}/milestone.md`,
        title,
        status: "todo",
        verify: [],
        fulfills: [],
        body,
        at: {},
      };
      mission().milestones.push({
        id,
        document,
        status,
        condition,
        round: 0,
        features: [],
        verdict: null,
        step: { kind: "none" },
      });
      return world;
    },
    withFeature(id, options = {}) {
      const milestone = mission().milestones.at(-1) ?? fail("no milestone yet");
      milestone.features = [...milestone.features, aFeature(mission().id, milestone.id, id, options)];
      return world;
    },
    withRecord(fact, { minutesAgo = 0, by = `pulse@${HOST}`, body = "", name = "Anna" } = {}) {
      const id = `${mission().id}-${mission().records.length}`.padEnd(40, "0");
      mission().records.push({
        id,
        at: NOW - minutesAgo * MINUTE,
        author: { name, email: "anna@example.com" },
        by,
        homeTip: null,
        body,
        fact,
      });
      return world;
    },
    withRun(name, feature, options = {}) {
      const { minutesAgo = 30, minutes = 12, outcome, body = "" } = options;
      const run = `${name}-x7k3m1`;
      world.withRecord(aClaim(run, feature, options), { minutesAgo });
      if (outcome)
        world.withRecord(anEnd(run, { ...options, outcome, minutes }), { minutesAgo: minutesAgo - minutes, body });
      return world;
    },
    with(options) {
      rest = { ...rest, ...options };
      return world;
    },
    state: () => ({ ...EMPTY, missions: drafts.map(finish), ...rest }),
  };
  return world;
}

const EMPTY: State = {
  at: NOW,
  until: null,
  host: HOST,
  authority: "local",
  stopped: false,
  idle: null,
  missions: [],
  losses: [],
  withdrawals: [],
  unsettled: [],
  discards: [],
  leftovers: [],
  slots: 4,
  findings: [],
};

function finish({ id, options, milestones, records }: Draft): MissionState {
  const ledger = foldLedger(records.at(-1)?.id ?? null, records);
  const features = milestones.map((milestone) => ({
    ...milestone,
    features: milestone.features.map((feature) => withLive(feature)),
  }));
  function withLive(feature: FeatureState): FeatureState {
    const runs = ledger.byFeature.get(feature.id)?.runs ?? [];
    const live = runs.find(({ ended, claim }) => ended === null && claim.fact.runKind === "work") ?? null;
    return { ...feature, live, run: runs.at(-1)?.run ?? null };
  }
  const status: MissionStatus = options.status ?? "active";
  return {
    id,
    root: "missions",
    path: `missions/${id}`,
    title: id,
    document: aMissionDocument(id, options.title ?? id),
    repository: { config: EMPTY_CONFIG, roles: [], findings: [] },
    roles: [],
    status,
    condition: aCondition(status),
    home: {
      branch: `mission/${id}/home`,
      tip: "a".repeat(40),
      codeTree: "b".repeat(40),
      isDefault: false,
      obstacle: null,
    },
    ledger,
    budget: NO_BUDGET,
    milestones: features,
    current: milestones.find((milestone) => !["passed", "held", "cancelled"].includes(milestone.status))?.id ?? null,
    liveRuns: [...ledger.runs.values()].filter(({ ended }) => ended === null),
    openAsks: ledger.asks.filter(({ answered }: AskEntry) => answered === null),
    findings: [],
    paused: false,
    steps: [],
    final: { kind: "none" },
    landing: null,
    chain: null,
    unjudged: null,
    reviewer: null,
    judges: new Map(),
    aloneGates: [],
    held: null,
    ...options,
  };
}

function aFeature(mission: string, milestone: string, id: string, options: FeatureOptions): FeatureState {
  const {
    title = id,
    status = "backlog",
    condition = aCondition("ready"),
    usd = 0,
    attempt = 0,
    round = 0,
    head = null,
  } = options;
  const document: FeatureDocument = {
    id,
    milestone,
    file: `missions/${mission}/milestones/01-${milestone}/${id}.md`,
    title,
    status: status === "done" ? "done" : "todo",
    dependsOn: [],
    agent: "coder",
    size: "M",
    priority: 3,
    risk: "green",
    budget: { usd: null, minutes: null, tokens: null },
    scope: [],
    fulfills: [],
    fixes: [],
    verify: [],
    secrets: [],
    was: null,
    body: "",
    acceptance: [],
    spec: "spec",
    blob: "blob",
    at: {},
    ...options.document,
  };
  const cost = { ...NO_COST, usd, reported: usd };
  return {
    id,
    document,
    status,
    condition,
    attempt,
    round,
    run: null,
    live: null,
    head,
    cost,
    step: { kind: "none" },
    column: "backlog",
  };
}

function aClaim(run: string, feature: string, options: RunOptions = {}): Claim {
  const { kind = "work", attempt = 1, host = HOST, about = { kind: "feature", feature } } = options;
  const reserve = { reserveUsd: 5, reserveMinutes: 60, reserveTokens: 0 };
  return {
    kind: "claim",
    run,
    runKind: kind,
    about,
    attempt,
    spec: "spec",
    base: "c".repeat(40),
    head: null,
    host,
    nonce: "x7k3m1",
    ...reserve,
    ttlMs: 6 * MINUTE,
  };
}

function anEnd(run: string, options: RunOptions = {}): RunEnded {
  const { outcome = "delivered", usd = 0, minutes = 12, model = "sonnet", head = null } = options;
  const { source = "reported", agent, shares, billing } = options;
  const usage = {
    costUsd: usd,
    costSource: source,
    tokensIn: 1000,
    tokensOut: 200,
    tokensCached: 0,
    minutes,
  };
  return {
    kind: "run-ended",
    run,
    outcome,
    head,
    until: null,
    usage,
    agent,
    shares,
    billing,
    runtime: "claude",
    program: null,
    model,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

export function aVerdict(feature: string, result: Verdict["result"], rest: Partial<Verdict> = {}): Verdict {
  const about = { kind: "features" as const, features: [{ feature, head: "d".repeat(40) }] };
  return {
    kind: "verdict",
    run: null,
    of: "gate",
    about,
    codeTree: "e".repeat(40),
    base: "c".repeat(40),
    baseCodeTree: "f".repeat(40),
    result,
    byRuntime: null,
    checks: [],
    assertions: [],
    override: null,
    ...rest,
  };
}

function aMissionDocument(id: string, title: string): MissionDocument {
  return {
    id,
    root: "missions",
    path: `missions/${id}`,
    file: `missions/${id}/mission.md`,
    title,
    status: "active",
    mode: "full",
    home: "branch",
    signOff: "milestone",
    budget: "none",
    deadline: null,
    land: "push",
    review: null,
    models: {},
    setup: [],
    verify: [],
    verifyOnly: null,
    parallel: null,
    resources: [],
    preferences: null,
    body: "",
    at: {},
  };
}

const EMPTY_CONFIG: MissionState["repository"]["config"] = {
  file: "missions/config.md",
  parallel: 4,
  isolation: "clone",
  setup: [],
  verify: [],
  runtime: null,
  review: null,
  runtimes: [],
  models: {},
  protected: [],
  limits: { attempts: 3, rounds: 3, runUsd: 25, usdPerDay: 100, idleMs: 600_000, outputBytes: 64, evidenceBytes: 64 },
  approvers: [],
  notify: [],
  body: "",
  at: {},
};

function fail(message: string): never {
  throw new Error(message);
}
