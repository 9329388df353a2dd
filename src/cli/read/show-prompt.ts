/**
 * `show --prompt`: of a run what it was told, of a feature what its next worker would be told. The latter is made by what
 * begins a run, so the two can't differ.
 */

import { makeWorkOrder } from "../../apply/work-order.ts";
import { decide } from "../../decide/decide.ts";
import { foreseeDispatch } from "../../decide/dispatch.ts";
import { foreseeFeature } from "../../derive/foreseen.ts";
import { plainText } from "../../format/plain-text.ts";
import type { Dispatch } from "../../model/decision.ts";
import { thingName } from "../../model/ids.ts";
import type { RunEntry } from "../../model/ledger.ts";
import { openLedgers } from "../../observe/open-ledgers.ts";
import { type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { nameOf, type Thing } from "../thing.ts";
import { lastRun, readLocalFile } from "./handoff.ts";
import type { Sight } from "./look.ts";

type Feature = Extract<Thing, { kind: "feature" }>;

export async function showPrompt(context: Context, sight: Sight, thing: Thing): Promise<number> {
  if (thing.kind === "run") return printRunPrompt(context, thing.run);
  if (thing.kind !== "feature") {
    const name = nameOf(thing);
    throw new CommandError("no-prompt", `${name} is told nothing: features and runs are`, `mission show ${name}`);
  }
  const { feature } = thing;
  if (feature.live !== null) return printRunPrompt(context, feature.live);
  if (feature.status === "ready" || feature.status === "backlog" || feature.status === "blocked")
    return printForeseen(context, sight, thing);
  // Nothing is to be done, or what is to be done follows from what a person or a judge will say.
  const last = lastRun(thing);
  const state = `${nameOf(thing)} is ${feature.status.replace("_", " ")}: ${feature.condition.message}`;
  if (last === null) throw new CommandError("no-prompt", state, `mission show ${nameOf(thing)}`);
  context.screen.warn(`${state}; this is what its last run was told`);
  return printRunPrompt(context, last);
}

function printRunPrompt(context: Context, { run, claim }: RunEntry): number {
  const news = goesOn(context, run) ? readLocalFile(context, run, "resume.md") : null;
  const prompt = news ?? readLocalFile(context, run, "prompt.md") ?? "";
  if (prompt === "") {
    const { host, runKind } = claim.fact;
    const isHere = host === context.doors.state.host;
    const where = isHere ? `a ${runKind} run is told nothing, or its folder was cleaned away` : `it ran on ${host}`;
    throw new CommandError("no-prompt", `the prompt of ${run} is not here: ${where}`, `mission show ${run}`);
  }
  return print(context, { run, prompt });
}

/** Whether a run took up the conversation of its order, as far as its agent has said. */
function goesOn(context: Context, run: string): boolean {
  const session = context.doors.state.readOrder(run)?.session ?? null;
  if (session === null) return false;
  const events = readLocalFile(context, run, "events.jsonl") ?? "";
  const began = events.split("\n").find((line) => line.includes('"kind":"session"'));
  return began === undefined || began.includes(JSON.stringify(session));
}

async function printForeseen(context: Context, { snapshot, state }: Sight, thing: Feature): Promise<number> {
  const { doors, screen } = context;
  const dispatch = foresee({ snapshot, state }, thing);
  const apply = { doors, ...(await openLedgers(doors, snapshot)), snapshot, state, tips: new Map() };
  const { prompt, resume } = await makeWorkOrder(apply, dispatch, "next");
  const { status, condition, step } = thing.feature;
  const name = nameOf(thing);
  if (step.kind !== "dispatch")
    screen.warn(`${name} is ${status}: ${condition.message}; this is what an agent would be told now`);
  if (resume !== null)
    screen.warn(`${name} goes on in its conversation, and hears what is new; where that is gone, it hears everything`);
  return print(context, { run: null, prompt: resume ?? prompt });
}

/** As the next pulse gives it away; else as it would, were its turn to come now. */
function foresee({ snapshot, state }: Sight, { mission, feature }: Feature): Dispatch {
  const next = decide(state).find(
    (decision) => decision.kind === "dispatch" && decision.mission === mission.id && decision.feature === feature.id,
  );
  if (next?.kind === "dispatch") return next;
  const observed = snapshot.missions.find(({ id }) => id === mission.id);
  const isSound = observed?.home && observed.files.mission && feature.condition.code !== "invalid";
  const foreseen = observed && isSound ? foreseeFeature(feature, mission, { mission: observed, snapshot }) : feature;
  const dispatch = foreseeDispatch(mission, foreseen);
  if (dispatch) return dispatch;
  const { message, next: todo } = foreseen.condition;
  const name = thingName(mission.id, feature.id);
  throw new CommandError(
    "no-prompt",
    `nobody could be told to make ${name}: ${message}`,
    todo ?? `mission show ${name}`,
  );
}

function print(context: Context, { run, prompt }: { run: string | null; prompt: string }): number {
  if (context.json) printJson(context, { schema: 1, run, prompt });
  else context.screen.print(plainText(prompt).trimEnd());
  return 0;
}
