import { plainText } from "../../format/plain-text.ts";
import type { RunEntry } from "../../model/ledger.ts";
import type { State } from "../../model/state.ts";
import { runCost } from "../../view/cost-share.ts";
import { costText } from "../../view/money.ts";
import { endLine, type OutputItem, openOutputView } from "../../view/output.ts";
import { type Arguments, type Command, type Context, hasFlag, jsonLine, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { onInterrupt } from "../run/interrupt.ts";
import { resolveThing } from "../thing.ts";
import { readRunFile } from "./handoff.ts";
import { look, pageOf } from "./look.ts";
import { openOutput } from "./output-tail.ts";

const TICK_MS = 300;

export const command: Command = {
  name: "output",
  summary: "what a run said and did",
  group: "look back",
  arguments: [{ usage: "<run>", about: "a run, or a feature for its last one" }],
  options: [{ usage: "-f, --follow", about: "go on until the run ends; with --json one event a line" }],
  example: "mission output contacts-2 -f",
  async run(context, args) {
    const { state } = await look(context);
    const run = findRun(state, args);
    const isHere = hasOutput(context, run.run);
    if (hasFlag(args, "follow") && isHere) return follow(context, run);
    if (isHere) return show(context, run);
    const text = await readRunFile(context, run, { attachment: "log.txt", file: "agent.log" });
    if (text === null) throw nothingHere(context, run);
    if (context.json) printJson(context, { schema: 1, run: run.run, host: run.claim.fact.host, text, events: [] });
    else print(context, [plainText(text).trimEnd(), ...lastLine(context, run)]);
    return 0;
  },
};

function findRun(state: State, { words: [word = ""] }: Arguments): RunEntry {
  const thing = resolveThing(state, word);
  if (thing.kind === "run") return thing.run;
  const last = thing.kind === "feature" ? thing.feature.run : null;
  const run = thing.kind === "feature" && last !== null ? thing.mission.ledger.runs.get(last) : undefined;
  if (run) return run;
  throw new CommandError("no-run", `${word} is no run and has none`, `mission show ${word}`);
}

/** The ledger may name runs that no folder of ours could have. */
function hasOutput({ doors: { files, state } }: Context, run: string): boolean {
  const isName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(run);
  return isName && ["agent.log", "events.jsonl"].some((name) => files.exists(`${state.runFolder(run)}/${name}`));
}

function nothingHere({ doors }: Context, { run, claim, ended }: RunEntry): CommandError {
  const { host } = claim.fact;
  const where =
    host === doors.state.host ? "it has printed nothing yet" : ended ? "none was kept" : `it runs on ${host}`;
  return new CommandError("no-output", `there is no output of ${run} here: ${where}`, `mission show ${run}`);
}

function show(context: Context, entry: RunEntry): number {
  const { doors, json } = context;
  const { run, claim } = entry;
  const output = openOutput(doors.state.runFolder(run));
  const items = output.read(true);
  output.close();
  if (json) {
    const text = items.map((item) => (isText(item) ? item.text : "")).join("");
    printJson(context, { schema: 1, run, host: claim.fact.host, text, events: items });
    return 0;
  }
  const view = openOutputView(pageOf(context));
  print(context, [...view.render(items), ...view.finish(), ...lastLine(context, entry)]);
  return 0;
}

function print({ screen }: Context, lines: readonly string[]): void {
  const text = lines.join("\n").trim();
  if (text !== "") screen.print(text);
}

function isText(item: OutputItem): item is { kind: "text"; text: string } {
  return item.kind === "text";
}

async function follow(context: Context, { run }: RunEntry): Promise<number> {
  const { doors, screen, json } = context;
  const interrupt = onInterrupt();
  const output = openOutput(doors.state.runFolder(run));
  const view = openOutputView(pageOf(context));
  const tell = (lines: readonly string[]) => screen.write(lines.map((line) => `${line}\n`).join(""));
  try {
    for (let isLast = false; !interrupt.happened; ) {
      const items = output.read(isLast);
      if (json) tell(items.map(jsonLine));
      else tell(view.render(items));
      if (isLast) break;
      isLast = !isRunning(doors.state.listRuns(), run);
      if (!isLast) await interrupt.sleep(TICK_MS);
    }
  } finally {
    output.close();
    interrupt.stop();
  }
  if (!json) tell([...view.finish(), ...(interrupt.happened ? [] : await lastLineNow(context, run))]);
  return 0;
}

function isRunning(runs: ReturnType<Context["doors"]["state"]["listRuns"]>, run: string): boolean {
  return runs.some((local) => local.run === run && local.owner === "alive" && !local.closed);
}

/** As the ledger has it after the run; nothing where its end is not recorded yet. */
async function lastLineNow(context: Context, run: string): Promise<string[]> {
  const { state } = await look(context);
  const entry = state.missions.flatMap(({ ledger }) => ledger.runs.get(run) ?? [])[0];
  return entry === undefined ? [] : lastLine(context, entry);
}

function lastLine(context: Context, entry: RunEntry): string[] {
  if (!entry.ended) return [];
  const { fact, record } = entry.ended;
  const ms = record.at - entry.claim.record.at;
  const cost = costText({ ...runCost(entry), minutes: 0 });
  return [endLine({ outcome: fact.outcome, ms, cost, because: record.body.split("\n")[0] ?? "" }, pageOf(context))];
}
