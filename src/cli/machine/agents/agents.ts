import { systemFiles } from "../../../doors/files-system.ts";
import { agentsJson, renderAgents } from "../../../view/agents.ts";
import { type Command, type Context, printJson } from "../../command.ts";
import { CommandError } from "../../command-error.ts";
import { look, pageAt } from "../../read/look.ts";
import { allRoles, lookAtAgents, NO_AGENT } from "./look.ts";

export const command: Command = {
  name: "agents",
  summary: "coding agents of this host: which can work, what is missing",
  group: "machine",
  arguments: [],
  options: [],
  example: "mission agents",
  repository: "optional",
  async run(context) {
    const snapshot = isInRepository(context) ? (await look(context)).snapshot : null;
    const doors = snapshot === null ? { files: systemFiles, env: context.env } : context.doors;
    const agents = await lookAtAgents(doors, snapshot);
    const now = Date.now();
    if (context.json) printJson(context, agentsJson(agents, now));
    else {
      const roles = snapshot === null ? 0 : allRoles(snapshot).length;
      const lines = renderAgents(agents, { roles, none: NO_AGENT }, pageAt(context.screen, now));
      context.screen.print(lines.join("\n"));
    }
    return 0;
  },
};

function isInRepository(context: Context): boolean {
  try {
    context.doors;
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return false;
  }
}
