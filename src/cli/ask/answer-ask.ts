/** Answers to asks: which one is meant, whether it still stands, and who may decide. */

import type { Identity } from "../../doors/git.ts";
import { thingName } from "../../model/ids.ts";
import type { AskEntry } from "../../model/ledger.ts";
import type { Answered, AskKind } from "../../model/record.ts";
import type { MissionState, State } from "../../model/state.ts";
import { askNext } from "../../view/waiting.ts";
import { CommandError } from "../command-error.ts";
import type { Plan } from "../control/control-records.ts";
import type { Sight } from "../read/look.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";

export interface MeantAsk {
  mission: MissionState;
  entry: AskEntry;
  /** `crm/q7`. */
  name: string;
}

/** The open ask that a word means: `q7`, or a thing that exactly one ask is about. */
export function findAsk(state: State, word: string, now: number): MeantAsk {
  const thing = resolveThing(state, word);
  const entry = thing.kind === "ask" ? thing.ask : findAskAbout(thing, word);
  if (!("mission" in thing)) throw nothingWaits(word);
  const ask = { mission: thing.mission, entry, name: `${thing.mission.id}/q${entry.number}` };
  demandOpen(ask, now);
  return ask;
}

/** The record of a decision on an ask, bound to what was asked. */
export function answerPlan(ask: MeantAsk, decision: Answered["decision"], body: string): Plan<MeantAsk> {
  const fact: Answered = { kind: "answered", ask: ask.entry.number, decision, boundTo: ask.entry.asked.fact.boundTo };
  return { mission: ask.mission, records: [{ fact, body }], result: ask };
}

/** Where approvers are named, only they decide. */
export function demandApprover({ snapshot }: Sight, { email }: Identity): void {
  const { approvers, file } = snapshot.repository.config;
  const folded = email.toLowerCase();
  if (approvers.length === 0 || approvers.some((approver) => approver.email?.toLowerCase() === folded)) return;
  throw new CommandError(
    "not-an-approver",
    `${email} is not among the approvers in ${file}`,
    "ask one of them, or have them add you there",
  );
}

/** Kinds that a yes does not settle: something has to be done. */
const DONE_BY_HAND: readonly AskKind[] = ["budget", "follow", "merge"];

export function refuseByHand({ mission, entry, name }: MeantAsk): void {
  const { fact, record } = entry.asked;
  if (!DONE_BY_HAND.includes(fact.ask)) return;
  const words = record.body.trim().split("\n")[0] ?? "";
  const next = fact.ask === "budget" ? askNext(mission, entry) : "do what it says; the next pulse sees it";
  throw new CommandError("not-a-yes-or-no", `a word alone does not settle ${name}: ${words}`, next);
}

function findAskAbout(thing: Thing, word: string): AskEntry {
  const about = aboutOf(thing);
  if (about === undefined || !("mission" in thing)) throw nothingWaits(word);
  const asks = thing.mission.openAsks.filter(({ asked: { fact } }) => about.includes(fact.about));
  if (asks.length > 1) {
    const names = asks.map(({ number, asked }) => `${thing.mission.id}/q${number} (${asked.fact.ask})`);
    throw new CommandError(
      "several-asks",
      `${asks.length} asks are about ${nameOf(thing)}: ${names.join(", ")}`,
      "the same command with one of these numbers",
    );
  }
  const [ask] = asks;
  if (ask === undefined) throw nothingWaits(nameOf(thing));
  return ask;
}

/** What asks call the thing; the end of a mission is asked about as `final`. */
function aboutOf(thing: Thing): readonly (string | null)[] | undefined {
  switch (thing.kind) {
    case "feature":
      return [thing.feature.id];
    case "milestone":
      return [thing.milestone.id];
    case "mission":
      return [null, "final"];
    case "run": {
      const { about } = thing.run.claim.fact;
      if (about.kind === "feature") return [about.feature];
      return about.kind === "milestone" ? [about.milestone] : undefined;
    }
    default:
      return undefined;
  }
}

function nothingWaits(word: string): CommandError {
  return new CommandError("nothing-asked", `nothing about ${word} waits for a person`, "mission inbox");
}

/** An answer is bound to what was seen: to an ask that was answered, or whose ground has changed, there is none. */
function demandOpen({ mission, entry, name }: MeantAsk, now: number): void {
  const { asked, answered } = entry;
  if (answered) {
    const { decision } = answered.fact;
    throw new CommandError(
      "answered",
      `${name} is answered already: ${decision} by ${answered.record.author.name}`,
      "mission inbox",
      1,
    );
  }
  const about = thingName(mission.id, asked.fact.about === "final" ? null : asked.fact.about);
  if (asked.fact.expires !== null && asked.fact.expires <= now) {
    throw new CommandError("expired", `${name} has expired: what it was about is asked again`, "mission inbox", 1);
  }
  if (!mission.openAsks.some(({ number }) => number === entry.number)) {
    throw new CommandError(
      "changed",
      `what ${name} asked about has changed since: ${about}`,
      `mission show ${about}`,
      1,
    );
  }
}
