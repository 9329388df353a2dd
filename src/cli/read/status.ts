import type { FeatureState, State } from "../../model/state.ts";
import { type Focus, renderBoard } from "../../view/board.ts";
import { statusJson } from "../../view/status-json.ts";
import { renderTable } from "../../view/table.ts";
import { haltLines } from "../../view/where.ts";
import { type Command, hasFlag, jsonText } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookWithUnsaved, unsavedLine } from "../plan/unsaved.ts";
import { resolveThing } from "../thing.ts";
import { rememberWhatWasSaid } from "./last-status.ts";
import { pageOf } from "./look.ts";
import { needsPerson } from "./needs-person.ts";
import { watchSpending } from "./spending.ts";

export const command: Command = {
  name: "status",
  summary: "where things stand, once",
  group: "every day",
  arguments: [
    { usage: "[thing]", about: "a mission, milestone, feature, agent:NAME or host:NAME; all missions without it" },
  ],
  options: [{ usage: "--exit-code", about: "exit with 1 when something waits for a person" }],
  example: "mission status crm/contacts",
  async run(context, args) {
    const [word] = args.words;
    const seen = context.json ? context.doors.quickLook.lookAround() : "";
    const { state, unsaved, ...sight } = await lookWithUnsaved(context, { fetch: true });
    const focus = word === undefined ? null : focusOn(state, word);
    const shown = focus === null ? state : only(state, focus);
    if (context.json) {
      const text = jsonText(statusJson(shown, unsaved, watchSpending(context.doors)(shown)));
      context.screen.print(text);
      if (focus === null)
        rememberWhatWasSaid(context, { sight: { ...sight, state }, unsaved, head: sight.head, seen, text });
    } else {
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
