import type { State } from "../../model/state.ts";
import { listWaiting } from "../../view/waiting.ts";

/** Whether `--exit-code` answers 1: something waits for a person. */
export function needsPerson(state: State): boolean {
  return listWaiting(state).length > 0;
}
