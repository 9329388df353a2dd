/** Rare things that must happen somewhere in a run of many seeds: one that never happens shows that the simulation went blind. */
export const SOMETIMES = [
  "claim stolen",
  "push unknown but applied",
  "salvage not empty",
  "home moved after the verdict",
  "late run-ended",
  "budget reached exactly",
  "lost swap",
  "chain halved",
  "question asked and answered",
  "revert seen",
  "crash in recovery",
  "killed holding the host lock",
  "clock went back",
  "stale read",
  "review sent work back",
  "review passed",
  "review without a verdict",
  "review lost",
] as const;

export type Sometimes = (typeof SOMETIMES)[number];

/** How often each thing happened. Others than those that must are told too. */
export class Counters {
  readonly counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  addAll(other: Counters): void {
    for (const [name, times] of other.counts) this.add(name, times);
  }

  /** Those that must happen and never did. */
  missing(): readonly Sometimes[] {
    return SOMETIMES.filter((name) => !this.counts.get(name));
  }

  print(): string {
    const names = [...new Set<string>([...SOMETIMES, ...[...this.counts.keys()].sort()])];
    return names.map((name) => `${String(this.counts.get(name) ?? 0).padStart(9)}  ${name}`).join("\n");
  }
}
