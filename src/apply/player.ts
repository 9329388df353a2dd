/** What plays a role in a run: runtime, model, and the limits that follow from what was reserved for it. */

import { chooseModel } from "../derive/model-choice.ts";
import type { Dispatch } from "../model/decision.ts";
import type { FeatureDocument, Role } from "../model/documents.ts";
import { rolesByName } from "../model/roles.ts";
import type { Order, Permissions, RunLimits } from "../model/run.ts";
import type { ApplyContext, Subject } from "./context.ts";

const MINUTE_MS = 60_000;

export interface Player extends Pick<Order, "runtime" | "model" | "tier"> {
  role: Role | null;
}

export function findPlayer(
  { snapshot }: ApplyContext,
  { mission, document }: Subject,
  decision: Pick<Dispatch, "role" | "runtime">,
): Player {
  const { builtinRoles, repository } = snapshot;
  const roles = rolesByName(builtinRoles, repository.roles, mission.repository.roles, mission.files.roles);
  const role = roles.get(decision.role) ?? null;
  const runtime = snapshot.repository.config.runtimes.find(({ name }) => name === decision.runtime) ?? null;
  return { role, runtime, ...chooseModel(role, runtime, mission.repository.config, document) };
}

export function limitedBy(limits: RunLimits, { minutes, usd, tokens }: Dispatch["reserve"]): RunLimits {
  return {
    ...limits,
    wallMs: minutes * MINUTE_MS,
    usd: usd > 0 ? usd : null,
    tokens: tokens > 0 ? tokens : null,
  };
}

/** What a role may do on a feature. */
export function permissionsOf(
  role: Role | null,
  { risk }: Pick<FeatureDocument, "risk">,
  consents: Pick<Permissions, "allowed" | "denied"> = { allowed: [], denied: [] },
): Permissions {
  return { autonomy: role?.autonomy ?? "specialist", risk, tools: role?.tools ?? [], ...consents };
}
