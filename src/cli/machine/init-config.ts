import { defaultConfig } from "../../format/documents/config-default.ts";
import type { Runtime } from "../../model/documents.ts";
import { KNOWN_AGENTS, type KnownAgent } from "../../model/known-agents.ts";
import { printFlow } from "../../planning/print-flow.ts";
import type { FoundChecks } from "./init-checks.ts";

/**
 * The text of a first config.md: what was found is filled in, the other keys stand there as comments with their defaults.
 * No agent is made the only one: where one can't work, the next takes over. Those without an account are named only where
 * there is no other.
 */
export function printConfig(checks: FoundChecks, found: readonly string[], signedOut: readonly string[] = []): string {
  const able = found.filter((name) => !signedOut.includes(name));
  const agents = able.length > 0 ? able : found;
  const [first] = agents;
  return `---
parallel: 4                 # runs at once on this host; a mission's own limit holds too
isolation: clone            # clone | sandbox | linked
${listLine("setup", checks.setup, "[npm ci]", "in every fresh checkout, before work begins")}
${listLine(
  "verify",
  checks.verify.map((run) => ({ run })),
  "[{ run: npm test }]",
  "what has to pass before work lands",
)}
${`# runtime: ${first ?? "claude"}`.padEnd(27)} # who works where a role does not say; left out: the first one here that can
${first ? "runtimes:" : "# runtimes:"}
${[runtimeLines(agents), ...leftOutLines(found.filter((name) => !agents.includes(name)))].join("\n")}
# review: none              # who looks at work before it lands: a role, or none; left out: where agents work, one of them
# models: { economy: { claude: haiku }, standard: { claude: sonnet }, thinking: { claude: opus } }
# protected: ${printFlow(defaultConfig().protected)}
# limits: { attempts: 3, rounds: 3, run_usd: 25, usd_per_day: 100, idle_minutes: 10 }
# approvers: [{ email: you@example.com }]     # who may approve, deny and answer; left out: anyone who can push
# notify: [{ kind: command, run: [notify-send], on: [needs_input, blocked, budget, completed] }]
# Below the next line: standing instructions, part of every agent's prompt.
---
`;
}

function listLine(key: string, values: readonly unknown[], example: string, comment: string): string {
  const text = values.length > 0 ? `${key}: ${printFlow(values)}` : `# ${key}: ${example}`;
  return `${text.padEnd(27)} # ${comment}`;
}

function runtimeLines(agents: readonly string[]): string {
  if (agents.length === 0)
    return "#   claude: { kind: claude }\n#   mine: { kind: command, run: [node, tools/agent.mjs] }";
  return [
    ...known(agents).map((agent) => `  ${agent.name}: ${printRuntime(agent)}`),
    "# mine: { kind: command, run: [node, tools/agent.mjs] }",
  ].join("\n");
}

/** Work that is given to them is lost time. */
function leftOutLines(agents: readonly string[]): string[] {
  return known(agents).map((agent) => `${`# ${agent.name}: ${printRuntime(agent)}`.padEnd(27)} # not signed in`);
}

function known(names: readonly string[]): KnownAgent[] {
  return names.flatMap((name) => KNOWN_AGENTS.find((agent) => agent.name === name) ?? []);
}

/** How a runtime is written in a config.md. */
export function printRuntime({ kind, run }: Pick<Runtime, "kind" | "run">): string {
  return run.length === 0 ? `{ kind: ${kind} }` : `{ kind: ${kind}, run: [${run.join(", ")}] }`;
}
