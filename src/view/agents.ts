/** The agents of a host: what could work, what it works with, and what is missing. */

import type { Billing } from "../model/known-agents.ts";
import type { Page } from "./page.ts";
import { dotted, type Look, span } from "./span.ts";
import { BLANK, paragraph, type Row, renderTable } from "./table.ts";
import { isoText, momentText } from "./time.ts";

export const AGENT_STATES = ["ready", "unsure", "held back", "signed out", "broken", "missing", "unused"] as const;
/** `unsure`: nobody can tell from outside whether it has an account. `unused`: installed, and config.md does not name it. */
export type AgentState = (typeof AGENT_STATES)[number];

export interface AgentSight {
  /** Of its runtime, or by which it is known. */
  name: string;
  kind: string;
  state: AgentState;
  /** `found`: config.md names no runtime, so the agents that are installed are used. */
  source: "config" | "found" | "none";
  program: string | null;
  path: string | null;
  version: string | null;
  /** null where this program knows of no accounts. */
  signIn: { state: "yes" | "no" | "unknown"; by: string } | null;
  billing: Billing | null;
  /** null: the agent's own choice. */
  models: Readonly<Record<"economy" | "standard" | "thinking", string | null>>;
  /** Its provider refused work for what a person has to see to. */
  heldSince: number | null;
  /** Its provider refused work: nothing begins before. */
  heldUntil: number | null;
  roles: readonly string[];
  /** What is wrong or in doubt, in a sentence; null when nothing is. */
  problem: string | null;
  next: string | null;
}

const LOOKS: Readonly<Record<AgentState, Look>> = {
  ready: "good",
  unsure: "waiting",
  "held back": "waiting",
  "signed out": "bad",
  broken: "bad",
  missing: "bad",
  unused: "quiet",
};

/** `roles`: how many there are in all. */
export function renderAgents(
  agents: readonly AgentSight[],
  { roles, none }: { roles: number; none: { problem: string; next: string } },
  page: Page,
): string[] {
  if (agents.length === 0)
    return renderTable(
      [paragraph(span(none.problem)), paragraph(span("next: ", "quiet"), span(none.next, "command"))],
      page,
    );
  const rows = agents.map((agent): Row => agentRow(agent, roles, page));
  const hint = agents.some(({ source }) => source === "found")
    ? [BLANK, paragraph(span("missions/config.md names no runtime: these are used, the first one first.", "quiet"))]
    : [];
  return renderTable([...rows, ...hint], page);
}

/** `signs in by ANTHROPIC_API_KEY (api)`; null where it has no account, or may have none. */
export function accountText({ signIn, billing }: AgentSight): string | null {
  const how = signIn?.state === "yes" ? `signs in by ${signIn.by}` : null;
  return how !== null && billing !== null ? `${how} (${billing})` : (how ?? billing);
}

function agentRow(agent: AgentSight, roles: number, page: Page): Row {
  const { name, kind, state, version, path, program, problem, next } = agent;
  const models = Object.entries(agent.models).flatMap(([tier, model]) => (model === null ? [] : [`${tier} ${model}`]));
  const held = heldText(agent, page);
  const used = agent.roles.length === 0 ? null : agent.roles.length === roles ? "all roles" : agent.roles.join(", ");
  const below = [
    dotted(span(problem ?? "", LOOKS[state]), span(held, LOOKS[state])),
    dotted(span(models.join(", "), "quiet")),
    dotted(span(used === null ? "" : `for ${used}`, "quiet")),
    ...(next === null ? [] : [[span("next: ", "quiet"), span(next, "command")]]),
  ];
  return {
    cells: [span(state, LOOKS[state]), span(name, "strong")],
    text: dotted(
      span(version ?? ""),
      span(name === kind ? "" : kind, "quiet"),
      span(accountText(agent) ?? ""),
      span(path ?? program ?? "", "quiet"),
    ),
    fit: "wrap",
    below: below.filter((spans) => spans.length > 0),
  };
}

function heldText({ heldSince, heldUntil }: AgentSight, page: Page): string {
  const since = heldSince === null ? [] : [`since ${momentText(heldSince, page)}`];
  const until = heldUntil === null ? [] : [`held back until ${momentText(heldUntil, page)}`];
  return [...since, ...until].join(", ");
}

/** `mission agents --json`, schema 1; the shape in src/schema/ is the contract. */
export function agentsJson(agents: readonly AgentSight[], at: number) {
  return {
    schema: 1,
    at: isoText(at),
    agents: agents.map((agent) => ({
      name: agent.name,
      kind: agent.kind,
      state: agent.state,
      source: agent.source,
      program: agent.program,
      path: agent.path,
      version: agent.version,
      sign_in: agent.signIn,
      billing: agent.billing,
      models: agent.models,
      held_since: agent.heldSince === null ? null : isoText(agent.heldSince),
      held_until: agent.heldUntil === null ? null : isoText(agent.heldUntil),
      roles: agent.roles,
      problem: agent.problem,
      next: agent.next,
    })),
  };
}
