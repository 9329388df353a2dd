/** What a person means by a THING: `crm`, `crm/contacts`, `crm/q7` or `q7`, a run, `agent:coder`, `host:NAME`. */

import { findSimilar } from "../format/similar.ts";
import { thingName } from "../model/ids.ts";
import type { AskEntry, RunEntry } from "../model/ledger.ts";
import type { FeatureState, MilestoneState, MissionState, State } from "../model/state.ts";
import { shortRun } from "../view/run-name.ts";
import { CommandError, MeantError } from "./command-error.ts";

export type Thing =
  | { kind: "mission"; mission: MissionState }
  | { kind: "milestone"; mission: MissionState; milestone: MilestoneState }
  | { kind: "feature"; mission: MissionState; milestone: MilestoneState; feature: FeatureState }
  | { kind: "run"; mission: MissionState; run: RunEntry }
  | { kind: "ask"; mission: MissionState; ask: AskEntry }
  | { kind: "agent"; name: string }
  | { kind: "host"; name: string };

/**
 * Finds what the text names. Throws a `CommandError` with a name that exists where it names nothing, or several things.
 * `roles` are agents that are known besides those that missions have.
 */
export function resolveThing(state: State, text: string, roles: readonly string[] = []): Thing {
  const word = text.trim().replace(/\/$/, "");
  const found = roles.some((role) => word === `agent:${role}`)
    ? [{ kind: "agent" as const, name: word.slice("agent:".length) }]
    : findThings(state, word);
  if (found.length > 1) {
    const names = found.map(nameOf);
    throw new MeantError("ambiguous-thing", `${word} can be ${names.join(" or ")}`, text, names[0] ?? word);
  }
  return found[0] ?? failToFind(state, word, roles);
}

/** The mission that is meant; without a word the only one that is not over. */
export function resolveMission(state: State, text: string | null): MissionState {
  if (text !== null) {
    const thing = resolveThing(state, text);
    if (thing.kind === "mission") return thing.mission;
    const [meant = text] = "mission" in thing ? [thing.mission.id] : state.missions.map(({ id }) => id);
    throw new MeantError("not-a-mission", `${text} is no mission`, text, meant);
  }
  const open = state.missions.filter(({ status }) => !["completed", "cancelled", "gone"].includes(status));
  const [only] = open.length > 0 ? open : state.missions;
  if (!only) throw new CommandError("no-mission", "there is no mission here", 'mission new "what you want to have"');
  if (open.length < 2) return only;
  const ids = open.map(({ id }) => id);
  throw new CommandError(
    "which-mission",
    `which of ${ids.length} missions: ${ids.join(", ")}?`,
    "the same command with one of these names",
  );
}

/** The name that a person types for it. */
export function nameOf(thing: Thing): string {
  switch (thing.kind) {
    case "mission":
      return thing.mission.id;
    case "milestone":
      return thingName(thing.mission.id, thing.milestone.id);
    case "feature":
      return thingName(thing.mission.id, thing.feature.id);
    case "run":
      return thing.run.run;
    case "ask":
      return `${thing.mission.id}/q${thing.ask.number}`;
    case "agent":
    case "host":
      return `${thing.kind}:${thing.name}`;
  }
}

function findThings(state: State, word: string): Thing[] {
  const [prefix, name] = split(word, ":");
  if (name && (prefix === "agent" || prefix === "host"))
    return knownName(state, prefix, name) ? [{ kind: prefix, name }] : [];
  const [missionId, part] = split(word, "/");
  const mission = state.missions.find(({ id }) => id === missionId);
  if (part !== null) return mission ? findPart(mission, part) : [];
  if (mission) return [{ kind: "mission", mission }];
  return state.missions.flatMap((each) => [...findAsk(each, word), ...findRuns(each, word)]);
}

function findPart(mission: MissionState, part: string): Thing[] {
  const milestone = mission.milestones.find(({ id, document }) => id === part || document.folder === part);
  if (milestone) return [{ kind: "milestone", mission, milestone }];
  for (const each of mission.milestones) {
    const feature = each.features.find(({ id }) => id === part);
    if (feature) return [{ kind: "feature", mission, milestone: each, feature }];
  }
  return [...findAsk(mission, part), ...findRuns(mission, part)];
}

function findAsk(mission: MissionState, word: string): Thing[] {
  const number = /^q([1-9]\d*)$/.exec(word)?.[1];
  const ask = number === undefined ? undefined : mission.ledger.asks.find((entry) => entry.number === Number(number));
  return ask ? [{ kind: "ask", mission, ask }] : [];
}

/** By the whole id, else by the id without its random end, which is how runs are shown. */
function findRuns(mission: MissionState, word: string): Thing[] {
  const exact = mission.ledger.runs.get(word);
  if (exact) return [{ kind: "run", mission, run: exact }];
  const short = [...mission.ledger.runs.values()].filter((run) => shortRun(run) === word);
  return short.map((run) => ({ kind: "run", mission, run }));
}

function knownName(state: State, kind: "agent" | "host", name: string): boolean {
  return namesOf(state, kind).includes(name);
}

function namesOf(state: State, kind: "agent" | "host"): readonly string[] {
  const names = state.missions.flatMap((mission) =>
    kind === "agent"
      ? [
          ...[...mission.roles, ...mission.repository.roles].map((role) => role.name),
          ...mission.milestones.flatMap(({ features }) => features.map(({ document }) => document.agent)),
        ]
      : [...mission.ledger.runs.values()].map(({ claim }) => claim.fact.host),
  );
  return [...new Set(kind === "host" ? [state.host, ...names] : names)];
}

function failToFind(state: State, word: string, roles: readonly string[]): never {
  if (state.missions.length === 0 && !word.startsWith("agent:"))
    throw new CommandError("no-mission", "there is no mission here", 'mission new "what you want to have"');
  const names = [...knownNames(state), ...roles.map((role) => `agent:${role}`)];
  // A feature's id alone is no name, but its whole name is what was meant.
  const similar = names.find((name) => name.endsWith(`/${word}`)) ?? findSimilar(word, names);
  if (similar) throw new MeantError("unknown-thing", `nothing is named ${word}`, word, similar);
  throw new CommandError("unknown-thing", `nothing is named ${word}`, "mission status");
}

function knownNames(state: State): string[] {
  const whole = state.missions.flatMap((mission) => [
    mission.id,
    ...mission.milestones
      .flatMap(({ id, features }) => [id, ...features.map((feature) => feature.id)])
      .map((part) => thingName(mission.id, part)),
    ...mission.ledger.asks.map(({ number }) => `${mission.id}/q${number}`),
    ...mission.ledger.runs.keys(),
  ]);
  return [
    ...whole,
    ...namesOf(state, "agent").map((name) => `agent:${name}`),
    ...namesOf(state, "host").map((name) => `host:${name}`),
  ];
}

function split(word: string, mark: string): [string, string | null] {
  const at = word.indexOf(mark);
  return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)];
}
