/** What waits for a person: open asks first, then what is blocked. One list for inbox, `mission` alone and the live view. */

import { thingName } from "../model/ids.ts";
import type { AskEntry } from "../model/ledger.ts";
import type { Condition, Cost, FeatureState, MilestoneState, MissionState, State } from "../model/state.ts";

export interface Waiting {
  mission: MissionState;
  /** What a person names it by: `crm/q7`, or the blocked thing. */
  name: string;
  /** Kind of the ask, or the status of the thing; `agent` where a person must see to the account or the model of one. */
  kind: string;
  /** What it is about: `crm/auth`, `crm`. */
  about: string;
  risk: string | null;
  /** Markdown of the ask, or the condition's message. */
  text: string;
  since: number | null;
  /** The one next step. */
  next: string;
  ask: AskEntry | null;
  condition: Condition | null;
  cost: Cost | null;
  /** How many other things wait for the same step. */
  also: number;
}

type Thing = FeatureState | MilestoneState;

/** All that waits for a person, mission by mission, the longest waiting ask first. */
export function listWaiting(state: State): readonly Waiting[] {
  return state.missions.flatMap((mission) => listMissionWaiting(mission));
}

function listMissionWaiting(mission: MissionState): readonly Waiting[] {
  const asks = mission.openAsks.map((ask) => askWaiting(mission, ask));
  const asked = new Set(mission.openAsks.map((ask) => ask.asked.fact.about));
  const isAsked = ({ id, condition }: Thing) =>
    asked.has(id) || /\/q\d/.test(condition.next ?? "") || askOf(mission, condition) !== null;
  const things = mission.milestones.flatMap((milestone): Thing[] => [
    ...milestone.features.filter(isStuck),
    ...(isStuck(milestone) && milestone.condition.code !== "features" ? [milestone] : []),
  ]);
  const rest = merged(things.filter((thing) => !isAsked(thing)).map((thing) => thingWaiting(mission, thing)));
  const own = mission.status === "blocked" && asks.length + rest.length === 0;
  return [...asks, ...rest, ...checkoutWaiting(mission), ...(own ? [missionWaiting(mission)] : [])];
}

/** What can't come to a checkout as long as a person's file or unfinished work is in the way there. */
function checkoutWaiting(mission: MissionState): readonly Waiting[] {
  const obstacle = mission.home?.obstacle ?? null;
  if (obstacle === null || (mission.landing === null && mission.steps.length === 0)) return [];
  const text = `what is done can't land: ${obstacle}`;
  const next = "commit it, move it out of the way or finish it; the next pulse lands";
  const about = mission.id;
  return [
    {
      mission,
      name: about,
      kind: "checkout",
      about,
      risk: null,
      text,
      since: null,
      next,
      ask: null,
      condition: null,
      cost: null,
      also: 0,
    },
  ];
}

/** The step that answers an open ask. */
export function askNext(mission: MissionState, { number, asked: { fact } }: AskEntry): string {
  const name = `${mission.id}/q${number}`;
  const about = aboutName(mission, fact.about);
  switch (fact.ask) {
    case "question":
    case "stale":
      return `mission answer ${name} "..."`;
    case "follow":
      return `git switch ${mission.home?.branch ?? "its home"} && git merge ${fact.boundTo.slice(0, 12)}, then push`;
    case "home":
      return `mend ${mission.home?.branch ?? "home"}, or mission approve ${name} to go on with it as it is`;
    case "merge":
      return `git merge mission/${mission.id}/${fact.about ?? "final"} on the default branch, then push`;
    case "budget":
      return `mission budget ${about} ${raisedLimit(fact.boundTo)}`;
    case "deadline":
      return `mission edit ${mission.id} (its deadline)`;
    case "approval":
    case "sign-off":
      return `mission show ${about} --diff, then mission approve ${name} or mission deny ${name} "why"`;
    default:
      return `mission show ${name}, then mission approve ${name} or mission deny ${name} "why"`;
  }
}

/** The step out of a condition; where that is the answer to an open ask, all that the answer needs. */
export function nextFor(mission: MissionState, condition: Condition): string | null {
  const { next } = condition;
  const number = /\/q(\d+)/.exec(next ?? "")?.[1];
  const named = mission.openAsks.find((open) => open.number === Number(number));
  const waited = askOf(mission, condition);
  const ask = named ?? (waited?.asked.fact.ask === "budget" ? waited : null);
  return ask ? askNext(mission, ask) : next;
}

/** The open ask that something waits for: its record is in the evidence. */
function askOf({ openAsks }: MissionState, { evidence }: Condition): AskEntry | null {
  return openAsks.find(({ asked }) => evidence.includes(asked.record.id)) ?? null;
}

function askWaiting(mission: MissionState, ask: AskEntry): Waiting {
  const { fact, record } = ask.asked;
  return {
    mission,
    name: `${mission.id}/q${ask.number}`,
    kind: fact.ask,
    about: aboutName(mission, fact.about),
    risk: fact.risk,
    text: record.body.trim(),
    since: record.at,
    next: askNext(mission, ask),
    ask,
    condition: null,
    cost: null,
    also: 0,
  };
}

function thingWaiting(mission: MissionState, thing: Thing): Waiting {
  const name = thingName(mission.id, thing.id);
  const kind = isOfProvider(thing) ? "agent" : thing.status;
  return {
    ...conditionWaiting(mission, name, kind, thing.condition),
    cost: "cost" in thing ? thing.cost : null,
  };
}

function missionWaiting(mission: MissionState): Waiting {
  return conditionWaiting(mission, mission.id, mission.status, mission.condition);
}

function conditionWaiting(mission: MissionState, name: string, status: string, condition: Condition): Waiting {
  // Nobody has asked yet: the next pulse does.
  const fallback = status === "needs_input" ? "mission pulse" : `mission show ${name}`;
  const next = nextFor(mission, condition) ?? fallback;
  return {
    mission,
    name,
    kind: status,
    about: name,
    risk: null,
    text: condition.message,
    since: condition.since ?? null,
    next,
    ask: null,
    condition,
    cost: null,
    also: 0,
  };
}

/** `final` is the end of the mission, which is named as the mission. */
function aboutName(mission: MissionState, about: string | null): string {
  return thingName(mission.id, about === "final" ? null : about);
}

/** What is ready but can't be started without a person says what to do, too. */
function isStuck(thing: Thing): boolean {
  const { status, condition } = thing;
  const isPersons = status === "blocked" || status === "needs_input" || isOfProvider(thing);
  return isPersons || (status === "ready" && condition.next !== null);
}

/** The runtime that it needs can't work before a person has seen to its account, or its model. */
function isOfProvider({ condition }: Thing): boolean {
  return condition.code === "provider";
}

/** One reason often holds many back: it is told once. */
function merged(waiting: readonly Waiting[]): Waiting[] {
  const groups = Map.groupBy(waiting, ({ kind, text, next }) => (kind === "ready" ? `${text}\n${next}` : next));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return group.length === 1 ? [first] : [{ ...first, also: group.length - 1 }];
  });
}

/** The limit that is used up, of the feature or the mission, a quarter higher. */
function raisedLimit(boundTo: string): string {
  const [part = "usd", bound] = boundTo.split(" ");
  const limit = Number(bound) || 0;
  const raised = Math.max(limit + 1, Math.ceil((limit * 1.25) / 5) * 5);
  return `${part}=${part === "tokens" ? Math.ceil(limit * 1.25) : raised}`;
}
