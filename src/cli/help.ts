/** What `mission help` prints. Static text, so that it is there without loading a command; the man page follows it. */

interface CommandGroup {
  title: string;
  /** Usage without the leading `mission`, then what it does. */
  commands: [usage: string, purpose: string][];
}

const EVERYDAY_GROUPS: CommandGroup[] = [
  {
    title: "Every day",
    commands: [
      ["", "where am I, what needs me, what is next"],
      ['new "goal"', "a saved mission, from a template or a plan"],
      ["run [MISSION]", "start if needed, then pulse until finished or everything waits for you"],
      ["status [THING]", "where things stand, once"],
      ["watch [MISSION]", "where things stand, live"],
      ["inbox", "what waits for a person, numbered"],
      ['answer q7 "..."', "answer a question"],
      ["approve q7", "say yes to an ask or a thing"],
      ['deny q7 "why"', "say no, with the reason"],
      ["show THING", "spec, condition, runs, verdicts, cost, thread"],
      ["report [MISSION]", "what happened and what it cost"],
    ],
  },
  {
    title: "Change",
    commands: [
      ['add MILESTONE "title"', "write a feature from a template"],
      ["edit THING", "open the saved version in your editor"],
      ["save [PATH...]", "commit and push mission edits as you"],
      ["diff", "edits that are not in effect yet"],
      ["start MISSION", "let a mission begin"],
      ["budget THING usd=250", "change a limit"],
      ["cancel THING", "give a thing up"],
      ["pause [THING]", "start nothing new; runs go on"],
      ["resume [THING]", "lift a pause, stop or quarantine"],
      ["stop [THING]", "end its runs; answers when they are gone"],
      ["quarantine THING", "keep what it made away from everything else"],
      ["retry THING", "try again after a block"],
      ['comment THING "..."', "say something that the next run reads"],
    ],
  },
];

const OTHER_GROUPS: CommandGroup[] = [
  {
    title: "Machine",
    commands: [
      ["init", "look around, write missions/config.md"],
      ["agents", "coding agents of this host: which can work, what is missing"],
      ["check [PATH...]", "findings in mission files and readiness of the machine"],
      ["pulse", "one pass: observe, decide, apply"],
      ["doctor [--fix]", "what is wrong here, each with the exact next step"],
      ["clean [--dry-run]", "delete what finished runs left and is kept elsewhere"],
      ["demo", "a whole mission in a throw-away repository, without a model"],
    ],
  },
  {
    title: "Look back",
    commands: [
      ["log [THING]", "the timeline"],
      ["output RUN", "what a run said and did; -f follows"],
      ["explain THING", "who, what, when, why, on which inputs, at what cost"],
      ["audit [MISSION]", "the ledgers checked, without a remote"],
    ],
  },
];

const TAIL = `A THING is mission, mission/milestone, mission/feature, a run, an ask (q7), agent:NAME or host:NAME.
Every command has --json and --help.`;

/** The help page: the two everyday groups, or with `all` every command. */
export function helpText(all: boolean): string {
  const groups = all ? [...EVERYDAY_GROUPS, ...OTHER_GROUPS] : EVERYDAY_GROUPS;
  const more = all ? [] : ["More commands: mission help --all"];
  return ["Usage: mission [COMMAND]", ...groups.map(printGroup), [TAIL, ...more].join("\n")].join("\n\n");
}

function printGroup(group: CommandGroup): string {
  const lines = group.commands.map(([usage, purpose]) => `  ${`mission ${usage}`.padEnd(30)} ${purpose}`);
  return [group.title, ...lines].join("\n");
}
