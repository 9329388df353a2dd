/** For agents that ask for nothing: what they do is bounded by a sandbox of their own. */

import type { Sandbox } from "../model/permission.ts";
import type { Permissions } from "../model/run.ts";
import { hasTool, rowOf } from "./judge.ts";

/**
 * A sandbox tells no host from another and no command from another, loopback and a registry included: without the network no
 * test can start a server and nothing can be installed. So it is open to whoever may do that unasked, with a shell or on the
 * web, and to nobody else. Files are only to be written by who edits, or builds on its own.
 */
export function chooseSandbox(permissions: Permissions): Sandbox {
  const { tools, autonomy } = permissions;
  const builds = hasTool(tools, "shell") && autonomy !== "intern";
  const reachesOut = hasTool(tools, "shell") || hasTool(tools, "fetch");
  return { writes: hasTool(tools, "edit") || builds, network: reachesOut && rowOf(permissions).yellow === "allowed" };
}
