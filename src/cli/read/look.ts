import { deriveState } from "../../derive/state.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { State } from "../../model/state.ts";
import { type ObserveOptions, observe } from "../../observe/observe.ts";
import type { Page } from "../../view/page.ts";
import type { Context, Screen } from "../command.ts";
import type { Moment } from "./moment.ts";
import { openPast } from "./past-doors.ts";

export interface Sight {
  snapshot: Snapshot;
  state: State;
}

/**
 * What there is. `fetch` asks the authority first: for commands that say where things stand now. Pages about one thing
 * read what is here.
 */
export async function look(context: Context, options: ObserveOptions = {}): Promise<Sight> {
  const snapshot = await observe(context.doors, options);
  return { snapshot, state: deriveState(snapshot) };
}

/** What there was at a moment, of the missions that are known there. */
export async function lookBack({ doors }: Pick<Context, "doors">, moment: Moment): Promise<Sight> {
  const snapshot = await observe(openPast(doors, moment), { fetch: false });
  const state = deriveState(snapshot);
  const names = moment.rev === null ? null : new Set(moment.missions.map(({ mission }) => mission));
  return {
    snapshot,
    state: { ...state, missions: state.missions.filter(({ id }) => names === null || names.has(id)) },
  };
}

/** The page that the person reads on. */
export function pageOf({ screen, doors }: Pick<Context, "screen" | "doors">): Page {
  return pageAt(screen, doors.clock.now());
}

export function pageAt(screen: Screen, now: number): Page {
  return { width: screen.columns, paint: screen.paint, now, zone: screen.zone };
}
