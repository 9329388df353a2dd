import { type Checkup, renderCheckups } from "../../view/checkup.ts";
import { type Arguments, type Command, type Context, hasFlag, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { openContext } from "../context.ts";
import { pageAt } from "../read/look.ts";
import { bad, type Found } from "./checkup/check.ts";
import { checkRepository } from "./checkup/checks.ts";
import { chooseLedger } from "./checkup/choose-ledger.ts";
import { checkContainment } from "./checkup/containment.ts";
import { declareLost } from "./checkup/declare-lost.ts";
import { checkLostHead } from "./checkup/head.ts";
import { checkMachine } from "./checkup/machine.ts";

export const command: Command = {
  name: "doctor",
  summary: "what is wrong here, each with the exact next step",
  group: "machine",
  arguments: [],
  options: [
    { usage: "--fix", about: "mend what can be mended without losing anything" },
    { usage: "--restore <mission>", about: "put its ledger back on the remote as this clone knows it" },
    { usage: "--accept <mission>", about: "take its ledger as the remote has it" },
    { usage: "--lost <run>", about: "say that nobody works on a run any more, so that it is taken over at once" },
    { usage: "--exit-code", about: "exit with 1 when something stands in the way" },
  ],
  example: "mission doctor\nmission doctor --fix",
  repository: "optional",
  async run(context, args) {
    const said = await obey(context, args);
    const machine = [...checkMachine(context), await checkContainment(context, gitDirOf(context))];
    const found = [...machine, ...(await examine(context, hasFlag(args, "fix")))];
    const checks = [...said, ...found].map(({ mend: _, ...checkup }): Checkup => checkup);
    if (context.json) printJson(context, { schema: 1, checks });
    else context.screen.print(renderCheckups(checks, pageAt(context.screen, Date.now())).join("\n"));
    return hasFlag(args, "exitCode") && checks.some(({ level }) => level === "bad") ? 1 : 0;
  },
};

/** What a person decided, and no program may. */
async function obey(context: Context, args: Arguments): Promise<Found[]> {
  const [restore, accept, lost] = ["restore", "accept", "lost"].map((name) => textOption(args, name));
  const isChange = hasFlag(args, "fix") || [restore, accept, lost].some((each) => each != null);
  if (isChange && isInside(context)) {
    throw new CommandError("inside-run", "a run may look, not mend: this is a person's to do", null);
  }
  const said: string[] = [];
  if (restore != null) said.push(await chooseLedger(context, restore, "restore"));
  if (accept != null) said.push(await chooseLedger(context, accept, "accept"));
  if (lost != null) said.push(await declareLost(context, lost));
  return said.map((text) => ({ code: "done", name: "done", level: "mended", text, next: null, fix: null }));
}

async function examine(context: Context, fix: boolean): Promise<readonly Found[]> {
  const lost = openingFault(context);
  if (lost !== null) {
    const told = fix ? await mendAll([lost]) : [lost];
    return told.every(({ level }) => level === "mended") ? [...told, ...(await examineAnew(context))] : told;
  }
  return checkRepository(context, fix ? mendAll : async (found) => found);
}

/** What lies behind a fault that kept the repository shut could not be looked at before. */
async function examineAnew({ env, screen, json, cwd }: Context): Promise<readonly Found[]> {
  const { context, close } = await openContext({ env, screen, json, cwd });
  try {
    return openingFault(context) === null ? await checkRepository(context, mendAll) : [];
  } finally {
    close();
  }
}

/** Mends one after the other: what can't be mended says why and stays. */
async function mendAll(found: readonly Found[]): Promise<readonly Found[]> {
  const told: Found[] = [];
  for (const each of found) {
    const result = await each.mend?.();
    if (result === undefined) told.push(each);
    else if (result.kind === "mended") {
      told.push({ ...each, level: "mended", text: `${each.text}: ${result.text}`, next: null, fix: null });
    } else told.push({ ...each, text: `${each.text}: ${result.reason}`, next: result.next ?? each.next, fix: null });
  }
  return told;
}

function gitDirOf(context: Context): string | null {
  return openingFault(context) === null ? context.doors.git.gitDir : null;
}

/** Why there is no repository here; null when there is one. */
function openingFault(context: Context): Found | null {
  try {
    context.doors;
    return null;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return (
      checkLostHead(context.cwd) ?? bad(["repository-missing", "repository", error.message], error.next ?? "git init")
    );
  }
}

function isInside(context: Context): boolean {
  return openingFault(context) === null ? context.doors.insideRun : Boolean(context.env.MISSION_RUN);
}
