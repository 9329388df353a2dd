import { recallTexts } from "../../doors/quick-status.ts";
import type { FeatureState, State } from "../../model/state.ts";
import { type Focus, renderBoard } from "../../view/board.ts";
import { momentJson, renderMoment } from "../../view/moment.ts";
import { statusJson } from "../../view/status-json.ts";
import { renderTable } from "../../view/table.ts";
import { haltLines } from "../../view/where.ts";
import { type Command, type Context, hasFlag, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookWithUnsaved, unsavedLine } from "../plan/unsaved.ts";
import { resolveThing } from "../thing.ts";
import { rememberWhatWasSaid } from "./last-status.ts";
import { lookBack, pageAt, pageOf } from "./look.ts";
import { findMoment } from "./moment.ts";
import { needsPerson } from "./needs-person.ts";
import { watchSpending } from "./spending.ts";
import { printStatus } from "./status-text.ts";

export const command: Command = {
  name: "status",
  summary: "where things stand, once",
  group: "every day",
  arguments: [
    { usage: "[thing]", about: "a mission, milestone, feature, agent:NAME or host:NAME; all missions without it" },
  ],
  options: [
    {
      usage: "--at <moment>",
      about: "as it was at a commit of home, or at a date (2026-11-20, 2026-11-20T14:00) or so long ago (7d)",
    },
    { usage: "--exit-code", about: "exit with 1 when something waits for a person" },
  ],
  example: "mission status crm/contacts\nmission status --at mission/crm/home~3",
  async run(context, args) {
    const [word] = args.words;
    const at = textOption(args, "at");
    if (at !== null) return tellPast(context, at, word);
    if (context.json && word === undefined && !hasFlag(args, "exitCode")) return tellEverything(context);
    const { state, unsaved } = await lookWithUnsaved(context, { fetch: true });
    const focus = word === undefined ? null : focusOn(state, word);
    const shown = focus === null ? state : only(state, focus);
    if (context.json) printJson(context, statusJson(shown, unsaved, watchSpending(context.doors)(shown)));
    else {
      const page = pageOf(context);
      const board = renderBoard(shown, page, focus);
      const empty = board.length === 0 ? ['There is no mission here yet: mission new "what you want to have"'] : board;
      context.screen.print(
        [...empty, ...renderTable(haltLines(shown), page), ...unsavedLine(unsaved, page)].join("\n"),
      );
    }
    return hasFlag(args, "exitCode") && needsPerson(shown) ? 1 : 0;
  },
};

/** All missions for a program. Of those at rest it is said again what was said last. */
async function tellEverything(context: Context): Promise<number> {
  const { doors, env, screen } = context;
  const seen = doors.quickLook.lookAround();
  const known = recallTexts(doors.git.gitDir, env, doors.program.build);
  const resting = known.map(({ mission }) => mission);
  const { unsaved, head, ...sight } = await lookWithUnsaved(context, { fetch: true, resting });
  const { snapshot, state } = sight;
  const left = new Set(snapshot.resting.map(({ id }) => id));
  const kept = known.flatMap(({ mission: { id }, text }) => (left.has(id) ? [{ id, text }] : []));
  const text = printStatus(statusJson(state, unsaved, watchSpending(doors)(state)), kept);
  screen.printBytes(text.bytes);
  rememberWhatWasSaid(context, { sight, unsaved, head, seen, text });
  return 0;
}

/** What is shown of then is what git knows: the files on home and the records up to then. */
async function tellPast(context: Context, at: string, word: string | undefined): Promise<number> {
  const moment = await findMoment(context.doors, at);
  const { state } = await lookBack(context, moment);
  const focus = word === undefined ? null : focusOn(state, word);
  const shown = focus === null ? state : only(state, focus);
  if (context.json) printJson(context, { ...statusJson(shown, []), as_of: momentJson(moment) });
  else {
    const page = pageAt(context.screen, moment.now);
    context.screen.print([...renderBoard(shown, page, focus), ...renderMoment(moment, page)].join("\n"));
  }
  return 0;
}

function focusOn(state: State, word: string): Focus[] {
  const thing = resolveThing(state, word);
  switch (thing.kind) {
    case "mission":
      return [{ mission: thing.mission.id }];
    case "milestone":
      return [{ mission: thing.mission.id, milestone: thing.milestone.id }];
    case "feature":
      return [{ mission: thing.mission.id, keeps: ({ id }) => id === thing.feature.id }];
    case "agent":
      return everywhere(state, ({ document }) => document.agent === thing.name);
    case "host":
      return everywhere(state, ({ live }) => live?.claim.fact.host === thing.name);
    default:
      throw new CommandError("no-status", `a ${thing.kind} has a page, no status`, `mission show ${word}`);
  }
}

function everywhere(state: State, keeps: (feature: FeatureState) => boolean): Focus[] {
  return state.missions.map(({ id }) => ({ mission: id, keeps }));
}

function only(state: State, focus: readonly Focus[]): State {
  return { ...state, missions: state.missions.filter(({ id }) => focus.some(({ mission }) => mission === id)) };
}
