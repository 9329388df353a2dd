/**
 * Builds of the engine that are broken on purpose, one for each of these invariants. The simulation must find each of them:
 * a checker that finds nothing in one proves nothing about the engine.
 */

export interface Mutant {
  name: string;
  /** What no longer holds. */
  invariant: string;
  /** Source file below src/, and what is put in the place of what, which stands there once. */
  edits: readonly { file: string; from: string; to: string }[];
  /** In what the checker says. */
  caughtAs: RegExp;
  mode: "safety" | "liveness";
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: "forgets-live-runs",
    invariant: "at most one live run of a feature",
    edits: [
      {
        file: "derive/feature-history.ts",
        from: "live: runs.find((run) => run.ended === null) ?? null,",
        to: "live: null,",
      },
    ],
    caughtAs: /was claimed while/,
    mode: "safety",
  },
  {
    name: "believes-late-reports",
    invariant: "a run that lost its claim changes nothing shared but its cost",
    edits: [{ file: "repo/fold.ts", from: "run.ended ??= end;", to: "run.ended = end;" }],
    caughtAs: /no run of .* delivered in time/,
    mode: "liveness",
  },
  {
    name: "trusts-old-verdicts",
    invariant: "home's tip passed its gate as exactly that tree",
    edits: [
      {
        file: "derive/landing.ts",
        from: 'if (of !== "gate" || about.kind !== "features" || baseCodeTree !== mission.home?.codeTree) return false;',
        to: 'if (of !== "gate" || about.kind !== "features" || baseCodeTree === "") return false;',
      },
      {
        file: "apply/land.ts",
        from: "chain.codeTree !== decision.verdict.fact.codeTree",
        to: "false",
      },
    ],
    caughtAs: /passed no gate/,
    mode: "safety",
  },
  {
    name: "signs-for-the-person",
    invariant: "nothing reaches the default branch that no person signed",
    edits: [{ file: "observe/merges.ts", from: 'answered?.fact.decision === "approved" &&', to: "" }],
    caughtAs: /nobody signed it/,
    mode: "safety",
  },
  {
    name: "ends-unsigned",
    invariant: "a mission ends on a validation that a person signed",
    edits: [
      {
        file: "derive/milestone-status.ts",
        from: 'return deriveSignOff(mission, "final", validation.verdict);',
        to: "return validation;",
      },
    ],
    caughtAs: /nobody signed the end/,
    mode: "liveness",
  },
  {
    name: "passes-unsigned",
    invariant: "a milestone is over when a person has signed it",
    edits: [
      {
        file: "derive/milestone-status.ts",
        from: 'return document.signOff === "milestone" ? deriveSignOff(mission, milestone.id, validation.verdict) : validation;',
        to: "return validation;",
      },
    ],
    caughtAs: /came before anybody signed milestone/,
    mode: "liveness",
  },
  {
    name: "leaves-work-behind",
    invariant: "a worker's commits survive the death of whoever looks after it",
    edits: [
      {
        file: "repo/harvest-run.ts",
        from: "const harvested = await harvestWork({ ...doors, runFiles: files }, order);",
        to: 'const harvested = { head: order.start, salvaged: null, swap: { kind: "won" } as const };',
      },
    ],
    caughtAs: /is lost/,
    mode: "liveness",
  },
  {
    name: "prints-files-anew",
    invariant: "the program changes one value of a mission file, and no other byte",
    edits: [
      {
        file: "repo/candidate.ts",
        from: "const blob = await git.writeBlob(spliced.bytes);",
        to: 'const blob = await git.writeBlob(Buffer.concat([spliced.bytes, Buffer.from("\\n")]));',
      },
    ],
    caughtAs: /changed more than/,
    mode: "safety",
  },
  {
    name: "spends-what-is-reserved",
    invariant: "a claim fits into what is left of the budget",
    edits: [
      {
        file: "decide/purse.ts",
        from: "usd: Math.min(left(usd.limit, usd.reported + usd.priced + usd.assumed + usd.reserved), left(day.limit, day.used)),",
        to: "usd: Number.POSITIVE_INFINITY,",
      },
    ],
    caughtAs: /was claimed at .* USD of/,
    mode: "safety",
  },
  {
    name: "writes-over-records",
    invariant: "a ledger is only ever added to",
    edits: [
      {
        file: "repo/ledger.ts",
        from: "return git.writeChain(tip, commits);",
        to: "return git.writeChain(null, commits);",
      },
    ],
    caughtAs: /does not stand on what was there/,
    mode: "safety",
  },
  {
    name: "never-settles",
    invariant: "after faults everything is finished or parked within a bounded number of pulses",
    edits: [
      {
        file: "derive/state.ts",
        from: "unsettled: deriveUnsettled(snapshot),",
        to: "unsettled: [],",
      },
    ],
    caughtAs: /^not at rest|is said to run, and nothing runs/,
    mode: "liveness",
  },
  {
    name: "asks-again",
    invariant: "a pulse with nothing to do does nothing",
    edits: [
      {
        file: "derive/asks.ts",
        from: 'if (!entry.answered) return { kind: "open", entry };',
        to: 'if (!entry.answered) return { kind: "unasked" };',
      },
    ],
    caughtAs: /did something, and it is not over|with nothing to do wrote something/,
    mode: "liveness",
  },
  {
    name: "lands-again",
    invariant: "a feature lands once",
    edits: [
      {
        file: "derive/feature-status.ts",
        from: 'const isUnknown = !landed && mission.ledgerState === "ok";',
        to: 'const isUnknown = mission.ledgerState === "ok";',
      },
    ],
    caughtAs: /landed twice/,
    mode: "safety",
  },
];
