import type { Doors } from "../doors/doors.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Authority, openAuthority } from "../repo/authority.ts";
import type { LedgerContext } from "../repo/ledger.ts";
import { makeRedactor } from "../repo/redact.ts";
import { readAuthorityPlace } from "../repo/standing.ts";

/** The authority of a snapshot, and what appending to its ledgers needs. */
export async function openLedgers(
  doors: Doors,
  { missions, resting }: Pick<Snapshot, "missions" | "resting">,
): Promise<{ authority: Authority; ledger: LedgerContext }> {
  const { git, clock, random, state, env } = doors;
  const authority = openAuthority(git, await readAuthorityPlace(git));
  const references = missions.flatMap(({ files }) =>
    (files.mission?.resources ?? []).flatMap(({ secret }) => secret ?? []),
  );
  const all = [...references, ...resting.flatMap(({ secrets }) => secrets)];
  const values = all.flatMap((reference) => env[reference.replace(/^env:/, "")] ?? []);
  return {
    authority,
    ledger: { git, authority, clock, random, host: state.host, redact: makeRedactor(values).redact },
  };
}
