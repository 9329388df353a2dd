/** What a control record is put on, and which runs of this host it concerns. */

import { lastControl } from "../../derive/control.ts";
import { thingName } from "../../model/ids.ts";
import type { About, ControlAction } from "../../model/record.ts";
import type { MissionState, State } from "../../model/state.ts";
import { CommandError } from "../command-error.ts";
import { nameOf, resolveMission, resolveThing, type Thing } from "../thing.ts";

export interface ControlTarget {
  /** `crm`, `crm/schema`, a run id, `agent:coder`. */
  target: string;
  /** Missions whose ledgers say it: an agent is held back in each. */
  missions: readonly MissionState[];
  isConcerned(run: RunPlace): boolean;
}

/** What tells whether a run is meant. */
export interface RunPlace {
  run: string;
  mission: string;
  about: About;
  /** null for a run that no role plays, such as a gate. */
  role: string | null;
}

/** What an action can be put on. An agent is held back by quarantine or stop; a run can only be stopped. */
const KINDS: Readonly<Record<ControlAction, readonly Thing["kind"][]>> = {
  pause: ["mission", "milestone", "feature"],
  resume: ["mission", "milestone", "feature", "agent", "run"],
  stop: ["mission", "milestone", "feature", "agent", "run"],
  quarantine: ["mission", "milestone", "feature", "agent"],
  retry: ["mission", "milestone", "feature", "run"],
};

/** The target that a word names; without a word the only mission that is not over. */
export function findTarget(state: State, action: ControlAction, word: string | undefined): ControlTarget {
  const thing: Thing =
    word === undefined ? { kind: "mission", mission: resolveMission(state, null) } : resolveThing(state, word);
  if (!KINDS[action].includes(thing.kind)) throw wrongKind(action, thing);
  if (action === "retry") {
    if (thing.kind === "mission" && !isProvidersTurn(thing.mission)) throw wrongKind(action, thing);
    refuseDone(thing);
  }
  switch (thing.kind) {
    case "agent":
      return agentTarget(state, thing.name);
    case "run":
      return runTarget(thing, action);
    case "mission":
      return {
        target: thing.mission.id,
        missions: [thing.mission],
        isConcerned: ({ mission }) => mission === thing.mission.id,
      };
    case "milestone":
      return partTarget(
        thing.mission,
        thing.milestone.id,
        thing.milestone.features.map(({ id }) => id),
      );
    case "feature":
      return partTarget(thing.mission, thing.feature.id, [thing.feature.id]);
    default:
      throw wrongKind(action, thing);
  }
}

/** Of a whole mission a retry asks its providers again, also where a probe did so meanwhile. What is blocked has a name of its own. */
function isProvidersTurn({ id, milestones, ledger }: MissionState): boolean {
  const isRefusal = (word: string | undefined) => word === "provider" || word === "quota";
  const since = lastControl(ledger, [id], "retry");
  const ends = [...ledger.runs.values()].flatMap(({ ended }) => ended ?? []);
  const things = milestones.flatMap((milestone) => [milestone, ...milestone.features]);
  return (
    things.some(({ condition }) => isRefusal(condition.code)) ||
    ends.some(({ position, fact }) => position > since && isRefusal(fact.outcome))
  );
}

function partTarget(mission: MissionState, part: string, features: readonly string[]): ControlTarget {
  const isConcerned = ({ mission: id, about }: RunPlace): boolean => {
    if (id !== mission.id) return false;
    return about.kind === "feature"
      ? features.includes(about.feature)
      : about.kind === "milestone" && about.milestone === part;
  };
  return { target: thingName(mission.id, part), missions: [mission], isConcerned };
}

function agentTarget(state: State, name: string): ControlTarget {
  const missions = state.missions.filter(
    ({ ledger, status }) => ledger.created !== null && status !== "completed" && status !== "gone",
  );
  return { target: `agent:${name}`, missions, isConcerned: ({ role }) => role === name };
}

/** A retry is of what the run was about. */
function runTarget({ mission, run }: Extract<Thing, { kind: "run" }>, action: ControlAction): ControlTarget {
  const { about } = run.claim.fact;
  const target = { target: run.run, missions: [mission], isConcerned: (other: RunPlace) => other.run === run.run };
  if (action !== "retry") return target;
  if (about.kind === "feature") return { ...target, target: thingName(mission.id, about.feature) };
  if (about.kind === "milestone") return { ...target, target: thingName(mission.id, about.milestone) };
  throw new CommandError("no-retry", `${run.run} judged what others made: retry these`, `mission show ${run.run}`);
}

/** Another try of what is done would find nothing to do. Only where home says `todo` again is there something. */
function refuseDone(thing: Thing): void {
  if (thing.kind !== "feature" && thing.kind !== "run") return;
  const { mission } = thing;
  const about = thing.kind === "run" ? thing.run.claim.fact.about : null;
  const id = thing.kind === "feature" ? thing.feature.id : about?.kind === "feature" ? about.feature : null;
  const feature = mission.milestones.flatMap(({ features }) => features).find((each) => each.id === id);
  if (feature?.status !== "done") return;
  const name = thingName(mission.id, feature.id);
  const landed = mission.ledger.landed.findLast(({ fact }) => fact.feature === feature.id);
  const revert = landed ? `git revert ${landed.fact.commit.slice(0, 10)}` : "git revert what brought it";
  const where = mission.home ? ` on ${mission.home.branch}` : "";
  const next = `to have it done again: ${revert}${where}, then mission retry ${name}; or mission edit ${name}, with another title or text and without its status`;
  throw new CommandError("done", `${name} is done: there is nothing to try again`, next, 1);
}

function wrongKind(action: ControlAction, thing: Thing): CommandError {
  const name = nameOf(thing);
  const message = `a ${thing.kind} can't be ${PARTICIPLES[action]}: ${name}`;
  return new CommandError("wrong-kind", message, nextOf(action, thing));
}

const PARTICIPLES: Readonly<Record<ControlAction, string>> = {
  pause: "paused",
  resume: "resumed",
  stop: "stopped",
  quarantine: "quarantined",
  retry: "retried",
};

function nextOf(action: ControlAction, thing: Thing): string {
  switch (thing.kind) {
    case "host":
      return `mission ${action} --all on that host`;
    case "agent":
      return `mission quarantine ${nameOf(thing)}`;
    case "run":
      return `mission stop ${nameOf(thing)}`;
    case "mission": {
      const blocked = thing.mission.milestones
        .flatMap(({ features }) => features)
        .find(({ status }) => status === "blocked");
      return blocked
        ? `mission ${action} ${thingName(thing.mission.id, blocked.id)}`
        : `mission show ${thing.mission.id}`;
    }
    default:
      return `mission show ${nameOf(thing)}`;
  }
}

/** Live runs elsewhere: they learn of it when they next look at the authority. */
export function listForeignRuns(state: State, isConcerned: ControlTarget["isConcerned"]): string[] {
  return state.missions.flatMap((mission) =>
    mission.liveRuns
      .filter(({ claim }) => claim.fact.host !== state.host)
      .filter(({ run, claim }) =>
        isConcerned({ run, mission: mission.id, about: claim.fact.about, role: roleOf(mission, claim.fact.about) }),
      )
      .map(({ run }) => run),
  );
}

function roleOf({ milestones }: MissionState, about: About): string | null {
  if (about.kind !== "feature") return null;
  const features = milestones.flatMap(({ features }) => features);
  return features.find(({ id }) => id === about.feature)?.document.agent ?? null;
}
