import { knownAgentOf, programOf } from "../../model/known-agents.ts";
import type { Environment } from "../environment.ts";
import type { RunContext } from "../run-doors.ts";

/**
 * The program that played a run, with its version: as it said itself, else as it answers when it is asked. Of others than
 * the agents that are known to answer, the name alone.
 */
export async function nameProgram(
  { doors, order: { runtime } }: RunContext,
  said: string | null,
  env: Environment,
): Promise<string | null> {
  const program = runtime === null ? null : programOf(runtime);
  const agent = runtime === null ? null : knownAgentOf(runtime);
  if (program === null || (said !== null && said !== agent?.name)) return said;
  const isKnown = agent !== null && !agent.isVersionless && program.split("/").at(-1) === agent.name;
  const version = isKnown ? await doors.readVersion(program, env) : null;
  const name = said ?? program;
  return version === null ? name : `${agent?.name} ${version}`;
}
