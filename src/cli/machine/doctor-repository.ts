/** What can be said of this repository, its remote and what runs left on this host. */

import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { openAuthority } from "../../repo/authority.ts";
import { readStanding, type Standing } from "../../repo/standing.ts";
import { findUnfitness } from "../../repo/unfit.ts";
import type { Checkup } from "../../view/checkup.ts";
import type { Context } from "../command.ts";
import { look, type Sight } from "../read/look.ts";

const LEAST_DISK_BYTES = 2 * 1024 ** 3;
const CLOCK_SLACK_MS = 5 * 60_000;

export async function checkRepository(context: Context): Promise<readonly Checkup[]> {
  const { git } = context.doors;
  const standing = await readStanding(git);
  const sight = await look(context, { fetch: true });
  return [
    await checkIdentity(context),
    ...(await checkRemote(context, standing, sight)),
    checkDefaultBranch(sight),
    ...checkClone(context, standing),
    ...checkRuntimes(sight),
    ...checkRuns(context, sight),
    ...(await checkUnpublished(context, standing, sight)),
    ...checkLedgers(sight, (mission, isGone) => {
      const push = pushCommand(context, standing, mission);
      // Whatever took the ledger has likely taken the work that its records name.
      return isGone ? [push, ...pushWork(context, standing)].join(" ") : push;
    }),
    checkDisk(context),
    checkClock(sight),
  ];
}

const ok = (name: string, text: string): Checkup => ({ name, level: "ok", text, next: null });
const note = (name: string, text: string, next: string | null = null): Checkup => ({ name, level: "note", text, next });
const bad = (name: string, text: string, next: string): Checkup => ({ name, level: "bad", text, next });

async function checkIdentity({ doors }: Context): Promise<Checkup> {
  const identity = await doors.git.readIdentity();
  if (identity) return ok("identity", `${identity.name} <${identity.email}>`);
  return bad("identity", "git does not know who you are", 'git config user.name "..." and git config user.email "..."');
}

async function checkRemote(
  { doors: { git } }: Context,
  standing: Standing,
  { snapshot: { authority } }: Sight,
): Promise<Checkup[]> {
  const { remote } = standing;
  if (authority.kind === "local" || remote === null) return [ok("remote", "none: this repository alone coordinates")];
  if (!authority.reachable)
    return [bad("remote", `${remote} can't be reached: ${authority.reason ?? "no answer"}`, `git ls-remote ${remote}`)];
  const opened = openAuthority(git, standing);
  const listed = await git.listRemote(remote, [`${opened.names.prefix}/*`]);
  // Where such a ref lies already there is nothing to try out.
  const probed =
    !("unreachable" in listed) && listed.refs.size > 0 ? { kind: "accepted" as const } : await opened.probe();
  switch (probed.kind) {
    case "accepted":
      return [ok("remote", `${remote} answers and takes ${opened.names.prefix}`)];
    case "refused":
      return [
        bad(
          "remote",
          `${remote} refuses ${opened.names.prefix}: ${probed.reason}`,
          "git config mission.refs refs/heads/mission-state",
        ),
      ];
    case "elsewhere":
      return [
        bad(
          "remote",
          `what is pushed to ${remote} is not found there: it is pushed to another repository than it is read from`,
          "git remote -v, then git config mission.remote NAME, with one that is the same for both",
        ),
      ];
    case "unreachable":
      return [bad("remote", `${remote} can't be pushed to: ${probed.reason}`, `git push --dry-run ${remote} HEAD`)];
  }
}

function checkDefaultBranch({ snapshot: { defaultBranch } }: Sight): Checkup {
  if (defaultBranch.tip !== null) return ok("default branch", defaultBranch.name);
  return bad(
    "default branch",
    `${defaultBranch.name} has no commit`,
    'git commit --allow-empty -m "Begin", or git config mission.default <branch>',
  );
}

function checkClone({ doors: { git } }: Context, { remote }: Standing): Checkup[] {
  const unfit = findUnfitness(git, remote);
  return [
    ...(unfit === null ? [] : [bad("clone", unfit.why, unfit.next)]),
    ...git.brokenRefs.map((ref) => bad("refs", `${ref} is broken`, `git update-ref -d ${ref}`)),
  ];
}

function checkRuntimes({ snapshot: { capabilities, repository } }: Sight): Checkup[] {
  const { runtimes } = capabilities;
  if (runtimes.length === 0)
    return [
      bad("agents", "none is configured", `name one under runtimes: in ${repository.config.file}, then mission save`),
    ];
  return runtimes.map(({ name, reason }) =>
    reason === null
      ? ok("agents", `${name} can be started`)
      : note("agents", `${name}: ${reason}`, `install it, or take it out of ${repository.config.file}`),
  );
}

function checkRuns({ doors: { state: folder } }: Context, { snapshot, state }: Sight): Checkup[] {
  const copied = snapshot.localRuns.filter(({ order }) => order.host !== snapshot.host);
  const left = snapshot.localRuns.filter((run) => run.owner !== "alive" && !run.closed && !copied.includes(run));
  const closed = snapshot.localRuns.filter((run) => run.closed);
  return [
    ...left.map(({ run, waiting }) =>
      note("runs", `${run} ended without a word${waiting > 0 ? `, ${waiting} reports wait` : ""}`, "mission pulse"),
    ),
    ...copied.map(({ run, order, folder: path }) =>
      note("runs", `${run} belongs to ${order.host}, whose folder was copied to here`, `rm -r ${path}`),
    ),
    ...folder
      .listUnreadableRuns()
      .map(({ run, folder: path, reason }) =>
        note("runs", `${run} can't be read: ${reason}`, `look at ${path}, then delete it`),
      ),
    ...(closed.length > 0
      ? [
          note(
            "runs",
            `${closed.length} finished ${closed.length === 1 ? "run has" : "runs have"} left a folder`,
            "mission clean",
          ),
        ]
      : []),
    ...(state.stopped ? [note("stop", "everything is stopped", "mission resume --all")] : []),
  ];
}

/** The authority has less than this clone: what is here is what happened, and a plain push brings it back. */
function pushCommand({ doors: { git } }: Context, standing: Standing, mission: string): string {
  const ref = openAuthority(git, standing).ledgerRef(mission);
  return `git push ${standing.remote ?? "origin"} ${ref}:${ref}`;
}

function pushWork({ doors: { git } }: Context, standing: Standing): readonly string[] {
  const { names } = openAuthority(git, standing);
  return [names.in("*"), `${names.prefix}/salvage/*`].map((ref) => `'${ref}:${ref}'`);
}

/** A repository that got its remote later: the ledger goes there with the work that its records name, and its home. */
async function checkUnpublished(
  context: Context,
  standing: Standing,
  { snapshot: { missions, unpublished } }: Sight,
): Promise<Checkup[]> {
  const { git } = context.doors;
  const branches = await git.listRefs(["refs/heads"]);
  return unpublished.map((id) => {
    const home = missions.find((mission) => mission.id === id)?.ledger.created?.fact.home ?? "";
    const command = [
      pushCommand(context, standing, id),
      ...pushWork(context, standing),
      ...(branches.has(`refs/heads/${home}`) ? [home] : []),
    ];
    return bad("ledgers", `that of ${id} is here and not on the remote`, command.join(" "));
  });
}

function checkLedgers(
  { snapshot: { missions } }: Sight,
  restore: (mission: string, isGone: boolean) => string,
): Checkup[] {
  return missions.flatMap(({ id, ledgerState }) => {
    if (ledgerState === "rewound" || ledgerState === "missing") {
      return [
        bad("ledgers", `the ledger of ${id} is ${ledgerState} on the remote`, restore(id, ledgerState === "missing")),
      ];
    }
    if (ledgerState === "damaged") return [bad("ledgers", `git can't read the mission ${id}`, "git fsck")];
    const isNewer = ledgerState === "newer";
    return isNewer
      ? [bad("ledgers", `a newer git-mission wrote the ledger of ${id}`, "npm install -g git-mission")]
      : [];
  });
}

function checkDisk({ doors: { state } }: Context): Checkup {
  let folder = state.path;
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const text = `${Math.floor(free / 1024 ** 3)} GiB free for ${state.path}`;
  return free < LEAST_DISK_BYTES ? bad("disk", text, "mission clean") : ok("disk", text);
}

/** Dates in the ledger are other clocks' words: one that lies ahead shows that two of them differ. */
function checkClock({ snapshot: { now, missions, hosts } }: Sight): Checkup {
  const dates = [...missions.map(({ ledger }) => ledger.records.at(-1)?.at ?? 0), ...hosts.map(({ at }) => at)];
  const ahead = Math.max(0, ...dates) - now;
  if (ahead <= CLOCK_SLACK_MS) return ok("clock", "no record is dated ahead of it");
  return note(
    "clock",
    `a record is dated ${Math.round(ahead / 60_000)} min ahead: this clock or another host's is wrong`,
    "timedatectl status",
  );
}
