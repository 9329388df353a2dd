/** What runs left on this host: folders, reports, locks, and what waits for a pulse. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { decide } from "../../../decide/decide.ts";
import { readJson } from "../../../doors/state/durable.ts";
import { isOwner } from "../../../doors/state/orders.ts";
import { durationText } from "../../../view/time.ts";
import { type Found, mendable, mended, note, type PlaceCheck, type SceneCheck } from "./check.ts";
import { quote } from "./locks.ts";

const LATE_MS = 15 * 60_000;

export const checkRuns: SceneCheck = ({ context: { doors }, sight: { snapshot, state } }) => {
  const copied = snapshot.localRuns.filter(({ order }) => order.host !== snapshot.host);
  const left = snapshot.localRuns.filter((run) => run.owner !== "alive" && !run.closed && !copied.includes(run));
  const closed = snapshot.localRuns.filter((run) => run.closed && !copied.includes(run));
  return [
    ...left.map(({ run, waiting, owner, order }) => {
      const reports = waiting > 0 ? `, ${waiting === 1 ? "1 report waits" : `${waiting} reports wait`}` : "";
      const mission = snapshot.missions.find(({ id }) => id === order.mission);
      if (mission === undefined || (mission.ledgerState !== "ok" && mission.ledgerState !== "none")) {
        const text = `${run} is over, and the ledger of ${order.mission} that it belongs to is not what it was${reports}`;
        return note(["run-without-ledger", "runs", text], `mission doctor --restore ${order.mission}`);
      }
      return owner === "foreign"
        ? note(
            ["run-unjudged", "runs", `whether ${run} still works can't be seen from here${reports}`],
            "mission doctor where it was started",
          )
        : note(["run-orphaned", "runs", `${run} ended without a word${reports}`], "mission pulse");
    }),
    ...copied.map(({ run, order, folder }) =>
      note(
        ["run-copied", "runs", `${run} belongs to ${order.host}, whose folder was copied to here`],
        `rm -r ${quote(folder)}`,
      ),
    ),
    ...doors.state
      .listUnreadableRuns()
      .map(({ run, folder, reason }) =>
        note(
          ["run-unreadable", "runs", `${run} can't be read: ${reason}`],
          `look at ${folder}, then rm -r ${quote(folder)}`,
        ),
      ),
    ...(closed.length > 0
      ? [
          note(
            [
              "run-leftover",
              "runs",
              `${closed.length} finished ${closed.length === 1 ? "run has" : "runs have"} left a folder`,
            ],
            "mission clean",
          ),
        ]
      : []),
    ...(state.stopped ? [note(["stopped", "stop", "everything is stopped"], "mission resume --all")] : []),
  ];
};

/** Steps that wait although nobody has looked for a while: no cron, no timer, no open `mission run`. */
export const checkPulse: SceneCheck = ({ context: { doors }, sight: { state } }) => {
  const due = decide(state);
  const last = statSync(join(doors.state.cache, "last-answer.json"), { throwIfNoEntry: false });
  const age = last ? doors.clock.now() - last.mtimeMs : null;
  if (due.length === 0 || (age !== null && age < LATE_MS)) return [];
  const since =
    age === null
      ? "no pulse has found this host at rest yet"
      : `the last pulse that changed anything was ${durationText(age)} ago`;
  const text = `${due.length} ${due.length === 1 ? "step waits" : "steps wait"} for a pulse, ${since}`;
  return [note(["pulse-late", "pulse", text], "mission pulse, or mission run to stay with it")];
};

/** Locks of this program whose holder is on another machine or in another container. */
export const checkHostLocks: PlaceCheck = ({ context: { doors } }) => {
  const folder = join(doors.state.path, "locks");
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith(".tmp")) : [];
  return files.flatMap((name): Found[] => {
    const path = join(folder, name);
    const owner = readJson(path);
    const liveness = isOwner(owner) ? doors.processes.liveness(owner) : "unreadable";
    if (liveness === "alive" || liveness === "dead") return [];
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return [];
    const age = durationText(doors.clock.now() - stat.mtimeMs);
    const text =
      liveness === "foreign"
        ? `${path} is held on another machine or in another container, which last said so ${age} ago`
        : `${path} can't be read and is ${age} old`;
    const next = liveness === "foreign" ? "wait 15 min, or rm it when nothing runs there" : "wait 2 min, or rm it";
    return [note(["host-lock-unjudged", "lock", text], next)];
  });
};

/** Deletions that were cut off. */
export const checkTrash: PlaceCheck = ({ context: { doors } }) => {
  const folder = join(doors.state.path, "runs");
  const trash = existsSync(folder) ? readdirSync(folder).filter((name) => name.includes(".trash-")) : [];
  if (trash.length === 0) return [];
  const text = `${trash.length} ${trash.length === 1 ? "folder was" : "folders were"} about to be deleted when that was cut off`;
  return [
    mendable(note(["run-trash", "runs", text], "mission clean"), "deletes what is left of them", async () => {
      // Removing what is not there any more deletes what an earlier removal left.
      const runs = new Set(trash.map((each) => each.replace(/\.trash-.*$/, "")));
      for (const run of runs) if (!existsSync(join(folder, run))) await doors.state.removeRun(run);
      return mended("they are gone");
    }),
  ];
};
