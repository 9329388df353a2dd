/**
 * A private clone for one run: own `.git`, objects borrowed from the person's repository through alternates, never
 * hard-linked. Only this door touches a workspace with git, and only while no worker has run in it yet.
 */
export interface Workspaces {
  /**
   * Makes the clone at `path`, checked out at `commit` on branch `branch`; `home` is kept as `refs/heads/home` when it differs.
   * Answers the same folder when it exists whole.
   */
  makeClone(options: {
    gitDir: string;
    path: string;
    commit: string;
    branch: string;
    home: string | null;
  }): Promise<void>;
  /** Copies the files that `.worktreeinclude` of the main checkout lists. */
  copyIncluded(options: { checkout: string; path: string }): Promise<readonly string[]>;
  /** Untracked, not ignored paths of a workspace before the worker starts: what setup left there. */
  listUntracked(path: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
  /** Takes away what Claude Code noted about a workspace in the person's own folder: the conversations of its runs. */
  forget(path: string): Promise<void>;
}
