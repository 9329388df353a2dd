import type { ApplyContext } from "../../apply/clean.ts";
import type { RefUpdate } from "../../doors/git.ts";
import type { MissionState } from "../../model/state.ts";
import type { Leftover } from "../../view/leftovers.ts";
import { CommandError } from "../command-error.ts";
import type { Sight } from "../read/look.ts";

/**
 * The refs that hold the single commits of landed work, of completed missions only, each by the value that the authority
 * says it has. Work that did not land keeps its refs for ever. Another host that still has the workspace can't tell a ref
 * that was dropped from one that was lost: it puts nothing back, and keeps the workspace until a person decides.
 */
export async function cleanRefs(
  { doors, authority }: Pick<ApplyContext, "doors" | "authority">,
  { state, snapshot }: Sight,
  dryRun: boolean,
): Promise<readonly Leftover[]> {
  const here = new Set(snapshot.localRuns.filter(({ remains }) => remains?.workspace !== false).map(({ run }) => run));
  const runs = state.missions.flatMap(landedRuns).filter((run) => !here.has(run));
  const patterns = runs.flatMap((run) => [authority.inRef(run), authority.salvageRef(run, 1).replace(/\/1$/, "")]);
  const known = [...(await doors.git.listRefs(patterns)).keys()];
  const there = await authority.read(known);
  if (there.kind === "unreachable") throw new CommandError("unreachable", there.reason, "mission doctor", 4);
  const updates = [...there.refs].map(([name, old]): RefUpdate => ({ name, new: null, old }));
  if (updates.length === 0) return [];
  const swap = dryRun ? { kind: "won" as const } : await authority.swap(updates);
  return updates.map(({ name }): Leftover => {
    const leftover = { name: "ref", folder: name, bytes: 0 };
    return swap.kind === "won"
      ? {
          ...leftover,
          fate: dryRun ? "free" : "deleted",
          because: "its work has landed and its mission is completed",
          next: null,
        }
      : { ...leftover, fate: "keep", because: swap.reason, next: "mission clean --refs" };
  });
}

function landedRuns({ status, ledger }: MissionState): string[] {
  if (status !== "completed" || ledger.completed === null) return [];
  return ledger.landed.flatMap(({ fact }) => fact.run ?? []);
}
