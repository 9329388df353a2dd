/** Whether a remote takes refs outside of branches and tags: some servers and hooks refuse them. */

import { joinReasons } from "./authority-outcome.ts";
import type { Mirror } from "./authority-remote.ts";

/**
 * `deletes`: whether the remote lets such a ref be deleted again; one that does not keeps the probe, which harms nothing.
 * `elsewhere`: what is pushed is not found where the remote is read from, as with a push URL of a fork.
 */
export type Probed =
  | { kind: "accepted"; deletes: boolean }
  | { kind: "refused"; reason: string }
  | { kind: "elsewhere" }
  | { kind: "unreachable"; reason: string };

const NOBODY = { name: "git-mission", email: "git-mission@localhost" };

/** Pushes an empty commit, the same one from everywhere, and deletes it again. */
export async function probe({ git, remote, names }: Mirror): Promise<Probed> {
  const ref = `${names.prefix}/probe`;
  const commit = await git.writeCommit({
    tree: await git.writeTree([]),
    parents: [],
    message: "git-mission asks whether this server takes its refs [skip ci]\n",
    author: NOBODY,
    committer: NOBODY,
    at: 0,
  });
  const pushed = await git.push(remote, [{ name: ref, new: commit, old: null }]);
  if (pushed.kind === "refused") return { kind: "refused", reason: pushed.reason };
  if (pushed.kind === "unknown") return readProbe({ git, remote, names }, ref, pushed.reason);
  // Lost: the ref is there already, left by a probe that could not delete it or is under way elsewhere.
  const listed = await git.listRemote(remote, [ref]);
  const deleted = await git.push(remote, [{ name: ref, new: null, old: commit }]);
  if (pushed.kind === "won" && "refs" in listed && !listed.refs.has(ref)) return { kind: "elsewhere" };
  return { kind: "accepted", deletes: deleted.kind !== "refused" };
}

async function readProbe({ git, remote }: Mirror, ref: string, reason: string): Promise<Probed> {
  const listed = await git.listRemote(remote, [ref]);
  if ("unreachable" in listed) return { kind: "unreachable", reason: joinReasons(reason, listed.unreachable) };
  return listed.refs.has(ref) ? { kind: "accepted", deletes: false } : { kind: "unreachable", reason };
}
