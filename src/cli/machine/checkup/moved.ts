/** State folders of this repository from when it lay elsewhere: a moved repository is a new host, and what it left behind is nobody's. */

import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { listFolders } from "../../../doors/git/debris/git-files.ts";
import { openStateFolder } from "../../../doors/state-folder.ts";
import { giveVariables } from "../../../model/given-variables.ts";
import type { LocalRun } from "../../../model/run.ts";
import { openAuthority } from "../../../repo/authority.ts";
import { harvestRun } from "../../../repo/harvest-run.ts";
import { type Found, type Mended, mendable, mended, note, type Place, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

export const checkMoved: PlaceCheck = async (place) => {
  const { doors } = place.context;
  const found: Found[] = [];
  for (const folder of listFolders(dirname(doors.state.path))) {
    if (folder === doors.state.path) continue;
    const runs = readRuns(place, folder);
    const [first] = runs;
    if (first === undefined || existsSync(first.order.gitDir)) continue;
    // Two clones share commits: only one whose repository is gone can be this one.
    if ((await doors.git.resolve(first.order.base)) === null) continue;
    const open = runs.filter(({ closed }) => !closed);
    const text = `${runs.length} ${runs.length === 1 ? "run is" : "runs are"} left from when this repository lay at ${first.order.gitDir}`;
    if (open.length === 0) {
      found.push(note(["state-moved", "state", `${text}; all of them had ended`], `rm -r ${quote(folder)}`));
      continue;
    }
    const words = note(["state-moved", "state", `${text}, ${open.length} without an end`], "mission doctor --fix");
    found.push(mendable(words, "takes in what they made", () => takeIn(place, folder, open)));
  }
  return found;
};

/** The name of such a folder comes from the path alone, so its orders are read as they lie. */
function readRuns({ context: { doors } }: Place, folder: string): readonly LocalRun[] {
  const [parent, name] = [dirname(dirname(folder)), basename(folder)];
  const gitDir = gitDirOf(folder);
  if (gitDir === null) return [];
  const state = openStateFolder({ gitDir, env: { ...doors.env, XDG_STATE_HOME: parent }, processes: doors.processes });
  return basename(state.path) === name ? state.listRuns() : [];
}

function gitDirOf(folder: string): string | null {
  for (const run of listFolders(join(folder, "runs"))) {
    const text = readOrderText(run);
    if (text !== null) return text;
  }
  return null;
}

function readOrderText(run: string): string | null {
  try {
    const order: unknown = JSON.parse(process.getBuiltinModule("node:fs").readFileSync(join(run, "run.json"), "utf8"));
    const gitDir = typeof order === "object" && order !== null && "gitDir" in order ? order.gitDir : null;
    return typeof gitDir === "string" ? gitDir : null;
  } catch {
    return null;
  }
}

async function takeIn(
  { context: { doors }, standing }: Place,
  folder: string,
  runs: readonly LocalRun[],
): Promise<Mended> {
  const { git, clock, processes, endSurvivors, openRunFiles } = doors;
  const authority = openAuthority(git, standing);
  const told: string[] = [];
  for (const { run, order, owner, folder: runFolder } of runs) {
    if (owner !== "dead") return { kind: "left", reason: `${run} may still work` };
    if (order.runKind !== "work") continue;
    const { secrets } = giveVariables(order, doors.env);
    const { swap, leak } = await harvestRun(
      { git, clock, processes, endSurvivors, openRunFiles, authority, secrets },
      order,
      runFolder,
    );
    if (leak !== null) return { kind: "left", reason: `${run} contains ${leak}` };
    if (swap.kind !== "won") return { kind: "left", reason: `${run}: ${swap.reason}` };
    told.push(authority.inRef(run));
  }
  return mended(
    `what they made is in ${told.join(", ") || "no ref, as none made anything"}; then rm -r ${quote(folder)}`,
  );
}
