import { openWatcher, type Watcher } from "../../doors/watcher.ts";
import type { State } from "../../model/state.ts";
import { type PulseResult, pulse } from "../../pulse.ts";
import { statusJson } from "../../view/status-json.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { watchChanges, watchedPlaces } from "../plan/changes.ts";
import { startMission } from "../plan/start.ts";
import { look } from "../read/look.ts";
import { needsPerson } from "../read/needs-person.ts";
import { resolveMission } from "../thing.ts";
import { type Interrupt, onInterrupt } from "./interrupt.ts";
import { endOf, isOver, type RunEnd } from "./run-end.ts";
import { openRunView, type RunView } from "./run-view.ts";

/** Between two looks when nothing here shows that something has changed: another machine, or a person, may have. */
const LOCAL_MS = 5_000;
const REMOTE_MS = 15_000;
const TICK_MS = 500;

export const command: Command = {
  name: "run",
  summary: "start if needed, then pulse until finished or everything waits for you",
  group: "every day",
  arguments: [{ usage: "[mission]", about: "one mission; all that are active without it" }],
  options: [{ usage: "--exit-code", about: "exit with 1 when it is not finished" }],
  example: "mission run crm",
  async run(context, args) {
    const missions = await choose(context, args.words[0]);
    const view = openRunView(context, missions);
    const interrupt = onInterrupt();
    try {
      const { state, end } = await pulseUntil(context, missions, view, interrupt);
      const shown = { ...state, missions: state.missions.filter(({ id }) => missions.includes(id)) };
      if (context.json) printJson(context, { ...statusJson(shown, []), end: end ?? "interrupted" });
      else view.tellEnd(shown, end);
      return hasFlag(args, "exitCode") && (end !== "finished" || needsPerson(shown)) ? 1 : 0;
    } finally {
      interrupt.stop();
      view.close();
    }
  },
};

/** The missions to wait for. One that is only planned is started, because that is what was asked for. */
async function choose(context: Context, word: string | undefined): Promise<readonly string[]> {
  const { state } = await look(context, { fetch: true });
  const moving = state.missions.filter((mission) => !isOver(mission) && mission.status !== "planning");
  if (word === undefined && moving.length > 0) return moving.map(({ id }) => id);
  const mission = resolveMission(state, word ?? null);
  if (isOver(mission))
    throw new CommandError("over", `${mission.id} is ${mission.status}`, `mission report ${mission.id}`);
  if (mission.status === "planning") await startMission(context, mission.id);
  return [mission.id];
}

/** Pulses until all is done or waits for a person, with a null end when the view was left. */
export async function pulseUntil(
  context: Context,
  missions: readonly string[],
  view: RunView,
  interrupt: Interrupt,
): Promise<{ state: State; end: RunEnd | null }> {
  const { doors } = context;
  const hasChanged = watchChanges(doors);
  const watcher = openWatcher(watchedPlaces(doors));
  try {
    let { state } = await look(context);
    view.show(state);
    while (!interrupt.happened && !view.closed) {
      const result = await pulse(doors, { whole: true, onApplied: view.note });
      state = result.state ?? { ...state, at: doors.clock.now() };
      view.show(state);
      const end = endOf(state, missions, result);
      if (end !== null) return { state, end };
      // What this pulse itself has written is no news.
      hasChanged();
      await waitForNews(context, { state, pause: pauseAfter(result, state), view, interrupt, hasChanged, watcher });
    }
    return { state, end: null };
  } finally {
    await watcher.close();
  }
}

/** Right away where something was done, because more may follow from it. */
function pauseAfter({ applied }: PulseResult, { authority }: State): number {
  if (applied.some(({ applied: { kind } }) => kind === "done" || kind === "lost")) return 0;
  return authority === "local" ? LOCAL_MS : REMOTE_MS;
}

interface Waiting {
  state: State;
  pause: number;
  view: RunView;
  interrupt: Interrupt;
  hasChanged(): boolean;
  watcher: Watcher;
}

async function waitForNews({ doors }: Context, waiting: Waiting): Promise<void> {
  const { state, pause, view, interrupt, hasChanged, watcher } = waiting;
  const began = doors.clock.now();
  const until = Math.min(began + pause, state.until ?? Number.POSITIVE_INFINITY);
  while (!interrupt.happened && !view.closed && doors.clock.now() < until && !hasChanged()) {
    await Promise.race([interrupt.sleep(TICK_MS), watcher.next()]);
    view.show(state);
  }
}
