import type { SaveConflict } from "./save-merge.ts";

/** Why something could not be saved, with the one thing to do. Nothing of it was written. */
export interface SaveRefusal {
  code:
    | "no-identity"
    | "no-checkout"
    | "no-branch"
    | "unreadable"
    | "secret-value"
    | "checkout-busy"
    | "unsaved-edits"
    | "signature"
    | "push-refused"
    | "unreachable"
    | "no-answer"
    | "contended";
  message: string;
  next: string;
}

export interface SavedCommit {
  branch: string;
  commit: string;
  paths: readonly string[];
}

/**
 * `saved` may come with refusals: edits of different missions go to different branches, and a branch that takes no pushes
 * does not hold back the others. With `conflict` nothing was written.
 */
export type SaveResult =
  | { kind: "nothing" }
  | { kind: "conflict"; branch: string; conflicts: readonly SaveConflict[] }
  | {
      kind: "done";
      saved: readonly SavedCommit[];
      refused: readonly SaveRefusal[];
      /** What else a person should know: lines of words. */
      notes: readonly string[];
    };
