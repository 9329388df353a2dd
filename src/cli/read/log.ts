import type { MissionState, State } from "../../model/state.ts";
import { type LogEntry, listLog, logCsv, logJson, renderLog } from "../../view/log.ts";
import { type Command, hasFlag, printJson, textOption } from "../command.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";
import { look, pageOf } from "./look.ts";
import { parseSince } from "./since.ts";

export const command: Command = {
  name: "log",
  summary: "the timeline",
  group: "look back",
  arguments: [
    { usage: "[thing]", about: "only what is about a mission, milestone, feature, run, ask, agent:NAME or host:NAME" },
  ],
  options: [
    { usage: "--since <time>", about: "a date (2026-11-20), a time (2026-11-20T14:00) or how long ago (24h, 7d)" },
    { usage: "--csv", about: "for a spreadsheet: a line a record, times in UTC, costs and tokens as numbers" },
  ],
  example: "mission log crm/contacts --since 7d\nmission log --csv > crm.csv",
  async run(context, args) {
    const since = parseSince(textOption(args, "since"), context);
    const { state } = await look(context);
    const entries = listEntries(state, args.words[0]).filter(({ at }) => since === null || at >= since);
    if (context.json) printJson(context, logJson(entries));
    else if (hasFlag(args, "csv")) context.screen.write(logCsv(entries));
    else if (entries.length > 0) context.screen.print(renderLog(entries, pageOf(context)).join("\n"));
    return 0;
  },
};

/** By time over all missions, in ledger order within one. */
function listEntries(state: State, word: string | undefined): readonly LogEntry[] {
  const thing = word === undefined ? null : resolveThing(state, word);
  const missions = thing && "mission" in thing ? [thing.mission] : state.missions;
  const entries = missions.flatMap((mission) =>
    listLog(mission).filter((entry) => thing === null || isAbout(entry, thing, mission)),
  );
  return missions.length > 1 ? entries.sort((a, b) => a.at - b.at) : entries;
}

function isAbout(entry: LogEntry, thing: Thing, mission: MissionState): boolean {
  switch (thing.kind) {
    case "mission":
      return true;
    case "milestone": {
      const parts = [thing.milestone, ...thing.milestone.features].map(({ id }) => `${mission.id}/${id}`);
      return entry.about.some((name) => parts.includes(name));
    }
    case "feature":
      return entry.about.includes(nameOf(thing));
    case "run":
      return entry.run === thing.run.run;
    case "ask":
      return (entry.kind === "asked" || entry.kind === "answered") && entry.text.startsWith(`q${thing.ask.number} `);
    case "host":
      return entry.host === thing.name || entry.about.includes(nameOf(thing));
    case "agent": {
      const features = mission.milestones
        .flatMap((milestone) => milestone.features)
        .filter(({ document }) => document.agent === thing.name);
      return (
        entry.about.includes(nameOf(thing)) ||
        (entry.run !== null && features.some(({ id }) => entry.about.includes(`${mission.id}/${id}`)))
      );
    }
  }
}
