import { makeBareOrder } from "../../../apply/order.ts";
import { permissionsOf } from "../../../apply/player.ts";
import type { Order } from "../../../model/run.ts";
import type { Authority } from "../../../repo/authority.ts";
import type { Context } from "../../command.ts";
import type { Sight } from "../../read/look.ts";
import type { Planner } from "./find-planner.ts";

const MINUTE_MS = 60_000;
const MINUTES = 60;
/** It looks around as work does, and nothing of what it changes is kept. */
const RISK = "yellow";

interface PlanOrderParts {
  authority: Authority;
  request: { id: string; usd: number | null };
  base: string;
  planner: Planner;
}

/** The order of a planner: in a clone of what the default branch has. It claims nothing, no pulse knows of it. */
export function makePlanOrder(
  { doors }: Context,
  { snapshot }: Sight,
  { authority, request, base, planner }: PlanOrderParts,
): Order {
  const { config } = snapshot.repository;
  const { role, runtime, model, tier } = planner;
  const mission = request.id;
  const nonce = doors.random.nonce(6);
  const run = `plan-${mission}-${nonce}`;
  const order = makeBareOrder({ doors, authority, snapshot }, { mission, home: { tip: base, codeTree: "" }, config });
  return {
    ...order,
    run,
    runKind: "plan",
    about: { kind: "mission" },
    start: base,
    codeTree: "",
    nonce,
    branch: "plan",
    title: run,
    runtime,
    model,
    tier,
    role: role.name,
    permissions: permissionsOf(role, { risk: RISK }),
    limits: {
      ...order.limits,
      wallMs: (role.limits.minutes ?? MINUTES) * MINUTE_MS,
      usd: Math.min(role.limits.usdPerRun ?? config.limits.runUsd, request.usd ?? Number.POSITIVE_INFINITY),
    },
  };
}
