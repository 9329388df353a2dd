import type { Stop, Withdraw } from "../model/decision.ts";
import type { State } from "../model/state.ts";

/** Ends live processes of this host that nobody wants any more; a stop kills, a withdrawal harvests first. */
export function decideWithdrawals({ withdrawals }: State): readonly (Stop | Withdraw)[] {
  const decisions = withdrawals.map(({ run, because, stop }): Stop | Withdraw => ({
    kind: stop ? "stop" : "withdraw",
    run: run.run,
    because,
  }));
  return decisions.sort((a, b) => Number(a.kind === "withdraw") - Number(b.kind === "withdraw"));
}
