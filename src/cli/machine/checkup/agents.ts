/** The agents that missions here are worked on with. */

import { type AgentSight, type AgentState, accountText } from "../../../view/agents.ts";
import { lookAtUsed, NO_AGENT } from "../agents/look.ts";
import { bad, type Found, note, ok, type SceneCheck } from "./check.ts";

const CODES: Readonly<Partial<Record<AgentState, string>>> = {
  missing: "agent-missing",
  broken: "agent-broken",
  "signed out": "agent-signed-out",
  "held back": "agent-held-back",
};

/** Whether one that may have an account surely has one is left to `mission agents`. */
export const checkAgents: SceneCheck = async ({ context: { doors }, sight: { snapshot } }) => {
  const used = await lookAtUsed(doors, snapshot);
  if (used.length === 0) return [bad(["agents-none", "agents", NO_AGENT.problem], NO_AGENT.next)];
  return used.map(describe);
};

function describe(agent: AgentSight): Found {
  const code = CODES[agent.state];
  if (code !== undefined) return note([code, "agents", `${agent.name}: ${agent.problem}`], agent.next);
  const facts = [agent.version ?? "can be started", accountText(agent) ?? agent.problem].filter(
    (fact) => fact !== null,
  );
  return ok("agents", `${agent.name}: ${facts.join(", ")}`);
}
