import { isStale } from "../../../repo/heal-refs.ts";
import { durationText } from "../../../view/time.ts";
import { bad, type Found, mendable, mended, note, type PlaceCheck } from "./check.ts";

/** Below that a lock is somebody's work of this moment. */
const YOUNG_MS = 2 * 60_000;

/** Locks that a killed git left: everything after it fails on them. */
export const checkLocks: PlaceCheck = ({ context: { doors } }) => {
  const locks = doors.debris.listLocks().filter(({ ageMs }) => ageMs >= YOUNG_MS);
  if (locks.length === 0) return [];
  const live = doors.debris.findLiveGit();
  return locks.map((lock): Found => {
    const text = `${lock.path} is ${durationText(lock.ageMs)} old`;
    if (live === "alive")
      return note(
        ["lock-held", "git locks", `${text}, and a git is at work here that may hold it`],
        "mission doctor, later",
      );
    if (live === "unknown")
      return note(
        ["lock-unjudged", "git locks", `${text}; this machine does not show whether a git is at work here`],
        `end every git in this repository, then rm ${quote(lock.path)}`,
      );
    const found = bad(["lock-stale", "git locks", `${text} and no git is at work here`], `rm ${quote(lock.path)}`);
    return mendable(found, "sets it aside", async () => {
      const now = doors.debris.listLocks().find(({ path }) => path === lock.path);
      if (!now) return mended("it is gone");
      if (!isStale(now, doors.debris.findLiveGit())) return { kind: "left", reason: "a git began to work here" };
      return mended(`it lies in ${doors.debris.setAside(lock.path)} now`);
    });
  });
};

export function quote(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
