import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { LocalRun } from "../../model/run.ts";
import type { State } from "../../model/state.ts";
import { openAuthority } from "../../repo/authority.ts";
import { readStanding } from "../../repo/standing.ts";
import { type Leftover, renderLeftovers } from "../../view/leftovers.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { look, pageOf } from "../read/look.ts";

export const command: Command = {
  name: "clean",
  summary: "what finished runs left behind and could be deleted, and why that loses nothing",
  group: "machine",
  arguments: [],
  options: [],
  example: "mission clean",
  async run(context) {
    const { state, snapshot } = await look(context);
    const leftovers = await Promise.all(snapshot.localRuns.map((run) => judge(context, state, run)));
    const unread = context.doors.state.listUnreadableRuns().map(({ run, folder, reason }): Leftover => {
      return { name: run, folder, bytes: sizeOf(folder), safe: false, because: `its order can't be read: ${reason}` };
    });
    const all = [...leftovers, ...unread];
    if (context.json) printJson(context, { schema: 1, leftovers: all });
    else context.screen.print(renderLeftovers(all, pageOf(context)).join("\n"));
    return 0;
  },
};

/** Safe only on positive proof: nobody works in it, its reports are in the ledger, its work is held by a ref. */
async function judge(
  { doors }: Context,
  state: State,
  { run, folder, order, owner, closed, waiting }: LocalRun,
): Promise<Leftover> {
  const leftover = { name: run, folder, bytes: sizeOf(folder) };
  const keep = (because: string): Leftover => ({ ...leftover, safe: false, because });
  if (owner === "alive" && !closed) return keep("it runs");
  if (waiting > 0) return keep(`${waiting} reports wait to be recorded: mission pulse`);
  const ended = state.missions.find(({ id }) => id === order.mission)?.ledger.runs.get(run)?.ended;
  if (!ended) return keep("the ledger does not say that it ended: mission pulse");
  if (!closed) return keep("it was not closed: mission pulse");
  const { head } = ended.fact;
  if (head === null || order.runKind !== "work")
    return { ...leftover, safe: true, because: `it ended ${ended.fact.outcome} and made no commit that is not kept` };
  const ref = openAuthority(doors.git, await readStanding(doors.git)).inRef(run);
  if ((await doors.git.resolve(ref)) !== head) return keep(`${ref} does not hold its work ${head.slice(0, 10)}`);
  return {
    ...leftover,
    safe: true,
    because: `it ended ${ended.fact.outcome}, its work ${head.slice(0, 10)} is kept by ${ref}`,
  };
}

function sizeOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  try {
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  } catch {
    return 0;
  }
}
