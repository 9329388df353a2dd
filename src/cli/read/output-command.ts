import { closeSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { plainText } from "../../format/plain-text.ts";
import type { RunEntry } from "../../model/ledger.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { onInterrupt } from "../run/interrupt.ts";
import { resolveThing } from "../thing.ts";
import { readLocalFile, readRunFile } from "./handoff.ts";
import { look } from "./look.ts";

const TICK_MS = 300;
const BLOCK_BYTES = 64 * 1024;

export const command: Command = {
  name: "output",
  summary: "what a run printed",
  group: "look back",
  arguments: [{ usage: "<run>", about: "a run, or a feature for its last one" }],
  options: [{ usage: "-f, --follow", about: "go on until the run ends" }],
  example: "mission output contacts-2 -f",
  async run(context, args) {
    const { state } = await look(context);
    const thing = resolveThing(state, args.words[0] ?? "");
    const run =
      thing.kind === "run"
        ? thing.run
        : thing.kind === "feature" && thing.feature.run
          ? thing.mission.ledger.runs.get(thing.feature.run)
          : undefined;
    if (!run)
      throw new CommandError("no-run", `${args.words[0]} is no run and has none`, `mission show ${args.words[0]}`);
    if (hasFlag(args, "follow") && !context.json && readLocalFile(context, run.run, "agent.log") !== null)
      return follow(context, run.run);
    const text = await readRunFile(context, run, { attachment: "log.txt", file: "agent.log" });
    if (text === null) throw nothingHere(context, run);
    if (context.json) printJson(context, { schema: 1, run: run.run, host: run.claim.fact.host, text });
    else if (text.trim() !== "") context.screen.print(plainText(text).trimEnd());
    return 0;
  },
};

function nothingHere({ doors }: Context, { run, claim, ended }: RunEntry): CommandError {
  const { host } = claim.fact;
  const where =
    host === doors.state.host ? "it has printed nothing yet" : ended ? "none was kept" : `it runs on ${host}`;
  return new CommandError("no-output", `there is no output of ${run} here: ${where}`, `mission show ${run}`);
}

/** Whole lines only: an escape sequence that is cut in two would get past the filter. */
async function follow({ doors, screen }: Context, run: string): Promise<number> {
  const interrupt = onInterrupt();
  const descriptor = openSync(join(doors.state.runFolder(run), "agent.log"), "r");
  const decoder = new TextDecoder();
  const block = Buffer.alloc(BLOCK_BYTES);
  let rest = "";
  try {
    for (let isLast = false; !interrupt.happened; ) {
      const count = readSync(descriptor, block, 0, BLOCK_BYTES, null);
      rest += decoder.decode(block.subarray(0, count), { stream: true });
      const end = isLast && count === 0 ? rest.length : rest.lastIndexOf("\n") + 1;
      if (end > 0) screen.write(`${plainText(rest.slice(0, end)).replace(/\n?$/, "\n")}`);
      rest = rest.slice(end);
      if (count > 0) continue;
      if (isLast) break;
      isLast = !isRunning(doors.state.listRuns(), run);
      if (!isLast) await interrupt.sleep(TICK_MS);
    }
  } finally {
    closeSync(descriptor);
    interrupt.stop();
  }
  return 0;
}

function isRunning(runs: ReturnType<Context["doors"]["state"]["listRuns"]>, run: string): boolean {
  return runs.some((local) => local.run === run && local.owner === "alive" && !local.closed);
}
