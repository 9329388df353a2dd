import type { RunEntry } from "../model/ledger.ts";

/** A run's id without its random end: `auth-2` for `auth-2-x7k3m1`. It can be typed where it is unique. */
export function shortRun(run: RunEntry): string {
  const end = `-${run.claim.fact.nonce}`;
  return run.run.endsWith(end) ? run.run.slice(0, -end.length) : run.run;
}
