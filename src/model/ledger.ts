/** A mission's ledger as derived from: its records since the last `created`, grouped by kind, each with its position. */

import type {
  Amended,
  Answered,
  Asked,
  Blocked,
  Claim,
  Comment,
  Completed,
  Control,
  Created,
  Fact,
  Landed,
  LedgerRecord,
  Merged,
  RunEnded,
  UnreadableRecord,
  Verdict,
} from "./record.ts";

/** A record at its place in the ledger: a larger position is later, whatever the clocks say. */
export interface Entry<T extends Fact> {
  position: number;
  record: LedgerRecord;
  fact: T;
}

export interface RunEntry {
  run: string;
  claim: Entry<Claim>;
  /** The first `run-ended` decides. */
  ended: Entry<RunEnded> | null;
  /** Later `run-ended` records only correct the cost: the last one stands here, the first otherwise. */
  settled: Entry<RunEnded> | null;
}

export interface AskEntry {
  /** As in `q7`: asks are numbered in ledger order. */
  number: number;
  asked: Entry<Asked>;
  /** The first answer that counts. */
  answered: Entry<Answered> | null;
}

/** What concerns one feature, so that deriving its status does not read the whole ledger. */
export interface FeatureRecords {
  /** Runs about it alone or, for gates, about it among others. */
  runs: readonly RunEntry[];
  /** Gates and reviews of it alone. */
  verdicts: readonly Entry<Verdict>[];
  landed: readonly Entry<Landed>[];
  /** What home refused. */
  blocked: readonly Entry<Blocked>[];
}

/** Validations of one milestone, or of `final`. */
export interface MilestoneRecords {
  runs: readonly RunEntry[];
  verdicts: readonly Entry<Verdict>[];
}

export interface Ledger {
  tip: string | null;
  created: Entry<Created> | null;
  records: readonly LedgerRecord[];
  unreadable: readonly UnreadableRecord[];
  runs: ReadonlyMap<string, RunEntry>;
  /** Runs that have not ended. */
  live: readonly RunEntry[];
  byFeature: ReadonlyMap<string, FeatureRecords>;
  byMilestone: ReadonlyMap<string, MilestoneRecords>;
  verdicts: readonly Entry<Verdict>[];
  landed: readonly Entry<Landed>[];
  merged: readonly Entry<Merged>[];
  asks: readonly AskEntry[];
  /** By what they are about; null stands for the mission. */
  asksByThing: ReadonlyMap<string | null, readonly AskEntry[]>;
  comments: readonly Entry<Comment>[];
  controls: readonly Entry<Control>[];
  controlsByTarget: ReadonlyMap<string, readonly Entry<Control>[]>;
  blocked: readonly Entry<Blocked>[];
  amended: readonly Entry<Amended>[];
  completed: Entry<Completed> | null;
}
