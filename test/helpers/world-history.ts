/** The ledger of a mission in a world, one method a kind of thing that happens. Runs are called `schema-1`, `gate-2`. */

import {
  type Assertion,
  type Config,
  checkLabel,
  type FeatureDocument,
  type MilestoneDocument,
  type MissionDocument,
} from "../../src/model/documents.ts";
import type {
  AskKind,
  Claim,
  ControlAction,
  Fact,
  FeatureHead,
  LedgerRecord,
  Outcome,
  Result,
  RunEnded,
  Verdict,
} from "../../src/model/record.ts";
import { aboutChain, checkResults, claimFact, endFact, landedFact, type Spent, verdictFact } from "./world-facts.ts";

/** The mission around a ledger, as it is at the moment. */
export interface Surroundings {
  readonly contract: readonly Assertion[];
  now(): number;
  document: MissionDocument | null;
  milestones: readonly MilestoneDocument[];
  features: readonly FeatureDocument[];
  config: Config;
  home: { tip: string; codeTree: string };
  /** A feature comes to home: its file says done and the code is another. */
  land(feature: string): void;
}

type EndGiven = Partial<Omit<RunEnded, "usage">> & { usage?: Spent; body?: string };
type VerdictGiven = Partial<Verdict> & { fingerprint?: string; body?: string };

export class History {
  readonly records: LedgerRecord[] = [];
  readonly #around: () => Surroundings;

  constructor(around: () => Surroundings) {
    this.#around = around;
  }

  get home() {
    return this.#around().home;
  }

  get plan() {
    return this.#around();
  }

  get tip(): string | null {
    return this.records.at(-1)?.id ?? null;
  }

  record(fact: Fact, body = ""): this {
    const author = { name: "Anna", email: "anna@example.com" };
    const id = `r${this.records.length}`;
    this.records.push({ id, at: this.plan.now(), author, by: "anna", homeTip: this.home.tip, body, fact });
    return this;
  }

  forget(): void {
    this.records.length = 0;
  }

  // Work

  claimed(feature: string, given: Partial<Claim> = {}): this {
    const attempt = this.#claims("work", feature).length + 1;
    const run = given.run ?? `${feature}-${attempt}`;
    const spec = this.#feature(feature)?.spec ?? `spec-${feature}`;
    const base = this.home.tip;
    return this.record(claimFact(run, { kind: "feature", feature }, { attempt, spec, base, ...given }));
  }

  /** Ends a run; a feature's name stands for its last one. */
  ended(name: string, outcome: Outcome, { body = outcome, ...given }: EndGiven = {}): this {
    const run = this.claimOf(name)?.run ?? this.#claims("work", name).at(-1)?.run ?? name;
    return this.record(endFact(run, { outcome, ...given }), body);
  }

  /** A whole run. */
  ran(feature: string, outcome: Outcome, given: EndGiven = {}): this {
    return this.claimed(feature).ended(feature, outcome, given);
  }

  /** The n-th delivery is `schema@n`. */
  delivered(feature: string, given: EndGiven = {}): this {
    this.claimed(feature);
    const head = `${feature}@${this.#claims("work", feature).length}`;
    return this.ended(feature, "delivered", { head, ...given });
  }

  /** A run that failed in a way of its own and left work. */
  failed(feature: string, given: EndGiven = {}): this {
    this.claimed(feature);
    const count = this.#claims("work", feature).length;
    return this.ended(feature, "failed", { head: `${feature}@${count}`, fingerprint: `fp-${count}`, ...given });
  }

  asksQuestion(feature: string, text: string, given: EndGiven = {}): this {
    const spec = this.#feature(feature)?.spec ?? "";
    const bound = given.head ?? this.home.tip;
    this.claimed(feature).asked("question", feature, `${spec} ${bound}`, text);
    return this.ended(feature, "question", { body: text, ...given });
  }

  // Judgements

  /** A gate that runs. */
  gating(features: readonly string[], given: Partial<Claim> = {}): this {
    const run = `gate-${this.records.length}`;
    return this.record(
      claimFact(run, aboutChain(this.heads(features)), { runKind: "gate", base: this.home.tip, ...given }),
    );
  }

  /** A gate from claim to end; the given result is that of the first check. */
  gated(
    features: readonly string[],
    result: Result = "passed",
    { fingerprint, body, ...given }: VerdictGiven = {},
  ): this {
    this.gating(features);
    const run = this.lastRun;
    const chain = features.map((id) => this.#feature(id)).filter((each) => each !== undefined);
    const milestones = new Set(chain.map(({ milestone }) => milestone));
    const done = this.plan.features.filter(({ status, milestone }) => status === "done" && milestones.has(milestone));
    const own =
      this.plan.document?.mode === "poc" ? [] : [...this.#missionChecks(), ...done.flatMap(({ verify }) => verify)];
    const checks = [...own, ...chain.flatMap(({ verify }) => verify)];
    const about = aboutChain(this.heads(features));
    const fact = this.#verdict(about, {
      run,
      result,
      checks: checkResults(checks, result, fingerprint ?? `fp-${run}`),
      ...given,
    });
    return this.record(fact, body ?? result).record(endFact(run));
  }

  /** A review that runs, of the last delivery. */
  reviewing(feature: string, given: Partial<Claim> = {}): this {
    const run = `review-${feature}-${this.records.length}`;
    const spec = this.#feature(feature)?.spec ?? "";
    const about = aboutChain(this.heads([feature]));
    return this.record(claimFact(run, about, { runKind: "review", spec, base: this.home.tip, ...given }));
  }

  /** A review from claim to end. */
  reviewed(feature: string, result: Result = "passed", { body, ...given }: VerdictGiven = {}): this {
    this.reviewing(feature);
    const run = this.lastRun;
    const fact = this.#verdict(aboutChain(this.heads([feature])), { run, of: "review", result, ...given });
    return this.record(fact, body ?? result).record(endFact(run, { runtime: "mine" }));
  }

  validating(milestone: string, given: Partial<Claim> = {}): this {
    const run = `validate-${milestone}-${this.records.length}`;
    return this.record(
      claimFact(run, { kind: "milestone", milestone }, { runKind: "validate", base: this.home.tip, ...given }),
    );
  }

  validated(milestone: string, result: Result = "passed", { fingerprint, body, ...given }: VerdictGiven = {}): this {
    this.validating(milestone);
    const run = this.lastRun;
    const own = this.plan.milestones.find(({ id }) => id === milestone)?.verify ?? [];
    const plain = checkResults([...this.#missionChecks(), ...own], result, fingerprint ?? `fp-${run}`);
    const checks = [...plain, ...this.#assertionChecks(given.assertions ?? [])];
    const fact = this.#verdict({ kind: "milestone", milestone }, { run, of: "validate", result, checks, ...given });
    return this.record(fact, body ?? result).record(endFact(run));
  }

  /** As a run reports them: each check of an assertion ends as the assertion does. */
  #assertionChecks(assertions: Verdict["assertions"]): Verdict["checks"] {
    return assertions.flatMap(({ id, result, fingerprint }) => {
      const checks = this.plan.contract.find((assertion) => assertion.id === id)?.checks ?? [];
      return checks.map((check) => ({ result, label: checkLabel(check), fingerprint }));
    });
  }

  /** A gate of what a person put on home, that runs. */
  homeGating(): this {
    const { tip: head } = this.home;
    return this.record(
      claimFact(`gate-home-${this.records.length}`, { kind: "home", head }, { runKind: "gate", base: head }),
    );
  }

  homeGated(result: Result = "passed", given: VerdictGiven = {}): this {
    const { tip: head, codeTree } = this.home;
    this.homeGating();
    const run = this.lastRun;
    const checks = checkResults(this.#missionChecks(), result, `fp-${run}`);
    const fact = this.#verdict({ kind: "home", head }, { run, codeTree, result, checks, ...given });
    return this.record(fact, result).record(endFact(run));
  }

  verdict(about: Verdict["about"], given: Partial<Verdict> = {}): this {
    return this.record(this.#verdict(about, given), given.result ?? "passed");
  }

  // Home

  /** A landing by the program: the file says done and home's code is another. */
  landed(...features: string[]): this {
    for (const feature of features) {
      const run = this.#claims("work", feature).at(-1)?.run ?? null;
      const spec = this.#feature(feature)?.spec ?? `spec-${feature}`;
      this.plan.land(feature);
      this.record(landedFact(feature, { run, spec, codeTree: this.home.codeTree }));
    }
    return this;
  }

  /** Claimed, delivered, gated and landed. */
  finished(...features: string[]): this {
    for (const feature of features) this.delivered(feature).gated([feature]).landed(feature);
    return this;
  }

  // Persons

  asked(ask: AskKind, about: string | null, boundTo: string, text = "?"): this {
    return this.record({ kind: "asked", ask, about, risk: null, boundTo, expires: null }, text);
  }

  approved(number = this.#lastAsk(), word = ""): this {
    return this.#answer(number, "approved", word);
  }

  denied(number = this.#lastAsk(), word = "no"): this {
    return this.#answer(number, "denied", word);
  }

  answered(number = this.#lastAsk(), word = "yes"): this {
    return this.#answer(number, "answer", word);
  }

  control(target: string, action: ControlAction): this {
    return this.record({ kind: "control", target, action });
  }

  // Looking back

  /** The run that was claimed last. */
  get lastRun(): string {
    return this.#facts("claim").at(-1)?.run ?? "";
  }

  claimOf(run: string): Claim | null {
    return this.#facts("claim").find((fact) => fact.run === run) ?? null;
  }

  /** The last delivered heads. */
  heads(features: readonly string[]): FeatureHead[] {
    return features.map((feature) => {
      const runs = new Set(this.#claims("work", feature).map(({ run }) => run));
      const head = this.#facts("run-ended").findLast((end) => runs.has(end.run) && end.head !== null)?.head;
      return { feature, head: head ?? this.home.tip };
    });
  }

  #answer(ask: number, decision: "approved" | "denied" | "answer", word: string): this {
    const boundTo = this.#facts("asked")[ask - 1]?.boundTo ?? "";
    return this.record({ kind: "answered", ask, decision, boundTo }, word);
  }

  #lastAsk(): number {
    return this.#facts("asked").length;
  }

  #verdict(about: Verdict["about"], given: Partial<Verdict>): Verdict {
    const { tip: base, codeTree: baseCodeTree } = this.home;
    return verdictFact(about, { base, baseCodeTree, codeTree: baseCodeTree, ...given });
  }

  #missionChecks() {
    return this.plan.document?.verifyOnly ?? [...this.plan.config.verify, ...(this.plan.document?.verify ?? [])];
  }

  #feature(id: string): FeatureDocument | undefined {
    return this.plan.features.find((feature) => feature.id === id);
  }

  #claims(runKind: Claim["runKind"], feature: string): Claim[] {
    return this.#facts("claim").filter(
      ({ about, runKind: kind }) => kind === runKind && about.kind === "feature" && about.feature === feature,
    );
  }

  #facts<K extends Fact["kind"]>(kind: K): Extract<Fact, { kind: K }>[] {
    return this.records.flatMap(({ fact }) => (fact.kind === kind ? [fact as Extract<Fact, { kind: K }>] : []));
  }
}
