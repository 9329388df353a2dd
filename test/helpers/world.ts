/**
 * Builds what one pulse sees, in memory: missions, their ledgers, hosts and local runs, in the order in which things happen.
 * A world begins with an active mission `crm`; what a test does not name is plain. Derived and decided by the real code.
 */

import { decide } from "../../src/decide/decide.ts";
import { deriveState } from "../../src/derive/state.ts";
import type { Decision, DecisionKind } from "../../src/model/decision.ts";
import type {
  Assertion,
  Check,
  Config,
  FeatureDocument,
  MilestoneDocument,
  MissionDocument,
} from "../../src/model/documents.ts";
import type { Finding } from "../../src/model/finding.ts";
import type { LocalRun, Order } from "../../src/model/run.ts";
import type { HostSighting, MissionSnapshot, Snapshot } from "../../src/model/snapshot.ts";
import type { FeatureState, MilestoneState, MissionState, State } from "../../src/model/state.ts";
import { foldLedger } from "../../src/repo/fold.ts";
import {
  configDocument,
  featureDocument,
  milestoneDocument,
  missionDocument,
  roleDocument,
} from "./world-documents.ts";
import { History, type Surroundings } from "./world-history.ts";

export const NOON = Date.UTC(2026, 0, 5, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

type Draft<T> = { -readonly [K in keyof T]: T[K] };

interface MissionDraft {
  document: MissionDocument | null;
  milestones: MilestoneDocument[];
  features: FeatureDocument[];
  contract: Assertion[];
  findings: Finding[];
  history: History;
  rest: Partial<MissionSnapshot>;
  home: { branch: string; tip: string; codeTree: string; isDefault: boolean; obstacle: string | null } | null;
}

export function aWorld(mission: Partial<MissionDocument> = {}): World {
  return new World().withMission("crm", mission);
}

/** The world without history: no ledger yet. */
export function aNewWorld(mission: Partial<MissionDocument> = {}): World {
  return aWorld(mission).unbegun();
}

export class World {
  now = NOON;
  host = "anna";
  config: Config = configDocument();
  readonly missions = new Map<string, MissionDraft>();
  readonly localRuns: LocalRun[] = [];
  readonly hosts: HostSighting[] = [];
  readonly rest: Partial<Draft<Snapshot>> = {};
  #current = "crm";

  // Documents

  /** What follows is about this mission. */
  withMission(id: string, given: Partial<MissionDocument> = {}): this {
    this.#current = id;
    const document = missionDocument(id, given);
    const isDefault = document.home === "default";
    const branch = isDefault ? "main" : `mission/${id}/home`;
    const home = { branch, tip: "home-0", codeTree: "code-0", isDefault, obstacle: null };
    const history = new History(() => this.#around(id));
    const plan = { document, milestones: [], features: [], contract: [], findings: [] };
    this.missions.set(id, { ...plan, history, rest: {}, home });
    history.record({ kind: "created", format: 1, home: branch });
    return this;
  }

  unbegun(): this {
    this.draft.history.forget();
    this.draft.rest.ledgerState = "none";
    return this;
  }

  withMilestone(id: string, given: Partial<MilestoneDocument> = {}): this {
    const { milestones, document } = this.draft;
    milestones.push(milestoneDocument(document?.id ?? "crm", id, milestones.length + 1, given));
    return this;
  }

  /** Into the last milestone; into `foundation` when there is none. */
  withFeature(id: string, given: Partial<FeatureDocument> = {}): this {
    if (this.draft.milestones.length === 0) this.withMilestone("foundation");
    const milestone = this.draft.milestones.at(-1) as MilestoneDocument;
    this.draft.features.push(featureDocument(milestone, id, given));
    return this;
  }

  withFeatureIn(milestone: string, id: string, given: Partial<FeatureDocument> = {}): this {
    const place = found(this.draft.milestones, milestone);
    this.draft.features.push(featureDocument(place, id, given));
    return this.homeMoved("files");
  }

  withAssertion(id: string, ...checks: Check[]): this {
    const file = `missions/${this.#current}/contract.md`;
    this.draft.contract.push({ id, title: `${id} holds`, text: "", checks, file, line: 1 });
    return this;
  }

  withConfig(given: Partial<Config>): this {
    this.config = { ...this.config, ...given };
    return this;
  }

  withFinding(file: string, severity: Finding["severity"] = "error"): this {
    const message = `${file} is wrong`;
    this.draft.findings.push({ file, line: 3, column: 1, severity, code: "bad-value", message, expected: "better" });
    return this;
  }

  /** A person edits a file and the edit is on home; only files of missions change. */
  edited(id: string, given: Partial<FeatureDocument> | Partial<MilestoneDocument> | Partial<MissionDocument>): this {
    const draft = this.draft;
    if (id === this.#current && draft.document) draft.document = { ...draft.document, ...given } as MissionDocument;
    draft.milestones = draft.milestones.map((each) =>
      each.id === id ? ({ ...each, ...given } as MilestoneDocument) : each,
    );
    draft.features = draft.features.map((each) => (each.id === id ? ({ ...each, ...given } as FeatureDocument) : each));
    return this.homeMoved("files");
  }

  removed(id: string): this {
    this.draft.features = this.draft.features.filter((each) => each.id !== id);
    return this.homeMoved("files");
  }

  /** Home gets another commit: of mission files only, or of code. */
  homeMoved(what: "files" | "code"): this {
    const { home } = this.draft;
    if (!home) return this;
    home.tip = `home-${Number(home.tip.slice(5)) + 1}`;
    if (what === "code") home.codeTree = `code-${home.tip.slice(5)}`;
    return this;
  }

  /** Anything else of the mission's snapshot. */
  withMissionFacts(given: Partial<MissionSnapshot>): this {
    Object.assign(this.draft.rest, given);
    return this;
  }

  withObstacle(obstacle: string | null): this {
    if (this.draft.home) this.draft.home.obstacle = obstacle;
    return this;
  }

  // History

  /** What happened in the mission that was named last. */
  after(write: (history: History) => void): this {
    write(this.draft.history);
    return this;
  }

  /** What this pulse would ask is asked. */
  asks(): this {
    for (const decision of this.decided("ask")) {
      const { text, ...fact } = decision.ask;
      this.missions.get(decision.mission)?.history.record({ kind: "asked", ...fact, expires: null }, text);
    }
    return this;
  }

  later(ms: number): this {
    this.now += ms;
    return this;
  }

  // The host

  /** The folder of a run on this host. */
  withLocalRun(run: string, given: Partial<Omit<LocalRun, "order">> & { order?: Partial<Order> } = {}): this {
    const mission = this.draft;
    const claim = mission.history.claimOf(run);
    const { order, ...rest } = given;
    this.localRuns.push({
      run,
      folder: `runs/${run}`,
      owner: "alive",
      closed: false,
      waiting: 0,
      ...rest,
      order: {
        run,
        mission: this.#current,
        runKind: claim?.runKind ?? "work",
        about: claim?.about ?? { kind: "feature", feature: run.split("-")[0] ?? run },
        runtime: this.config.runtimes[0] ?? null,
        ...order,
      } as Order,
    });
    return this;
  }

  withHost(host: string, given: Partial<HostSighting> = {}): this {
    this.hosts.push({ host, beat: `beat-${host}`, at: this.now, seenAt: this.now, runs: [], ...given });
    return this;
  }

  /** Anything else of the snapshot. */
  withFacts(given: Partial<Snapshot>): this {
    Object.assign(this.rest, given);
    return this;
  }

  // What follows from it

  snapshot(): Snapshot {
    const repository = { config: this.config, roles: [], findings: [] };
    return {
      now: this.now,
      host: this.host,
      authority: { kind: "local" },
      defaultBranch: { name: "main", tip: "main-0", codeTree: "code-main" },
      repository,
      builtinRoles: [roleDocument("coder"), roleDocument("writer"), roleDocument("reviewer")],
      stopped: false,
      unpublished: [],
      unfit: null,
      missions: [...this.missions].map(([id, draft]) => this.#missionSnapshot(id, draft)),
      resting: [],
      localRuns: this.localRuns,
      hosts: this.hosts,
      capabilities: { runtimes: this.config.runtimes.map(({ name }) => ({ name, reason: null })), secrets: [] },
      ...this.rest,
    };
  }

  state(): State {
    return deriveState(this.snapshot());
  }

  mission(id = this.#current): MissionState {
    return found(this.state().missions, id);
  }

  milestone(id: string): MilestoneState {
    return found(this.mission().milestones, id);
  }

  feature(id: string): FeatureState {
    const features = this.mission().milestones.flatMap((milestone) => milestone.features);
    return found(features, id);
  }

  decisions(): readonly Decision[] {
    return decide(this.state());
  }

  decided<K extends DecisionKind>(kind: K): readonly Extract<Decision, { kind: K }>[] {
    return this.decisions().filter((one): one is Extract<Decision, { kind: K }> => one.kind === kind);
  }

  /** What would be started: names of features. */
  dispatched(): string[] {
    return this.decided("dispatch").map(({ feature }) => feature);
  }

  #around(id: string): Surroundings {
    const draft = this.missions.get(id);
    if (!draft) throw new Error(`no mission ${id}`);
    return {
      ...draft,
      now: () => this.now,
      config: this.config,
      home: draft.home ?? { tip: "home-0", codeTree: "code-0" },
      land: (feature) => {
        const before = this.#current;
        this.#current = id;
        this.edited(feature, { status: "done" }).homeMoved("code");
        this.#current = before;
      },
    };
  }

  get draft(): MissionDraft {
    const draft = this.missions.get(this.#current);
    if (!draft) throw new Error(`no mission ${this.#current}`);
    return draft;
  }

  #missionSnapshot(id: string, draft: MissionDraft): MissionSnapshot {
    const { document, milestones, features, contract, findings, history, home } = draft;
    return {
      id,
      root: "missions",
      path: `missions/${id}`,
      ledgerState: "ok",
      ledger: foldLedger(history.tip, history.records, { approvers: this.config.approvers }),
      home: home && { ...home },
      gone: false,
      files: { mission: document, contract, milestones, features, roles: [], findings },
      repository: { config: this.config, roles: [], findings: [] },
      candidates: {},
      follow: null,
      merges: [],
      ...draft.rest,
    };
  }
}

function found<T extends { id: string }>(list: readonly T[], id: string): T {
  const one = list.find((each) => each.id === id);
  if (!one) throw new Error(`there is no ${id} among ${list.map((each) => each.id).join(", ")}`);
  return one;
}
