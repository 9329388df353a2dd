import type { Applied, Decision } from "../../model/decision.ts";
import { isSilence } from "../../model/silence.ts";
import type { State } from "../../model/state.ts";
import { pulse } from "../../pulse.ts";
import { decisionJson, renderApplied, renderDecisions } from "../../view/decisions.ts";
import { type Arguments, type Command, type Context, hasFlag, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { pageOf } from "../read/look.ts";
import { parseDurationOption } from "../read/since.ts";
import { onInterrupt } from "./interrupt.ts";
import { waitForRuns } from "./wait-for-runs.ts";

const EVERY_MS = 120_000;

export const command: Command = {
  name: "pulse",
  summary: "one pass: observe, decide, apply",
  group: "machine",
  arguments: [],
  options: [
    { usage: "--dry-run", about: "print what it would do, and do nothing" },
    { usage: "--wait", about: "come back when the runs of this host are over and recorded" },
    { usage: "--watch", about: "go on until Ctrl-C" },
    { usage: "--every <time>", about: "how often with --watch (2m)" },
    { usage: "--max <number>", about: "start at most so many runs in one pass" },
  ],
  example: "mission pulse --dry-run",
  async run(context, args) {
    if (hasFlag(args, "watch")) return watchPulses(context, args);
    const exitCode = await pulseOnce(context, args);
    if (!hasFlag(args, "wait") || hasFlag(args, "dryRun")) return exitCode;
    await waitForRuns(context);
    // What a run left without having recorded it, the next to hold the host's lock records.
    const rest = context.doors.state.listRuns().some(({ waiting }) => waiting > 0);
    return rest ? pulseOnce(context, args, 0) : exitCode;
  },
};

async function watchPulses(context: Context, args: Arguments): Promise<number> {
  const everyMs = parseDurationOption(textOption(args, "every"), "--every 2m") ?? EVERY_MS;
  const interrupt = onInterrupt();
  while (!interrupt.happened) {
    await pulseOnce(context, args);
    await interrupt.sleep(everyMs);
  }
  return 0;
}

/** Prints a line for each decision, and nothing when nothing was done. */
async function pulseOnce(context: Context, args: Arguments, max = parseMax(args)): Promise<number> {
  const { screen, json, doors } = context;
  const dryRun = hasFlag(args, "dryRun");
  const onApplied = (decision: Decision, applied: Applied): void => {
    if (!json) screen.print(renderApplied(decision, applied, pageOf(context)).join("\n"));
  };
  const result = await pulse(doors, { dryRun, onApplied, ...(max === null ? {} : { maxDispatches: max }) });
  if (json) {
    const applied = result.applied.map((one) => ({
      ...decisionJson(one.decision),
      outcome: one.applied.kind,
      detail: "detail" in one.applied ? one.applied.detail : one.applied.reason,
    }));
    printJson(context, {
      schema: 1,
      dry_run: dryRun,
      idle: result.idle,
      healed: result.healed,
      decisions: result.decisions.map(decisionJson),
      applied,
    });
  } else if (dryRun && result.decisions.length > 0) {
    screen.print(renderDecisions(result.decisions, pageOf(context)).join("\n"));
  }
  if (!json) for (const text of result.healed) screen.print(`healed   ${text}`);
  if (result.busy) {
    screen.warn("mission: another process of this host has been at work all the time\nnext: mission pulse, later");
    return 4;
  }
  const reason = unreachable(
    result.state,
    result.applied.map(({ applied }) => applied),
  );
  if (reason === null) return 0;
  screen.warn(`mission: can't coordinate: ${reason}\nnext: mission doctor`);
  return 4;
}

function unreachable(state: State | null, applied: readonly Applied[]): string | null {
  const failed = applied.find((one) => one.kind === "unreachable" || (one.kind === "failed" && one.refused));
  if (failed && "reason" in failed) return failed.reason;
  const idle = state?.idle ?? null;
  return state !== null && state.authority !== "local" && idle !== null && isSilence(idle, state.authority)
    ? idle
    : null;
}

function parseMax(args: Arguments): number | null {
  const text = textOption(args, "max");
  if (text === null) return null;
  if (!/^\d+$/.test(text))
    throw new CommandError("wrong-use", `--max takes a number, not ${text}`, "mission pulse --max 2");
  return Number(text);
}
