/**
 * What a person says goes into the ledger as the person. It is bound to what was seen: the record is planned on a state, and
 * where the ledger moved meanwhile the state is looked at again and the record planned anew, so that an answer to
 * something that changed is refused and not appended late.
 */

import type { Identity } from "../../doors/git.ts";
import type { Fact, NewRecord } from "../../model/record.ts";
import { describeSilence, isOwnLock } from "../../model/silence.ts";
import type { MissionState } from "../../model/state.ts";
import { openLedgers } from "../../observe/open-ledgers.ts";
import type { SwapOutcome } from "../../repo/authority-outcome.ts";
import { appendRecords, printIdentity } from "../../repo/ledger.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { look, type Sight } from "../read/look.ts";

const TRIES = 5;

export interface PlannedRecord {
  fact: Fact;
  /** Markdown. */
  body: string;
}

export interface Plan<Result> {
  mission: MissionState;
  records: readonly PlannedRecord[];
  result: Result;
}

export interface Recorded<Result> {
  mission: MissionState;
  result: Result;
  /** Commit ids of the records. */
  commits: readonly string[];
}

/** Plans records on what there is and appends them. Throws a `CommandError` for what the person has to know or put right. */
export async function recordAsPerson<Result>(
  context: Context,
  plan: (sight: Sight, person: Identity) => Plan<Result> | Promise<Plan<Result>>,
): Promise<Recorded<Result>> {
  const person = await demandIdentity(context);
  let reason = "";
  for (let left = TRIES; left > 0; left -= 1) {
    const sight = await lookToWrite(context);
    const { mission, records, result } = await plan(sight, person);
    demandLedger(mission, sight);
    const { ledger } = await openLedgers(context.doors, sight.snapshot);
    const planned = records.map((record) => newRecord(record, person, mission));
    const outcome = await appendRecords(ledger, mission.id, planned, { expected: mission.ledger.tip });
    if (outcome.kind === "won") return { mission, result, commits: outcome.commits };
    if (outcome.kind !== "lost" || isOwnLock(outcome.reason)) throw notAppended("nothing was recorded", outcome);
    reason = outcome.reason;
  }
  throw cannotCoordinate(`the ledger moved under each of ${TRIES} tries: ${reason}`);
}

function newRecord({ fact, body }: PlannedRecord, person: Identity, mission: MissionState): NewRecord {
  return { fact, body, by: printIdentity(person), homeTip: mission.home?.tip ?? null, attachments: {} };
}

/** A fresh look; without an answer of the authority nothing can be said to it. */
export async function lookToWrite(context: Context): Promise<Sight> {
  const sight = await look(context, { fetch: true });
  const { authority } = sight.snapshot;
  if (authority.kind === "remote" && !authority.reachable) {
    throw cannotCoordinate(describeSilence(authority.remote, authority.reason), AFTER_SILENCE);
  }
  return sight;
}

/** Who speaks. */
export async function demandIdentity({ doors }: Context): Promise<Identity> {
  const identity = await doors.git.readIdentity();
  if (identity !== null) return identity;
  throw new CommandError(
    "no-identity",
    "git does not know who you are, and this is recorded as yours",
    'git config --global user.name "Your Name"\n      git config --global user.email you@example.com',
  );
}

/** A run must not speak for the person whose account it has. */
export function refuseInsideRun({ doors }: Context, verb: string): void {
  if (!doors.insideRun) return;
  throw new CommandError(
    "inside-run",
    `a run can't ${verb}: that is a person's`,
    "say it in the handoff, or ask with QUESTION:",
  );
}

const LEDGER_WORDS = {
  newer: ["was written by a newer git-mission", "install the newest git-mission"],
  rewound: ["is rewound on the authority", "mission doctor"],
  missing: ["is missing on the authority", "mission doctor"],
  damaged: ["can't be read by git", "git fsck"],
} as const;

function demandLedger(mission: MissionState, { snapshot }: Sight): void {
  const state = snapshot.missions.find(({ id }) => id === mission.id)?.ledgerState ?? "none";
  if (state === "ok") return;
  if (state === "none")
    throw new CommandError(
      "not-started",
      `${mission.id} has not begun, so there is nothing to say to it`,
      `mission start ${mission.id}`,
    );
  const [why, next] = LEDGER_WORDS[state];
  throw new CommandError("ledger", `the ledger of ${mission.id} ${why}`, next, 4);
}

/** What keeps the authority from being asked may pass; doctor says what does not. */
const AFTER_SILENCE = "mission doctor, then the same command again";

export function cannotCoordinate(message: string, next = "the same command again"): CommandError {
  return new CommandError("can-not-coordinate", message, next, 4);
}

/** What a swap that was not won came to. A server that refused would refuse again. */
export function notAppended(what: string, outcome: Exclude<SwapOutcome, { kind: "won" }>): CommandError {
  switch (outcome.kind) {
    case "refused":
      return cannotCoordinate(`${what}, ${outcome.ref} was refused: ${outcome.reason}`, "mission doctor");
    case "unreachable":
      return cannotCoordinate(`${what}: ${outcome.reason}`, AFTER_SILENCE);
    case "lost":
      return cannotCoordinate(
        `${what}: ${outcome.reason}`,
        isOwnLock(outcome.reason) ? AFTER_SILENCE : "the same command again",
      );
  }
}
