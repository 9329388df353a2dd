/** For agents that ask for nothing: what they do is bounded by a sandbox of their own. */

import type { Sandbox } from "../model/permission.ts";
import type { Permissions } from "../model/run.ts";
import { hasTool, rowOf } from "./judge.ts";

/**
 * A sandbox tells no host from another and no command from another, so it is as narrow as the narrowest of them: the network
 * is open only to a role that works with the web, and files are only to be written by who edits, or builds on its own.
 */
export function chooseSandbox(permissions: Permissions): Sandbox {
  const { tools, autonomy } = permissions;
  const builds = hasTool(tools, "shell") && autonomy !== "intern";
  const isOnline = tools.length > 0 && hasTool(tools, "fetch") && rowOf(permissions).yellow === "allowed";
  return { writes: hasTool(tools, "edit") || builds, network: isOnline };
}
