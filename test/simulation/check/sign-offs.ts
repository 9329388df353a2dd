import type { LedgerRecord, Verdict } from "../../../src/model/record.ts";

/** What the files said about signing when a record was decided. */
export interface SigningPlan {
  signOff: "mission" | "milestone" | "feature";
  /** In their order, without those that are cancelled or on hold. */
  milestones: readonly { id: string; features: readonly string[] }[];
}

interface Told {
  mission: string;
  records: readonly LedgerRecord[];
  /** null where nothing is known. */
  planAt(record: LedgerRecord): SigningPlan | null;
}

/**
 * Where milestones are signed, no work of a later one begins and no mission ends before a person has signed each earlier one
 * as it was validated after its last landing. Where not each feature is signed, a mission ends on a signed validation: of the
 * end itself, or of a milestone with the same code.
 */
export function checkSignOffs({ mission, records, planAt }: Told): string[] {
  const faults: string[] = [];
  for (const [index, record] of records.entries()) {
    const { fact } = record;
    const plan = planAt(record);
    const passed = plan?.signOff === "milestone" ? behind(fact, plan) : [];
    const isEnd = fact.kind === "completed" && plan !== null && plan.signOff !== "feature";
    if (passed.length === 0 && !isEnd) continue;
    const before = new Before(mission, records.slice(0, index));
    for (const { id, features } of passed) {
      if (!before.isHeld(id) && !before.isMilestoneSigned(id, features))
        faults.push(`${fact.kind === "claim" ? fact.run : "the end"} came before anybody signed milestone ${id}`);
    }
    if (isEnd && !before.isEndSigned(plan.signOff === "milestone"))
      faults.push("it is completed, and nobody signed the end");
  }
  return [...new Set(faults)];
}

function behind(fact: LedgerRecord["fact"], { milestones }: SigningPlan): SigningPlan["milestones"] {
  if (fact.kind === "completed") return milestones;
  if (fact.kind !== "claim" || fact.runKind !== "work" || fact.about.kind !== "feature") return [];
  const { feature } = fact.about;
  const own = milestones.findIndex(({ features }) => features.includes(feature));
  return milestones.slice(0, Math.max(own, 0));
}

/** The records before one, as far as signatures go. */
class Before {
  readonly #mission: string;
  readonly #records: readonly LedgerRecord[];
  readonly #approved: ReadonlySet<string>;

  constructor(mission: string, records: readonly LedgerRecord[]) {
    this.#mission = mission;
    this.#records = records.slice(records.findLastIndex(({ fact }) => fact.kind === "created") + 1);
    this.#approved = this.#listApproved();
  }

  isHeld(milestone: string): boolean {
    const words = this.#records.flatMap(({ fact }) => (fact.kind === "control" ? [fact] : []));
    const last = words.findLast(
      ({ target, action }) => target === `${this.#mission}/${milestone}` && action !== "retry",
    );
    return last !== undefined && last.action !== "resume";
  }

  isMilestoneSigned(id: string, features: readonly string[]): boolean {
    const landedAt = this.#lastLanding((feature) => features.includes(feature));
    return this.#validations(landedAt).some(({ name, base }) => name === id && this.#isSigned(id, base));
  }

  isEndSigned(byMilestone: boolean): boolean {
    const last = this.#validations(this.#lastLanding(() => true));
    if (last.some(({ base }) => this.#isSigned("final", base))) return true;
    const end = last.findLast(({ name }) => name === "final") ?? last.at(-1);
    const signed = this.#validations(-1).filter(({ name, base }) => this.#isSigned(name, base));
    return byMilestone && signed.some(({ codeTree }) => codeTree === end?.codeTree);
  }

  #isSigned(about: string, base: string): boolean {
    return this.#approved.has(`sign-off ${about} ${base}`);
  }

  #lastLanding(isIt: (feature: string) => boolean): number {
    return this.#records.findLastIndex(({ fact }) => fact.kind === "landed" && isIt(fact.feature));
  }

  /** Those that passed, or that a person let pass. */
  #validations(after: number): readonly (Verdict & { name: string })[] {
    return this.#records.slice(after + 1).flatMap(({ fact }) => {
      if (fact.kind !== "verdict" || fact.of !== "validate" || fact.about.kind !== "milestone") return [];
      const name = fact.about.milestone;
      const byPerson = ["manual", "override"].some((ask) => this.#approved.has(`${ask} ${name} ${fact.base}`));
      return fact.result === "passed" || fact.result === "unchecked" || byPerson ? [{ ...fact, name }] : [];
    });
  }

  /** The first answer to an ask is the one that holds. */
  #listApproved(): ReadonlySet<string> {
    const facts = this.#records.map(({ fact }) => fact);
    const asks = facts.filter((fact) => fact.kind === "asked");
    const answers = facts.filter((fact) => fact.kind === "answered");
    return new Set(
      asks.flatMap(({ ask, about, boundTo }, index) => {
        const answer = answers.find((other) => other.ask === index + 1);
        const isYes = answer?.decision === "approved" && answer.boundTo === boundTo;
        return isYes ? [`${ask} ${about} ${boundTo}`] : [];
      }),
    );
  }
}
