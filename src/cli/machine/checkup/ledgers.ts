import type { RefUpdate } from "../../../doors/git.ts";
import type { MissionSnapshot } from "../../../model/snapshot.ts";
import { openAuthority } from "../../../repo/authority.ts";
import { bad, type Found, type Mended, mendable, mended, note, type Scene, type SceneCheck } from "./check.ts";

/** Ledgers that the authority lacks, has otherwise, or that this program can't read. */
export const checkLedgers: SceneCheck = async (scene) => {
  const { snapshot } = scene.sight;
  const unpublished = await Promise.all(snapshot.unpublished.map((id) => checkUnpublished(scene, id)));
  return [...unpublished, ...snapshot.missions.flatMap((mission) => checkLedger(scene, mission))];
};

function checkLedger(scene: Scene, { id, ledgerState, ledger }: MissionSnapshot): Found[] {
  const remote = scene.standing.remote ?? "the remote";
  switch (ledgerState) {
    case "rewound":
    case "missing": {
      const text = `the ledger of ${id} is ${ledgerState} on the remote: ${remote} has ${ledgerState === "missing" ? "none" : "another one"}, this clone has ${ledger.records.length} records`;
      const choice = `mission doctor --restore ${id} does the same, mission doctor --accept ${id} takes what ${remote} has`;
      // Whatever took the ledger has likely taken the work that its records name.
      const work = ledgerState === "missing" ? pushWork(scene) : [];
      const next = [pushCommand(scene, id), ...work].join(" ");
      return [bad([`ledger-${ledgerState}`, "ledgers", `${text}; ${choice}`], next)];
    }
    case "damaged":
      return [bad(["ledger-damaged", "ledgers", `git can't read the mission ${id}`], "git fsck")];
    case "newer":
      return [
        bad(["ledger-newer", "ledgers", `a newer git-mission wrote the ledger of ${id}`], "npm install -g git-mission"),
      ];
    default:
      return checkUnreadable(id, ledger.unreadable);
  }
}

/** A kind of record that this program does not know was written by a newer one. */
function checkUnreadable(id: string, unreadable: readonly { id: string; reason: string }[]): Found[] {
  const [first] = unreadable;
  if (first === undefined) return [];
  const isNewer = unreadable.some(({ reason }) => reason.startsWith("a record of unknown kind"));
  const count = `${unreadable.length} ${unreadable.length === 1 ? "record" : "records"} of ${id} can't be read`;
  const text = `${count}: ${first.id.slice(0, 10)}, ${first.reason}`;
  return isNewer
    ? [note(["program-old", "program", `${text}: a newer git-mission is at work`], "npm install -g git-mission")]
    : [note(["record-unreadable", "ledgers", `${text}; it counts for nothing`], `git show ${first.id}`)];
}

/** The authority has less than this clone: what is here is what happened, and a plain push brings it back. */
function pushCommand({ context: { doors }, standing }: Scene, mission: string): string {
  const ref = openAuthority(doors.git, standing).ledgerRef(mission);
  return `git push ${standing.remote ?? "origin"} ${ref}:${ref}`;
}

function pushWork({ context: { doors }, standing }: Scene): readonly string[] {
  const { names } = openAuthority(doors.git, standing);
  return [names.in("*"), `${names.prefix}/salvage/*`].map((ref) => `'${ref}:${ref}'`);
}

/** A repository that got its remote later: the ledger goes there with the work that its records name, and its home. */
async function checkUnpublished(scene: Scene, id: string): Promise<Found> {
  const { context, sight } = scene;
  const { git } = context.doors;
  const home = sight.snapshot.missions.find((mission) => mission.id === id)?.ledger.created?.fact.home ?? "";
  const hasHome = (await git.listRefs([`refs/heads/${home}`])).has(`refs/heads/${home}`);
  const command = [pushCommand(scene, id), ...pushWork(scene), ...(hasHome ? [home] : [])].join(" ");
  const found = bad(["ledger-unpublished", "ledgers", `that of ${id} is here and not on the remote`], command);
  const fix = "pushes it, with its work and its home, where the remote has none of that name";
  return mendable(found, fix, () => publish(scene, id, home));
}

async function publish({ context: { doors }, standing }: Scene, id: string, home: string): Promise<Mended> {
  const { git } = doors;
  const authority = openAuthority(git, standing);
  const { prefix } = authority.names;
  const local = await git.listRefs([
    authority.ledgerRef(id),
    `${prefix}/in`,
    `${prefix}/salvage`,
    `refs/heads/${home}`,
  ]);
  const there = await authority.read([...local.keys()]);
  if (there.kind === "unreachable") return { kind: "left", reason: there.reason };
  const updates = [...local].flatMap(([name, oid]): RefUpdate[] => {
    return there.refs.has(name) ? [] : [{ name, new: oid, old: null }];
  });
  const outcome = await authority.swap(updates);
  if (outcome.kind === "won") return mended(`${updates.length} refs are on ${standing.remote} now`);
  return { kind: "left", reason: outcome.reason };
}
