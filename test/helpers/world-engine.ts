/** Carries decisions out in a world in memory, so that whole missions can be played in milliseconds. */

import type { Decision } from "../../src/model/decision.ts";
import { checkLabel } from "../../src/model/documents.ts";
import type { About, CheckResult, Outcome, Verdict } from "../../src/model/record.ts";
import type { AskedCheck } from "../../src/model/run.ts";
import type { World } from "./world.ts";
import { claimFact, endFact } from "./world-facts.ts";

/** How runs go. Called once a run. */
export interface Luck {
  /** What a work run comes to; `changed` whether it brought a commit. */
  work(feature: string): { outcome: Outcome; changed: boolean; fingerprint: string | null; costUsd: number };
  /** What a gate or validation finds; `lost` and `setup-failed` give no verdict. */
  judge(
    checks: readonly AskedCheck[],
  ): { result: CheckResult["result"]; fingerprint: string | null } | "lost" | "setup-failed";
  /** What a review comes to; an outcome gives no verdict. Left out where nobody reviews. */
  review?(feature: string): CheckResult["result"] | "lost" | "setup-failed" | "quota";
}

export class Engine {
  readonly world: World;
  readonly luck: Luck;
  #count = 0;

  constructor(world: World, luck: Luck) {
    this.world = world;
    this.luck = luck;
  }

  /** One pass: what is decided is carried out, runs to their ends. Answers what was decided. */
  pulse(): readonly Decision[] {
    const decisions = this.world.decisions();
    for (const decision of decisions) this.#apply(decision);
    return decisions;
  }

  #apply(decision: Decision): void {
    const { world } = this;
    switch (decision.kind) {
      case "begin":
        world.after((it) => it.record({ kind: "created", format: 1, home: decision.home }));
        world.draft.rest.ledgerState = "ok";
        return;
      case "adopt":
        world.after((it) => it.landed(decision.feature));
        return;
      case "land":
        for (const head of decision.features) {
          // What no gate judged is told as such, as the program does.
          const about: About = { kind: "features", features: [head] };
          if (decision.verdict === null) world.after((it) => it.verdict(about, { result: "unchecked" }));
          world.after((it) => it.landed(head.feature));
        }
        return;
      case "gate":
        this.#judge("gate", gateAbout(decision), decision.checks);
        return;
      case "record": {
        const { of, milestone, features, result } = decision;
        const about: About = milestone === null ? { kind: "features", features } : { kind: "milestone", milestone };
        world.after((it) => it.verdict(about, { of, result }));
        return;
      }
      case "review":
        this.#review(decision);
        return;
      case "validate":
        this.#judge("validate", { kind: "milestone", milestone: decision.milestone }, decision.checks);
        return;
      case "fix":
        for (const { id, fixes } of decision.fixes) world.withFeatureIn(decision.milestone, id, { fixes });
        return;
      case "ask": {
        const { text, ...fact } = decision.ask;
        world.after((it) => it.record({ kind: "asked", ...fact, expires: null }, text));
        return;
      }
      case "dispatch":
        this.#work(decision);
        return;
      case "complete":
        world.edited(decision.mission, { status: "completed" });
        return;
      default:
        throw new Error(`${decision.kind} is not played`);
    }
  }

  #work({ feature, reserve, attempt, spec, kept }: Extract<Decision, { kind: "dispatch" }>): void {
    this.#count += 1;
    const run = `${feature}-${attempt}-${this.#count}`;
    const { outcome, changed, fingerprint, costUsd } = this.luck.work(feature);
    const claim = { attempt, spec, base: this.world.draft.home?.tip ?? "", head: kept };
    const reserves = { reserveUsd: reserve.usd, reserveMinutes: reserve.minutes, reserveTokens: reserve.tokens };
    const head = changed ? `${feature}@${this.#count}` : null;
    const usage = { costUsd: Math.min(costUsd, reserve.usd), minutes: 1 };
    this.world.after((it) => {
      it.record(claimFact(run, { kind: "feature", feature }, { ...claim, ...reserves }));
      if (outcome === "question") it.asked("question", feature, `${spec} ${head ?? "start"}`, "Which?");
      it.record(endFact(run, { outcome, head, fingerprint, usage }), outcome);
    });
  }

  #review({ feature, head, spec, reserve }: Extract<Decision, { kind: "review" }>): void {
    this.#count += 1;
    const run = `review-${feature}-${this.#count}`;
    const about: About = { kind: "features", features: [{ feature, head }] };
    const said = this.luck.review?.(feature) ?? "passed";
    const claim = { runKind: "review" as const, spec, base: this.world.draft.home?.tip ?? "" };
    this.world.after((it) => {
      it.record(claimFact(run, about, { ...claim, reserveUsd: reserve.usd, reserveMinutes: reserve.minutes }));
      if (said === "lost" || said === "setup-failed" || said === "quota") {
        it.record(endFact(run, { outcome: said, until: said === "quota" ? this.world.now + 1_000 : null }), said);
        return;
      }
      it.verdict(about, { of: "review", run, result: said });
      it.record(endFact(run, { usage: { costUsd: Math.min(1, reserve.usd) } }));
    });
  }

  #judge(kind: "gate" | "validate", about: About, asked: readonly AskedCheck[]): void {
    this.#count += 1;
    const run = `${kind}-${this.#count}`;
    const found = this.luck.judge(asked);
    const base = this.world.draft.home?.tip ?? "";
    this.world.after((it) => {
      it.record(claimFact(run, about, { runKind: kind, base }));
      if (found === "lost") it.record(endFact(run, { outcome: "lost" }), "lost");
      else if (found === "setup-failed") {
        it.verdict(about, { of: kind, run, result: "inconclusive" });
        it.record(endFact(run, { outcome: "setup-failed" }), "Setup failed: `npm ci`");
      } else {
        it.verdict(about, {
          of: kind,
          run,
          result: found.result,
          codeTree: it.home.codeTree,
          ...results(asked, found),
        });
        it.record(endFact(run));
      }
    });
  }
}

function gateAbout({ purpose, features, head, milestone }: Extract<Decision, { kind: "gate" }>): About {
  if (purpose === "features") return { kind: "features", features };
  if (purpose === "follow") return { kind: "follow", head: head ?? "" };
  return { kind: "sign", milestone: milestone ?? "final", head: head ?? "" };
}

/** The result is that of the first thing asked, all others pass. */
function results(
  asked: readonly AskedCheck[],
  { result, fingerprint }: { result: CheckResult["result"]; fingerprint: string | null },
): Pick<Verdict, "checks" | "assertions"> {
  const first = asked[0];
  const of = (one: AskedCheck) =>
    one === first || (first?.assertion && one.assertion === first.assertion) ? result : "passed";
  const print = (own: CheckResult["result"]) => (own === "failed" ? fingerprint : null);
  const named = asked.filter(({ assertion }) => assertion !== null);
  return {
    checks: asked.map((one) => ({ result: of(one), label: checkLabel(one.check), fingerprint: print(of(one)) })),
    assertions: [...new Map(named.map((one) => [one.assertion ?? "", one]))].map(([id, one]) => {
      return { result: of(one), id, fingerprint: print(of(one)) };
    }),
  };
}
