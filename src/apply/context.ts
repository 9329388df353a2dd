import type { Doors } from "../doors/doors.ts";
import type { RefUpdate } from "../doors/git.ts";
import type { Applied } from "../model/decision.ts";
import type { FeatureDocument, MissionDocument } from "../model/documents.ts";
import type { Fact, NewRecord } from "../model/record.ts";
import type { HomeSnapshot, MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { State } from "../model/state.ts";
import type { Authority } from "../repo/authority.ts";
import { type AppendOutcome, appendRecords, type LedgerContext } from "../repo/ledger.ts";

/** What applying a decision is given: the doors, the authority, and what the decision was made on. */
export interface ApplyContext {
  doors: Doors;
  authority: Authority;
  ledger: LedgerContext;
  snapshot: Snapshot;
  state: State;
  /** Ledger tips as this pulse has moved them: its own records do not make its further decisions stale. */
  tips: Map<string, string | null>;
}

/** A mission that a decision speaks of, with the parts that every decision about it needs. */
export interface Subject {
  mission: MissionSnapshot;
  document: MissionDocument;
  home: HomeSnapshot;
}

/** Throws when the decision was made on another snapshot: a bug of the caller. */
export function subjectOf({ snapshot }: ApplyContext, id: string): Subject {
  const mission = snapshot.missions.find((other) => other.id === id);
  const document = mission?.files.mission;
  if (!mission || !document || !mission.home)
    throw new Error(`a decision speaks of mission ${id}, which was not observed`);
  return { mission, document, home: mission.home };
}

export function featureOf({ mission }: Subject, id: string): FeatureDocument {
  const feature = mission.files.features.find((other) => other.id === id);
  if (!feature) throw new Error(`a decision speaks of feature ${mission.id}/${id}, which was not observed`);
  return feature;
}

/** A record of this pulse. */
export function pulseRecord(
  { doors }: ApplyContext,
  homeTip: string | null,
  fact: Fact,
  body = "",
  attachments: NewRecord["attachments"] = {},
): NewRecord {
  return { fact, by: `pulse@${doors.state.host}`, homeTip, body, attachments };
}

/** Appends the records of a decision and notes the new tip. */
export async function append(
  context: ApplyContext,
  { mission, tip }: { mission: string; tip: string | null },
  records: readonly NewRecord[],
  { detail, refs = [] }: { detail: string; refs?: readonly RefUpdate[] },
): Promise<Applied> {
  const outcome = await appendRecords(context.ledger, mission, records, { expected: tip, refs });
  return noteAppend(context, mission, outcome, detail);
}

export function noteAppend({ tips }: ApplyContext, mission: string, outcome: AppendOutcome, detail: string): Applied {
  if (outcome.kind === "won") tips.set(mission, outcome.tip);
  return describeAppend(outcome, detail);
}

/** What an append came to, in the words of an applied decision. */
export function describeAppend(outcome: AppendOutcome, detail: string): Applied {
  switch (outcome.kind) {
    case "won":
      return { kind: "done", detail };
    case "lost":
      return { kind: "lost", reason: `${outcome.ref}: ${outcome.reason}` };
    case "refused":
      return { kind: "failed", reason: `${outcome.ref} was refused: ${outcome.reason}`, refused: true };
    case "unreachable":
      return outcome;
  }
}
