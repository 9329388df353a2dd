/** What saving asks of the authority: fresh tips, the homes of the missions, and one swap. */

import type { Git, RefUpdate } from "../doors/git.ts";
import type { Authority } from "./authority.ts";
import { type LedgerHistory, readLedger } from "./ledger.ts";
import type { SaveRefusal } from "./save-result.ts";

export interface SaveAuthority {
  /** null where the local refs are the authority. */
  readonly remote: string | null;
  readonly defaultBranch: string;
  /** Looks again: tips and homes are as of the last look. */
  refresh(): Promise<{ kind: "ok" } | { kind: "unreachable"; reason: string }>;
  /** Commit of a branch, its objects here; null when the branch is not there. */
  tip(branch: string): string | null;
  /** Home branch by mission, of those that have a ledger. */
  homes(): ReadonlyMap<string, string>;
  swap(updates: readonly RefUpdate[]): Promise<SaveSwap>;
}

export type SaveSwap = { kind: "won" } | { kind: "lost"; reason: string } | { kind: "refused"; refusal: SaveRefusal };

/** Saving on an authority. `defaultBranch` is a branch name such as `main`. */
export function saveAuthority(git: Git, authority: Authority, defaultBranch: string): SaveAuthority {
  const { remote, names } = authority;
  let refs: ReadonlyMap<string, string> = new Map();
  let homes: ReadonlyMap<string, string> = new Map();
  const ledgers = new Map<string, LedgerHistory>();

  async function look(): Promise<void> {
    const branches = remote === null ? "refs/heads" : `refs/remotes/${remote}`;
    refs = await git.listRefs([names.ledger("").replace(/\/$/, ""), branches]);
    homes = await readHomes();
  }
  async function readHomes(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const ref of refs.keys()) {
      const mission = names.missionOf(ref);
      if (mission === null) continue;
      const history = await readLedger(git, ref, ledgers.get(mission));
      ledgers.set(mission, history);
      const created = history.records.find(({ fact }) => fact.kind === "created")?.fact;
      if (created?.kind === "created") found.set(mission, created.home);
    }
    return found;
  }
  return {
    remote,
    defaultBranch,
    async refresh() {
      const options = { branches: [defaultBranch, ...homes.values()] };
      const refreshed = await authority.refresh(options);
      if (refreshed.kind === "unreachable") return refreshed;
      await look();
      return { kind: "ok" };
    },
    tip: (branch) => refs.get(authority.branchRef(branch)) ?? null,
    homes: () => homes,
    async swap(updates) {
      const outcome = await authority.swap(updates);
      if (outcome.kind === "won" || outcome.kind === "lost") return outcome;
      return { kind: "refused", refusal: explain(remote, updates, outcome) };
    },
  };
}

function explain(
  remote: string | null,
  updates: readonly RefUpdate[],
  outcome: { kind: "refused" | "unreachable"; reason: string },
): SaveRefusal {
  const where = remote ?? "the repository";
  const branches = updates.map(({ name }) => name.replace(/^refs\/heads\//, "")).join(", ");
  if (outcome.kind === "unreachable") {
    const message = `${where} gave no answer to the push of ${branches}, which may have arrived: ${outcome.reason}`;
    return { code: "no-answer", message, next: "the same command again: what arrived is not saved twice" };
  }
  const message = `${where} takes no push to ${branches}: ${outcome.reason}`;
  return {
    code: "push-refused",
    message,
    next: "commit the files on a branch of your own, push it and open a pull request",
  };
}
