/** The stop ref: it stands at the authority while everything is stopped, and every host sees it. */

import { openAuthority } from "../../repo/authority.ts";
import { programIdentity } from "../../repo/program-identity.ts";
import { readAuthorityPlace } from "../../repo/standing.ts";
import type { Context } from "../command.ts";

/** Sets it. Answers why not, null when it stands. In an emergency nobody is asked who they are. */
export async function raiseStop({ doors }: Context): Promise<string | null> {
  const { git, clock, state } = doors;
  const authority = openAuthority(git, await readAuthorityPlace(git));
  const person = (await git.readIdentity()) ?? programIdentity(state.host);
  const message = `stop: everything\n\nBy: ${person.name} <${person.email}>\n`;
  const tree = await git.writeTree([]);
  const commit = await git.writeCommit({
    tree,
    parents: [],
    message,
    author: person,
    committer: person,
    at: clock.now(),
  });
  const outcome = await authority.swap([{ name: authority.stopRef, new: commit, old: null }]);
  if (outcome.kind === "won") return null;
  const values = await authority.read([authority.stopRef]);
  if (values.kind === "read" && values.refs.has(authority.stopRef)) return null;
  return outcome.reason;
}

/** Takes it away. Answers why not, null when it is gone. */
export async function lowerStop({ doors: { git } }: Context): Promise<string | null> {
  const authority = openAuthority(git, await readAuthorityPlace(git));
  const values = await authority.read([authority.stopRef]);
  if (values.kind === "unreachable") return values.reason;
  const old = values.refs.get(authority.stopRef);
  if (old === undefined) {
    await authority.refresh();
    return null;
  }
  const outcome = await authority.swap([{ name: authority.stopRef, new: null, old }]);
  return outcome.kind === "won" ? null : outcome.reason;
}
