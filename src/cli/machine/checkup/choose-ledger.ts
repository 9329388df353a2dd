/** A ledger that differs here and on the remote: a person says which of the two counts. The other one is kept under a name of its own. */

import type { RefUpdate } from "../../../doors/git.ts";
import { type Authority, openAuthority } from "../../../repo/authority.ts";
import { readStanding } from "../../../repo/standing.ts";
import type { Context } from "../../command.ts";
import { CommandError } from "../../command-error.ts";

/** `restore`: what this clone knows goes to the remote. `accept`: what the remote has is taken. Answers what was done. */
export async function chooseLedger(
  { doors: { git } }: Context,
  mission: string,
  choice: "restore" | "accept",
): Promise<string> {
  const standing = await readStanding(git);
  const authority = openAuthority(git, standing);
  const ref = authority.ledgerRef(mission);
  const here = (await git.listRefs([ref])).get(ref) ?? null;
  const read = await authority.read([ref]);
  if (standing.remote === null) throw refuse("this repository has no remote: its own ledger is the only one");
  if (read.kind === "unreachable") throw refuse(read.reason);
  const there = read.refs.get(ref) ?? null;
  if (here === null) throw refuse(`no ledger of ${mission} is here`);
  if (here === there) throw refuse(`the ledger of ${mission} is the same here and on ${standing.remote}`);
  if (there !== null) await fetchCommit(git, standing.remote, ref, there);
  const kept = choice === "restore" ? there : here;
  if (kept !== null) await keep(git, mission, kept);
  if (choice === "restore") {
    const work = await listLostWork(git, authority);
    const outcome = await authority.swap([{ name: ref, new: here, old: there, allowRewind: true }, ...work]);
    if (outcome.kind !== "won") throw refuse(outcome.reason);
    return `the ledger of ${mission} on ${standing.remote} is again the one of this clone${keptText(mission, kept)}`;
  }
  const seen = `refs/mission/seen/${standing.remote}/${mission}`;
  const marked = (await git.listRefs([seen])).get(seen) ?? null;
  const moves = [
    { name: ref, new: there, old: here },
    ...(there === null && marked !== null ? [{ name: seen, new: null, old: marked }] : []),
  ];
  const moved = await git.updateRefs(moves);
  if (moved.kind === "lost") throw refuse(moved.reason);
  const what = there === null ? `none, as on ${standing.remote}: it begins anew` : `the one of ${standing.remote}`;
  return `the ledger of ${mission} here is ${what}${keptText(mission, kept)}`;
}

type Git = Context["doors"]["git"];

/** The ref itself is not moved. */
async function fetchCommit(git: Git, remote: string, ref: string, oid: string): Promise<void> {
  if ((await git.resolve(oid)) !== null) return;
  await git.fetch(remote, [`+${ref}:refs/mission/kept/fetched`]);
  const fetched = (await git.listRefs(["refs/mission/kept/fetched"])).get("refs/mission/kept/fetched") ?? null;
  if (fetched !== null) await git.updateRefs([{ name: "refs/mission/kept/fetched", new: null, old: fetched }]);
}

/** Work that is here and no longer there: whatever took the ledger has likely taken what its records name. */
async function listLostWork(git: Git, authority: Authority): Promise<readonly RefUpdate[]> {
  const { prefix } = authority.names;
  const here = await git.listRefs([`${prefix}/in`, `${prefix}/salvage`]);
  const there = await authority.read([...here.keys()]);
  if (there.kind === "unreachable") throw refuse(there.reason);
  return [...here].flatMap(([name, oid]) => (there.refs.has(name) ? [] : [{ name, new: oid, old: null }]));
}

function keptRef(mission: string, oid: string): string {
  return `refs/mission/kept/ledger/${mission}/${oid.slice(0, 12)}`;
}

async function keep(git: Git, mission: string, oid: string): Promise<void> {
  await git.updateRefs([{ name: keptRef(mission, oid), new: oid, old: null }]);
}

function keptText(mission: string, oid: string | null): string {
  return oid === null ? "" : `; the other one is kept as ${keptRef(mission, oid)}`;
}

function refuse(message: string): CommandError {
  return new CommandError("ledger-choice", message, "mission doctor", 1);
}
