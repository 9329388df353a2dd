import { makeRunner } from "../../../doors/git/process/spawn.ts";
import { describeSilence, isOwnLock } from "../../../model/silence.ts";
import { openAuthority } from "../../../repo/authority.ts";
import { bad, type Found, ok, type SceneCheck } from "./check.ts";

/** Whether the authority is there, is the right one, and takes what is pushed. */
export const checkRemote: SceneCheck = async ({ context, standing, sight }) => {
  const { git } = context.doors;
  const { remote } = standing;
  const { authority } = sight.snapshot;
  if (authority.kind === "local" || remote === null) return [ok("remote", "none: this repository alone coordinates")];
  const names = await listRemotes(git.gitDir, context.env);
  if (!names.includes(remote) && !/[:/]/.test(remote)) return [misnamed(remote, names)];
  if (!authority.reachable) {
    const text = describeSilence(remote, authority.reason);
    const next = isOwnLock(text) ? "mission doctor --fix, in 2 minutes" : `git ls-remote ${remote}`;
    return [bad(["remote-unreachable", "remote", text], next)];
  }
  const opened = openAuthority(git, standing);
  const listed = await git.listRemote(remote, [`${opened.names.prefix}/*`]);
  const isUsed = !("unreachable" in listed) && listed.refs.size > 0;
  // Also where such refs lie already: a hook may have come since.
  const probed = await opened.probe();
  switch (probed.kind) {
    case "accepted":
      return [ok("remote", `${remote} answers and takes ${opened.names.prefix}`)];
    case "refused":
      return [refused(remote, { prefix: opened.names.prefix, isUsed }, probed.reason)];
    case "elsewhere": {
      const text = `what is pushed to ${remote} is not found there: it is pushed to another repository than it is read from`;
      const next = "git remote -v, then git config mission.remote NAME, with one that is the same for both";
      return [bad(["remote-elsewhere", "remote", text], next)];
    }
    case "unreachable": {
      const text = `${remote} can't be pushed to: ${probed.reason}`;
      return [bad(["remote-unpushable", "remote", text], `git push --dry-run ${remote} HEAD`)];
    }
  }
};

async function listRemotes(gitDir: string, env: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const output = await makeRunner(gitDir, env).run(["remote"]);
  return output.stdout.toString("utf8").split("\n").filter(Boolean);
}

/** The name comes from git config, so what has to change is that name: asking the server again would not help. */
function misnamed(remote: string, names: readonly string[]): Found {
  const [first] = names;
  const others = first === undefined ? "this repository has no remote" : `there is ${names.join(", ")}`;
  const next = first === undefined ? "git config mission.remote none" : `git config mission.remote ${first}`;
  return bad(
    ["remote-unknown", "remote", `${remote} is no remote of this repository, and mission.remote names it; ${others}`],
    `${next}, or git remote add ${remote} URL`,
  );
}

/** Branches are what every server takes; but ledgers that lie there already would not go along. */
function refused(remote: string, { prefix, isUsed }: { prefix: string; isUsed: boolean }, reason: string): Found {
  const text = `${remote} refuses ${prefix}: ${reason}`;
  if (isUsed) {
    const next = `allow pushes to ${prefix}/* on the server (its hooks, its settings): ledgers lie there already`;
    return bad(["remote-refuses", "remote", text], next);
  }
  if (prefix === "refs/heads/mission-state") {
    const next = `allow pushes to ${prefix} on the server, or git config mission.remote none to coordinate in this repository alone`;
    return bad(["remote-refuses", "remote", text], next);
  }
  return bad(["remote-refuses", "remote", text], "git config mission.refs refs/heads/mission-state");
}
