import { renderLive } from "../../view/live.ts";
import { statusJson } from "../../view/status-json.ts";
import { type Command, printJson } from "../command.ts";
import { watchChanges } from "../plan/changes.ts";
import { look, pageOf, type Sight } from "../read/look.ts";
import { watchSpending } from "../read/spending.ts";
import { resolveMission } from "../thing.ts";
import { onInterrupt } from "./interrupt.ts";
import { openLiveScreen } from "./live-screen.ts";

/** How often a remote is asked when nothing here shows that something has changed. */
const REMOTE_MS = 15_000;
const TICK_MS = 500;

export const command: Command = {
  name: "watch",
  summary: "where things stand, live",
  group: "every day",
  arguments: [{ usage: "[mission]", about: "one mission; all that are not over without it" }],
  options: [],
  example: "mission watch crm",
  async run(context, args) {
    const [word] = args.words;
    let sight = await look(context, { fetch: true });
    const missions = word === undefined ? null : [resolveMission(sight.state, word).id];
    if (context.json || !context.screen.isTerminal) {
      const state = {
        ...sight.state,
        missions: sight.state.missions.filter(({ id }) => missions?.includes(id) ?? true),
      };
      if (context.json) printJson(context, statusJson(state, []));
      else
        context.screen.print(
          renderLive(state, pageOf(context), { missions, rows: 200, footer: "" }).join("\n").trimEnd(),
        );
      return 0;
    }
    const hasChanged = watchChanges(context.doors);
    const spendingOf = watchSpending(context.doors);
    const screen = openLiveScreen(context.screen);
    const interrupt = onInterrupt();
    let lookedAt = context.doors.clock.now();
    try {
      while (!interrupt.happened && !screen.closed) {
        screen.draw(
          renderLive(sight.state, pageOf(context), {
            missions,
            rows: context.screen.rows,
            spending: spendingOf(sight.state),
            footer: "Ctrl-C ends this view, nothing else",
          }),
        );
        await interrupt.sleep(TICK_MS);
        if (
          hasChanged() ||
          context.doors.clock.now() - lookedAt > REMOTE_MS ||
          isDue(sight, context.doors.clock.now())
        ) {
          sight = await look(context, { fetch: true });
          lookedAt = context.doors.clock.now();
        }
      }
    } finally {
      interrupt.stop();
      screen.close();
    }
    return 0;
  },
};

function isDue({ state }: Sight, now: number): boolean {
  return state.until !== null && now >= state.until;
}
