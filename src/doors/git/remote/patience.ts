/** How long a remote may take. Part of an idle pulse: it must load nothing. */

/** For what one look at a remote takes, and a fetch, push or import: a transfer has to carry things. */
export interface Patience {
  listMs: number;
  transferMs: number;
}

const LOOK_MS = 30_000;
/** A push waits for the server's hooks, a fetch for its packing. */
const TRANSFER_SHARE = 4;
const LONGEST_MS = 3_600_000;

/** `MISSION_NETWORK_SECONDS` for a look, four times as long for a transfer; 30 seconds where it says no number above 0. */
export function networkPatience(env: Readonly<Record<string, string | undefined>>): Patience {
  const seconds = Number(env.MISSION_NETWORK_SECONDS ?? "");
  const listMs = seconds > 0 ? Math.min(Math.ceil(seconds * 1000), LONGEST_MS) : LOOK_MS;
  return { listMs, transferMs: listMs * TRANSFER_SHARE };
}
