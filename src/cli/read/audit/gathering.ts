/** What the steps of an audit hand on to one another. */

import type { AuditedLedger } from "../../../derive/audit/audited-ledger.ts";
import type { Doors } from "../../../doors/doors.ts";
import type { Authority } from "../../../repo/authority.ts";

export interface LedgerPlace {
  mission: string;
  ref: string;
  tip: string;
}

/** What all audits of one look share. */
export interface Look {
  doors: Doors;
  authority: Authority;
  refs: ReadonlyMap<string, string>;
  /** Short name and tip of the default branch. */
  defaultBranch: { name: string; tip: string | null };
}

/** What is known of one ledger while its evidence is gathered. */
export interface Gathering extends Look {
  ledger: AuditedLedger;
  tip: string;
  /** Home when the mission began. */
  began: string | null;
  homeBranch: string;
  homeTip: string | null;
}
