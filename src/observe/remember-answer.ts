/** What a pulse that found nothing to do leaves for the next one, so that it sees at a glance that nothing has changed. */

import type { Doors } from "../doors/doors.ts";
import type { LastAnswer } from "../doors/quick-look.ts";
import type { Applied } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { State } from "../model/state.ts";
import type { Authority } from "../repo/authority.ts";
import type { Refreshed } from "../repo/authority-refresh.ts";

export interface Answer {
  doors: Doors;
  snapshot: Snapshot;
  state: State;
  /** Taken before observing. */
  seen: string;
  outcomes: readonly Applied[];
}

/** What a person may install or free up is looked for again after this time. */
const LOOK_AGAIN_MS = 60_000;

export async function rememberAnswer(answer: Answer & { authority: Authority }): Promise<void> {
  const { doors, authority, snapshot, outcomes } = answer;
  if (outcomes.some(({ kind }) => kind === "unreachable")) return;
  if (snapshot.authority.kind === "remote" && !snapshot.authority.reachable) return;
  const remote = authority.remote === null ? null : await lookAtRemote(doors, authority, snapshot);
  if (remote === undefined) return;
  doors.quickLook.remember({ ...describeAnswer(answer), remote });
}

/** What the answer depends on, but for the remote. */
export function describeAnswer(answer: Answer): Omit<LastAnswer, "remote"> {
  const { doors, snapshot, state, seen } = answer;
  const open = snapshot.localRuns.filter(({ closed }) => !closed);
  const envNames = variableNames(snapshot);
  return {
    build: doors.program.build,
    until: earliest([state.until, ...retries(answer)]),
    openRuns: open.map(({ run, order }) => ({ run, pid: order.owner.pid, startedAt: order.owner.startedAt })),
    envNames,
    variables: doors.quickLook.describeVariables(envNames),
    seen,
  };
}

/** The remote as a text, if it still is what was observed; undefined when it has moved. */
async function lookAtRemote({ git, quickLook }: Doors, authority: Authority, snapshot: Snapshot) {
  const { defaultBranch, missions } = snapshot;
  const homes = missions.flatMap(({ home, ledger }) => home?.branch ?? ledger.created?.fact.home ?? []);
  const branches = [defaultBranch.name, ...homes];
  const patterns = [
    // Which branch is the default one.
    "HEAD",
    ...[authority.ledgerRef("*"), authority.hostRef("*"), authority.stopRef, "refs/heads/mission/*"],
    ...new Set(branches.map((branch) => `refs/heads/${branch}`)),
  ];
  const name = authority.remote ?? "";
  const text = quickLook.listRemote({ name, patterns });
  const refreshed = await authority.refresh({ branches: [defaultBranch.name] });
  if (text === null || refreshed.kind !== "reachable" || refreshed.changed) return undefined;
  const isShown = isAsSeen(refreshed, snapshot) && (await isWhatIsHere(git, authority, { text, refreshed }));
  return isShown ? { name, patterns, text } : undefined;
}

interface Shown {
  /** What `ls-remote` said. */
  text: string;
  refreshed: Pick<Extract<Refreshed, { kind: "reachable" }>, "rewound" | "vanished" | "unpublished">;
}

/**
 * Whether the text shows the remote as the refresh beside it did. Of two servers that take turns one may lag behind, and an
 * answer that was found at that one does not stand for what the other shows.
 */
async function isWhatIsHere(
  git: Doors["git"],
  authority: Authority,
  { text, refreshed: { rewound, vanished, unpublished } }: Shown,
): Promise<boolean> {
  const shown = [...text.matchAll(/^([0-9a-f]{40,64})\s+(refs\/\S+)$/gm)].map(([, oid = "", ref = ""]) => ({
    oid,
    ref,
  }));
  const ledgers = authority.ledgerRef("");
  const here = await git.listRefs(shown.map(({ ref }) => localName(authority, ref)));
  return shown.every(({ oid, ref }) => {
    const isEqual = here.get(localName(authority, ref)) === oid;
    if (!ref.startsWith(ledgers)) return isEqual;
    const mission = ref.slice(ledgers.length);
    if (vanished.includes(mission) || unpublished.includes(mission)) return false;
    return isEqual !== rewound.includes(mission);
  });
}

function localName(authority: Authority, ref: string): string {
  return ref.startsWith(BRANCHES) ? authority.branchRef(ref.slice(BRANCHES.length)) : ref;
}

const BRANCHES = "refs/heads/";

/**
 * Whether the ledgers that are here stand to the remote as they did in the snapshot. One that is here already moves nothing
 * when the remote shows it at last, as after a look at a mirror of the server that lags behind.
 */
function isAsSeen(
  {
    rewound,
    vanished,
    unpublished,
  }: { rewound: readonly string[]; vanished: readonly string[]; unpublished: readonly string[] },
  snapshot: Snapshot,
): boolean {
  const inState = (state: string) =>
    snapshot.missions.filter(({ ledgerState }) => ledgerState === state).map(({ id }) => id);
  return (
    isSameSet(unpublished, snapshot.unpublished) &&
    isSameSet([...rewound, ...vanished], [...inState("rewound"), ...inState("missing")])
  );
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return [...some].sort().join() === [...others].sort().join();
}

/** Moments at which something that is not seen at a glance is worth another look. */
function retries({ snapshot, state, outcomes }: Answer): readonly (number | null)[] {
  const waits =
    outcomes.some(({ kind }) => kind === "waits") ||
    snapshot.missions.some(({ home, merges }) => home?.obstacle || merges.some(({ obstacle }) => obstacle));
  const features = state.missions.flatMap(({ milestones }) => milestones.flatMap((milestone) => milestone.features));
  const incapable = features.some(({ condition }) => condition.code === "no-capable-host");
  const failed = outcomes.some(({ kind }) => kind === "failed");
  // No ref shows that git can read again what was missing.
  const damaged = snapshot.missions.some(({ ledgerState }) => ledgerState === "damaged");
  return [
    waits ? snapshot.now + LIMITS.checkoutRetryMs : null,
    incapable || failed || damaged ? snapshot.now + LOOK_AGAIN_MS : null,
  ];
}

function variableNames({ repository, missions }: Snapshot): readonly string[] {
  const secrets = missions.flatMap(({ files }) =>
    (files.mission?.resources ?? []).flatMap(({ secret }) => secret ?? []),
  );
  const names = [
    ...repository.config.runtimes.flatMap(({ env }) => env),
    ...secrets.map((reference) => reference.replace(/^env:/, "")),
  ];
  return [...new Set(names)].sort();
}

function earliest(moments: readonly (number | null)[]): number | null {
  const coming = moments.filter((moment) => moment !== null);
  return coming.length > 0 ? Math.min(...coming) : null;
}
