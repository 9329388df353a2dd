import { type Checkup, renderCheckups } from "../../view/checkup.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { pageAt } from "../read/look.ts";
import { checkContainment } from "./doctor-containment.ts";
import { checkMachine } from "./doctor-machine.ts";
import { checkRepository } from "./doctor-repository.ts";

export const command: Command = {
  name: "doctor",
  summary: "what is wrong here, each with the exact next step",
  group: "machine",
  arguments: [],
  options: [{ usage: "--exit-code", about: "exit with 1 when something stands in the way" }],
  example: "mission doctor",
  repository: "optional",
  async run(context, args) {
    const containment = await checkContainment(context, gitDirOf(context));
    const checkups = [...checkMachine(context), containment, ...(await checkHere(context))];
    if (context.json) printJson(context, { schema: 1, checks: checkups });
    else context.screen.print(renderCheckups(checkups, pageAt(context.screen, Date.now())).join("\n"));
    return hasFlag(args, "exitCode") && checkups.some(({ level }) => level === "bad") ? 1 : 0;
  },
};

function gitDirOf(context: Context): string | null {
  try {
    return context.doors.git.gitDir;
  } catch {
    // Told by what looks at the repository.
    return null;
  }
}

async function checkHere(context: Context): Promise<readonly Checkup[]> {
  try {
    context.doors;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [{ name: "repository", level: "bad", text: error.message, next: error.next }];
  }
  return checkRepository(context);
}
