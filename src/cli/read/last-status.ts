/** Remembers what `status --json` says, where it will say the same until something is seen to change. */

import { decide } from "../../decide/decide.ts";
import { deriveResting } from "../../derive/resting.ts";
import { rememberStatus } from "../../doors/quick-status.ts";
import { describeAnswer } from "../../observe/remember-answer.ts";
import { MISSION_ROOTS } from "../../repo/save-target.ts";
import type { Context } from "../command.ts";
import type { Sight } from "./look.ts";
import type { StatusText } from "./status-text.ts";

/** What was said, and what it was said of. */
interface Said {
  sight: Sight;
  unsaved: readonly string[];
  /** Commit of the checkout, null where a mission file in it differs. */
  head: string | null;
  /** What a quick look saw before. */
  seen: string;
  text: StatusText;
}

/**
 * Nothing is remembered while something is going on: of live runs and due decisions more counts than a quick look sees.
 * Nor with a remote, which would have to be asked once more whether it still is what was read.
 */
export function rememberWhatWasSaid({ doors, env }: Context, { sight, unsaved, head, seen, text }: Said): void {
  const { snapshot, state } = sight;
  const isLocal = snapshot.authority.kind === "local";
  const isQuiet = snapshot.localRuns.every(({ closed }) => closed) && decide(state).length === 0;
  const hasLive = snapshot.missions.some(({ ledger }) => ledger.live.length > 0);
  if (!isLocal || !isQuiet || hasLive || head === null || unsaved.length > 0) return;
  const answer = describeAnswer({ doors, snapshot, state, seen, outcomes: [] });
  const resting = deriveResting(snapshot, state.missions).flatMap((mission) => {
    const place = text.places.get(mission.id);
    return place ? [{ ...mission, ...place }] : [];
  });
  const last = { ...answer, remote: null, head, at: text.at, roots: MISSION_ROOTS, resting };
  try {
    rememberStatus(doors.git.gitDir, env, last, text.bytes);
  } catch {
    // A status that can be told must not fail for want of a cache.
  }
}
