/** What a worker is told. Derived from files and ledger, printed by `format/prompt`; nothing in it is formatted yet. */

import type { Autonomy, Mode } from "./documents.ts";
import type { Outcome, Result, RunKind } from "./record.ts";
import type { Handoff, PathPolicy } from "./run.ts";

export interface PromptInput {
  run: string;
  runKind: RunKind;
  /** From 1. */
  attempt: number;
  mode: Mode;
  role: { name: string; autonomy: Autonomy; text: string } | null;
  /** `text` is the body of mission.md: goal, non-goals, constraints. */
  mission: { id: string; title: string; text: string };
  /** null for a run about the mission as a whole. */
  milestone: { id: string; title: string; text: string } | null;
  /** `text` is the body of its file, with the acceptance criteria. null for a run about a milestone or mission. */
  feature: { id: string; title: string; text: string } | null;
  /** Assertions of the contract that it has to fulfil; checks by their labels. */
  assertions: readonly { id: string; title: string; text: string; checks: readonly string[] }[];
  /** Labels of the other checks that the result is judged by. */
  checks: readonly string[];
  /** Commands that made the workspace ready. */
  setup: readonly string[];
  policy: PathPolicy;
  limits: { minutes: number | null; usd: number | null; tokens: number | null };
  /** Whether it commits itself; else what it leaves in its working tree is committed for it. */
  commits: boolean;
  /** Whether only what stays in the workspace is allowed without a person: an intern, or a feature of red risk. */
  isNarrow: boolean;
  /** Its commands have no network, this machine's own neither. */
  isOffline: boolean;
  /** Environment variables with credentials that this worker is given. */
  secrets: readonly { name: string; variable: string }[];
  /** What landed before it and said what it did, nearest first. */
  earlier: readonly { feature: string; title: string; handoff: Handoff }[];
  /** The last run about the same thing; null for the first one. `evidence` is what its record says. */
  last: { run: string; outcome: Outcome; evidence: string; handoff: Handoff | null } | null;
  /** What judges said of the last delivery, latest last. */
  findings: readonly PromptFinding[];
  /** Questions that a person answered, approvals that a person denied; latest last. */
  answers: readonly { question: string; decision: "approved" | "denied" | "answer"; answer: string; by: string }[];
  /** The thread of the feature, latest last. */
  comments: readonly { by: string; text: string }[];
  /** What changed in what is asked since the kept work was made: a diff. */
  specChange: string | null;
  /**
   * What the workspace holds: `home` alone, home merged with `kept` work of an earlier run, or kept work that is
   * `conflicted` with home, which is the branch `home` there.
   */
  start: "home" | "kept" | "conflicted";
  /** Paths in which kept work conflicts with home, or holds the markers of a merge that was not resolved. */
  conflicts: readonly string[];
  /**
   * The last change of this feature that landed, taken back since. `words`: what the one who took it back said, where that is
   * known. `diff`: null where the workspace has it.
   */
  reverted: { commit: string; words: { by: string; text: string } | null; diff: string | null } | null;
  /** The one thing that a validator is to decide; null for all others. */
  ask: string | null;
  /** What a reviewer judges; null for the one who makes it. */
  judged: JudgedWork | null;
  /** Standing instructions of the repository, such as the body of config.md and AGENTS.md. */
  rules: readonly { source: string; text: string }[];
}

/** A candidate as a reviewer sees it: the tree that would land, against the home that it would land on. */
export interface JudgedWork {
  /** The change as a diff, as far as there is room. */
  diff: string;
  /** One line a changed file, as git names what became of it. */
  files: readonly string[];
  /** Changed files that the diff does not show, or not wholly. */
  unshown: readonly string[];
  /** What its gate said; null where there was none. */
  gate: { run: string | null; result: Result; text: string } | null;
}

export interface PromptFinding {
  by: "gate" | "review";
  run: string | null;
  text: string;
}
