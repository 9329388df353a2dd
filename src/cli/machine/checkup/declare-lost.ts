import { applyRecover } from "../../../apply/recover.ts";
import { deriveClaims } from "../../../derive/claims.ts";
import { openLedgers } from "../../../observe/open-ledgers.ts";
import type { Context } from "../../command.ts";
import { CommandError } from "../../command-error.ts";
import { look } from "../../read/look.ts";

/** Ends an open claim on a person's word, without waiting for its time to be over. Answers what was done. */
export async function declareLost(context: Context, run: string): Promise<string> {
  const { doors } = context;
  const { snapshot, state } = await look(context, { fetch: true });
  const claim = deriveClaims(snapshot).find((each) => each.run.run === run);
  if (!claim) {
    const isHere = snapshot.localRuns.some((each) => each.run === run && each.owner === "alive" && !each.closed);
    const message = isHere ? `${run} works on this host` : `no open claim is called ${run}`;
    throw new CommandError("no-claim", message, isHere ? `mission stop ${run}` : "mission doctor", 1);
  }
  const person = await doors.git.readIdentity();
  const because = `${person?.name ?? "a person"} says that ${claim.host} does not work on it any more`;
  const tip = snapshot.missions.find(({ id }) => id === claim.mission)?.ledger.tip ?? null;
  const decision = {
    kind: "recover",
    mission: claim.mission,
    tip,
    run,
    how: claim.death.kind === "dead" ? claim.death.how : "foreign",
    because,
  } as const;
  const ledgers = await openLedgers(doors, snapshot);
  const applied = await applyRecover({ doors, ...ledgers, snapshot, state, tips: new Map() }, decision);
  if (applied.kind === "done") return `${run} counts as lost: the next pulse gives its work away again`;
  throw new CommandError("not-declared", applied.reason, "mission doctor", 1);
}
