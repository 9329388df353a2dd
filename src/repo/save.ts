/**
 * Saves a person's mission edits as the person: commits them where they take effect and pushes them, from wherever the
 * person stands. Where the branch is checked out, it is a commit there of just those files; else the edits are merged
 * three-way onto the branch, and no other file, index or branch is touched. Hooks do not run, since mission files are no
 * code and a hook that reformats would write into them; a signature is made where `commit.gpgsign` asks for one.
 *
 * The branch moves by compare-and-swap. A lost swap begins anew from what is there then, a few times; a conflict writes
 * nothing at all. Edits of several missions may go to several branches: each is one swap of its own.
 */

import { type Git, GitError } from "../doors/git.ts";
import type { Checkout } from "../doors/person.ts";
import { type EditGroup, findEdits } from "./save-edits.ts";
import { type Change, type Prepared, prepare, publish, type SaveWorld } from "./save-land.ts";
import type { SavedCommit, SaveRefusal, SaveResult } from "./save-result.ts";
import { findSecretValue } from "./save-secrets.ts";

const TRIES = 5;

export interface SaveOptions {
  /** Files or folders from the root of the repository; left out: all mission files. */
  paths?: readonly string[];
  /** Message of the commit. */
  message?: string;
}

/** Saves the edits of the checkout that the person stands in. */
export async function saveEdits(world: SaveWorld, options: SaveOptions = {}): Promise<SaveResult> {
  const { git, person, authority } = world;
  const { checkout } = person;
  if (checkout === null) return refuse(NO_CHECKOUT);
  return tryAgain(world, async (progress) => {
    const closed = new Set(progress.closed.keys());
    const groups = await findEdits({ git, checkout, authority, paths: options.paths ?? [], closed });
    const changes = groups.map((group) => ({ ...group, from: "checkout" as const, message: options.message ?? null }));
    const result = await land(world, changes, progress);
    if (progress.saved.length > 0) await noteSaved(git, checkout, { groups, saved: progress.saved });
    return result;
  });
}

/** Saves a change that a command made, against the commit that it was made on. */
export async function saveChange(world: SaveWorld, change: CommandChange): Promise<SaveResult> {
  return tryAgain(world, (progress) => land(world, [{ ...change, from: "command", earlier: null }], progress));
}

type CommandChange = Omit<Change, "from" | "earlier">;

/** What holds over all attempts. */
interface Progress {
  saved: SavedCommit[];
  notes: Set<string>;
  /** Branches that take no pushes, with the authority's words. */
  closed: Map<string, SaveRefusal>;
}

type Attempt = SaveResult | "again";

async function tryAgain(world: SaveWorld, attempt: (progress: Progress) => Promise<Attempt>): Promise<SaveResult> {
  const { person, authority } = world;
  if ((await person.readIdentity()) === null) return refuse(NO_IDENTITY);
  const progress: Progress = { saved: [], notes: new Set(), closed: new Map() };
  for (let left = TRIES; left > 0; left -= 1) {
    const look = await authority.refresh();
    if (look.kind === "unreachable") return refuse(unreachable(authority.remote, look.reason), progress);
    const result = await attemptOnce(attempt, progress);
    if (result !== "again") return result;
  }
  return refuse(contended(authority.remote), progress);
}

/** A file that git can't take, because it can't be read or the person's settings forbid its line ends, is no bug of ours. */
async function attemptOnce(attempt: (progress: Progress) => Promise<Attempt>, progress: Progress): Promise<Attempt> {
  try {
    return await attempt(progress);
  } catch (error) {
    if (!(error instanceof GitError) || error.args[0] !== "update-index") throw error;
    const message = `git can't take a file: ${
      error.stderr
        .trim()
        .replace(/^(?:error|fatal): /, "")
        .split("\n", 1)[0]
    }`;
    return refuse({ code: "unreadable", message, next: "put that file right, then mission save" }, progress);
  }
}

/**
 * All changes are merged before the first is published. A branch that takes no pushes is closed; the edits of missions with
 * a home of their own go there in the next attempt.
 */
async function land(world: SaveWorld, changes: readonly Change[], progress: Progress): Promise<Attempt> {
  const ready: Prepared[] = [];
  const refused: SaveRefusal[] = [];
  for (const change of changes) {
    const secret = await findSecretValue(world.git, change.files);
    if (secret) return refuse(secret, progress);
    const preparation = await prepare(world, change);
    if (preparation.kind === "conflict") return preparation;
    if (preparation.kind === "refused") refused.push(preparation.refusal);
    else ready.push(preparation.prepared);
  }
  for (const prepared of ready) {
    const { branch } = prepared.change;
    const closed = progress.closed.get(branch);
    const published = closed ? ({ kind: "refused", refusal: closed } as const) : await publish(world, prepared);
    if (published.kind === "lost") return "again";
    if (published.kind === "refused") {
      refused.push(published.refusal);
      if (closed || published.refusal.code !== "push-refused") continue;
      progress.closed.set(branch, published.refusal);
      if (prepared.change.from === "checkout") return "again";
    } else {
      for (const note of published.notes) progress.notes.add(note);
      if (published.kind === "saved") progress.saved.push(published.commit);
    }
  }
  return summarize(progress, refused);
}

function summarize({ saved, notes }: Progress, refused: readonly SaveRefusal[]): SaveResult {
  if (saved.length + refused.length + notes.size === 0) return { kind: "nothing" };
  return { kind: "done", saved, refused, notes: [...notes] };
}

function refuse(refusal: SaveRefusal, { saved, notes }: Partial<Progress> = {}): SaveResult {
  return { kind: "done", saved: saved ?? [], refused: [refusal], notes: [...(notes ?? [])] };
}

/** Where another branch is checked out the files stay changed here: the next save has to know what was saved already. */
async function noteSaved(git: Git, checkout: Checkout, { groups, saved }: Saved): Promise<void> {
  const { ref, commit } = await checkout.readHead();
  const away = groups.filter(
    ({ branch }) => ref !== `refs/heads/${branch}` && saved.some((each) => each.branch === branch),
  );
  if (commit === null || away.length === 0) return;
  const note = await checkout.readNote();
  const isOlder = note !== null && (await git.resolve(note.head)) !== null && (await git.isAncestor(note.head, commit));
  const files = new Map([...(isOlder ? note.files : []), ...away.flatMap((group) => [...group.files])]);
  await checkout.writeNote({ head: commit, files });
}

interface Saved {
  groups: readonly EditGroup[];
  saved: readonly SavedCommit[];
}

const NO_CHECKOUT: SaveRefusal = {
  code: "no-checkout",
  message: "this repository is bare: there are no files to save here",
  next: "mission edit THING",
};

const NO_IDENTITY: SaveRefusal = {
  code: "no-identity",
  message: "git does not know who you are, and a save is a commit of yours",
  next: 'git config --global user.name "Your Name"\n      git config --global user.email you@example.com',
};

function unreachable(remote: string | null, reason: string): SaveRefusal {
  const message = `${remote ?? "the repository"} can't be reached, nothing was saved: ${reason}`;
  return {
    code: "unreachable",
    message,
    next: "the same command when it can be reached: your edits stay in the files",
  };
}

function contended(remote: string | null): SaveRefusal {
  const message = `${remote ?? "the repository"} changed under each of ${TRIES} tries`;
  return { code: "contended", message, next: "the same command again" };
}
