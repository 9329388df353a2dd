import { chooseModel } from "../../../derive/model-choice.ts";
import { chooseRuntime, deriveHostRuntimes } from "../../../derive/runtime.ts";
import type { Doors } from "../../../doors/doors.ts";
import { isCodingAgent, type Role, type Runtime } from "../../../model/documents.ts";
import { knownAgentOf } from "../../../model/known-agents.ts";
import type { Order } from "../../../model/run.ts";
import type { Snapshot } from "../../../model/snapshot.ts";
import { readSignIn } from "../../../observe/sign-in.ts";
import { allRoles } from "../../machine/agents/look.ts";

export interface Planner extends Pick<Order, "model" | "tier"> {
  role: Role;
  runtime: Runtime;
}

/**
 * Who makes a plan on this host: the role `planner`, on the runtime that would also work for it. Or in words why nobody does.
 */
export function findPlanner(doors: Pick<Doors, "files" | "env">, snapshot: Snapshot): Planner | string {
  const role = allRoles(snapshot).find(({ name }) => name === "planner");
  if (role === undefined) return "there is no role planner";
  const choice = chooseRuntime({ snapshot, runtimes: deriveHostRuntimes(snapshot) }, role, isCodingAgent);
  if (choice.kind === "none") return choice.message;
  const { runtime } = choice;
  const agent = knownAgentOf(runtime);
  const signIn = agent === null ? null : readSignIn(doors, agent);
  if (signIn?.state === "no") return `${runtime.name} is not signed in: ${agent?.signIn}`;
  return { role, runtime, ...chooseModel(role, runtime, snapshot.repository.config, { models: {} }) };
}
