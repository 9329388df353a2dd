/** Which conversation a feature's next run goes on with. */

import type { FeatureDocument } from "../model/documents.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { Outcome, RunEnded } from "../model/record.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import { wasAnswered } from "./ended-run.ts";

/** Ends that an agent came to by itself. */
const SAID: readonly Outcome[] = ["question", "delivered"];
/**
 * Ends that came over an agent and were no fault of its own. After a failure, and when its time was up or it fell silent at
 * work, a new conversation begins: what led an agent there stands in the old one and would lead it there again.
 */
const INTERRUPTED: readonly Outcome[] = ["quota", "provider", "stopped"];

/** It becomes an argument of a program: nothing that could be read as an option or a path. */
const NAME = /^[A-Za-z0-9][\w.:-]{0,127}$/;

interface Question {
  mission: MissionSnapshot;
  snapshot: Pick<Snapshot, "host">;
  /** The last run. */
  run: string | null;
  feature: Pick<FeatureDocument, "spec">;
  runtime: string;
}

/** That of the last run, where it was of the same runtime and host, for the same spec; null where a new one begins. */
export function deriveKeptSession({ mission, snapshot, run, feature, runtime }: Question): string | null {
  const last = run === null ? undefined : mission.ledger.runs.get(run);
  const end = last?.ended?.fact;
  if (!last || !end || end.session === null || !NAME.test(end.session)) return null;
  const isHere = last.claim.fact.host === snapshot.host && last.claim.fact.spec === feature.spec;
  return isHere && end.runtime === runtime && isOpen(end, mission.ledger.runs.values()) ? end.session : null;
}

/** In one that no model has answered there is nothing to go on with. */
function isOpen({ outcome, session }: RunEnded, runs: Iterable<RunEntry>): boolean {
  if (SAID.includes(outcome)) return true;
  if (!INTERRUPTED.includes(outcome)) return false;
  return [...runs].some(({ ended }) => ended?.fact.session === session && wasAnswered(ended.fact));
}
