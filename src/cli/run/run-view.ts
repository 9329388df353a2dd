/** What `mission run` shows: a live frame in a terminal, a line for each event elsewhere. */

import type { Applied, Decision } from "../../model/decision.ts";
import type { State } from "../../model/state.ts";
import { nextStep } from "../../view/condition.ts";
import { renderApplied } from "../../view/decisions.ts";
import { renderInbox } from "../../view/inbox.ts";
import { renderEvent, renderLive } from "../../view/live.ts";
import { listLog } from "../../view/log.ts";
import { listLiveRuns } from "../../view/runs.ts";
import { span } from "../../view/span.ts";
import { paragraph, renderTable } from "../../view/table.ts";
import { listWaiting } from "../../view/waiting.ts";
import { haltLines, nextCommand } from "../../view/where.ts";
import type { Context } from "../command.ts";
import { pageOf } from "../read/look.ts";
import { watchSpending } from "../read/spending.ts";
import { openLiveScreen } from "./live-screen.ts";
import type { RunEnd } from "./run-end.ts";

export interface RunView {
  show(state: State): void;
  /** What could not be done is said; what was done is seen. */
  note(decision: Decision, applied: Applied): void;
  tellEnd(state: State, end: RunEnd | null): void;
  readonly closed: boolean;
  close(): void;
}

/** `keys` is the last line of a frame: what Ctrl-C does. */
export function openRunView(
  context: Context,
  missions: readonly string[],
  keys = "Ctrl-C ends this view; runs go on",
): RunView {
  const { screen, json } = context;
  const live = screen.isTerminal && !json ? openLiveScreen(screen) : null;
  const spendingOf = watchSpending(context.doors);
  const printed = new Set<string>();
  let notes: readonly string[] = [];
  let last: State | null = null;
  let halted: string | null = null;

  function printHalt(state: State): void {
    if (state.idle !== halted && state.idle !== null)
      screen.print(renderTable(haltLines(state), pageOf(context)).join("\n"));
    halted = state.idle;
  }
  function printEvents(state: State): void {
    if (state === last) return;
    const shown = state.missions.filter(({ id }) => missions.includes(id));
    const entries = shown.flatMap((mission) => listLog(mission)).filter(({ id }) => !printed.has(id));
    for (const entry of entries) {
      printed.add(entry.id);
      // What happened before is in `mission log`.
      if (last !== null) screen.print(renderEvent(entry, pageOf(context)));
    }
    last = state;
  }
  function draw(state: State, footer: string): void {
    live?.draw(
      renderLive(state, pageOf(context), { missions, rows: screen.rows, footer, notes, spending: spendingOf(state) }),
    );
  }
  return {
    show(state) {
      if (live) draw(state, keys);
      else if (!json) {
        printEvents(state);
        printHalt(state);
      }
    },
    note(decision, applied) {
      if (applied.kind === "done" || applied.kind === "lost") {
        notes = [];
        return;
      }
      const lines = renderApplied(decision, applied, pageOf(context));
      if (!live && !json && lines.join() !== notes.join()) screen.print(lines.join("\n"));
      notes = lines;
    },
    tellEnd(state, end) {
      draw(state, "");
      live?.close();
      screen.print(["", ...endLines(context, state, end, live !== null)].join("\n"));
    },
    get closed() {
      return live?.closed ?? false;
    },
    close: () => live?.close(),
  };
}

function endLines(context: Context, state: State, end: RunEnd | null, isLive: boolean): string[] {
  const page = pageOf(context);
  const names = state.missions.map(({ id }) => id);
  const again = `mission run${names.length === 1 ? ` ${names[0]}` : ""}`;
  const tell = (text: string, next: string) => renderTable([paragraph(span(text)), paragraph(...nextStep(next))], page);
  if (end === "finished")
    return state.missions.flatMap(({ id, status }) => tell(`${id} is ${status}.`, `mission report ${id}`));
  if (end === "waits") {
    // Nothing asks for a word, and yet nothing moves: what stands in the way is not in the missions.
    if (listWaiting(state).length === 0 && nextCommand(state).startsWith("mission run"))
      return tell("Nothing can go on from here.", "mission doctor");
    const asked = tell("Everything waits for a person.", nextCommand(state));
    return [...(isLive ? [] : renderInbox(state, page)), "", ...asked];
  }
  const running = listLiveRuns(state).map(({ run }) => run.run);
  if (running.length === 0) return tell("Nothing runs now.", again);
  const who = running.length === 1 ? "1 run goes" : `${running.length} runs go`;
  const [they, them] = running.length === 1 ? ["it delivers", "it"] : ["they deliver", "them"];
  const stop = `mission stop ${names.length === 1 ? names[0] : "--all"}`;
  return tell(
    `${who} on without this view: ${running.join(", ")}. What ${they} is judged and landed at the next pulse.`,
    `${again} to come back, or ${stop} to end ${them}`,
  );
}
