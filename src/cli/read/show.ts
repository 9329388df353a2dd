import { rolesByName } from "../../model/roles.ts";
import { renderMoment } from "../../view/moment.ts";
import { actorPageJson, renderActor } from "../../view/show/agent.ts";
import { askPageJson, renderAsk } from "../../view/show/ask.ts";
import { featurePageJson, renderFeature } from "../../view/show/feature.ts";
import { milestonePageJson, renderMilestone } from "../../view/show/milestone.ts";
import { missionPageJson, renderMission } from "../../view/show/mission.ts";
import { renderRun, runPageJson } from "../../view/show/run.ts";
import { type Command, type Context, hasFlag, printJson, textOption } from "../command.ts";
import { listUnsaved, unsavedLine } from "../plan/unsaved.ts";
import { resolveThing, type Thing } from "../thing.ts";
import { lastRun, readHandoff } from "./handoff.ts";
import { look, lookBack, pageOf, type Sight } from "./look.ts";
import { findMoment } from "./moment.ts";
import { showPrompt } from "./show-prompt.ts";
import { showDiff } from "./show-work.ts";

export const command: Command = {
  name: "show",
  summary: "spec, condition, runs, verdicts, cost and thread of a thing",
  group: "every day",
  arguments: [{ usage: "<thing>", about: "a mission, milestone, feature, run, ask (q7), agent:NAME or host:NAME" }],
  options: [
    { usage: "--diff", about: "what the work changes; of a mission or milestone, what a signature would merge" },
    { usage: "--prompt", about: "what an agent would be told, or a run was told" },
    { usage: "--at <moment>", about: "as it was at a commit of home, or at a date" },
  ],
  example: "mission show crm/contacts --diff",
  async run(context, args) {
    const at = textOption(args, "at");
    const moment = at === null ? null : await findMoment(context.doors, at);
    const sight = moment === null ? await look(context) : await lookBack(context, moment);
    const thing = resolveThing(sight.state, args.words[0] ?? "", [...allRoles(sight).keys()]);
    if (hasFlag(args, "diff")) return showDiff(context, thing, sight.snapshot.defaultBranch.tip);
    if (hasFlag(args, "prompt")) return showPrompt(context, sight, thing);
    const { json, lines } = await pageOfThing(context, sight, thing);
    if (context.json) printJson(context, json());
    else {
      const page = pageOf(context);
      const last = moment ? renderMoment(moment, page) : unsavedLine(await listUnsaved(context, sight), page);
      context.screen.print([...lines(), ...last].join("\n"));
    }
    return 0;
  },
};

interface ThingPage {
  json(): unknown;
  lines(): string[];
}

async function pageOfThing(context: Context, { state, snapshot }: Sight, thing: Thing): Promise<ThingPage> {
  const page = pageOf(context);
  switch (thing.kind) {
    case "mission": {
      const contract = snapshot.missions.find(({ id }) => id === thing.mission.id)?.files.contract ?? [];
      return {
        json: () => missionPageJson(thing.mission, contract),
        lines: () => renderMission(thing.mission, contract, page),
      };
    }
    case "milestone":
      return {
        json: () => milestonePageJson(thing.mission, thing.milestone),
        lines: () => renderMilestone(thing.mission, thing.milestone, page),
      };
    case "feature": {
      const handoff = await readHandoff(context, lastRun(thing));
      return { json: () => featurePageJson(thing, handoff), lines: () => renderFeature(thing, page, handoff) };
    }
    case "run": {
      const handoff = await readHandoff(context, thing.run);
      return {
        json: () => runPageJson(thing.mission, thing.run, handoff),
        lines: () => renderRun(thing.mission, thing.run, page, handoff),
      };
    }
    case "ask":
      return {
        json: () => askPageJson(thing.mission, thing.ask),
        lines: () => renderAsk(thing.mission, thing.ask, page),
      };
    case "agent":
    case "host": {
      const role = thing.kind === "agent" ? (allRoles({ state, snapshot }).get(thing.name) ?? null) : null;
      const actor = { kind: thing.kind, name: thing.name, role };
      return { json: () => actorPageJson(state, actor), lines: () => renderActor(state, actor, page) };
    }
  }
}

function allRoles({ state, snapshot: { repository, builtinRoles } }: Sight) {
  const ofMissions = state.missions.map((mission) => [...mission.repository.roles, ...mission.roles]);
  return rolesByName(builtinRoles, repository.roles, ...ofMissions.reverse());
}
