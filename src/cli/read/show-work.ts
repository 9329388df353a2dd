/** `show --diff`: what was made. */

import type { Git } from "../../doors/git.ts";
import type { RunEntry } from "../../model/ledger.ts";
import type { MissionState } from "../../model/state.ts";
import { renderDiff } from "../../view/diff.ts";
import { type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { nameOf, type Thing } from "../thing.ts";
import { lastRun } from "./handoff.ts";
import { pageOf } from "./look.ts";

const MAX_DIFF_BYTES = 4 * 1024 * 1024;

/** What landed, else what is delivered or kept, against the place where it left home. */
export async function showDiff(context: Context, thing: Thing, defaultTip: string | null): Promise<number> {
  const range = await rangeOf(context, thing, defaultTip);
  const name = nameOf(thing);
  if (!range) throw new CommandError("no-work", `there is no work of ${name} yet`, `mission show ${name}`);
  const text = await context.doors.git.diff(range.from, range.to, MAX_DIFF_BYTES);
  if (context.json) printJson(context, { schema: 1, thing: name, from: range.from, to: range.to, diff: text });
  else
    context.screen.print(
      text.trim() === "" ? `${name} changes no file.` : renderDiff(text, pageOf(context)).join("\n"),
    );
  return 0;
}

interface Range {
  from: string;
  to: string;
}

async function rangeOf({ doors: { git } }: Context, thing: Thing, defaultTip: string | null): Promise<Range | null> {
  if (thing.kind === "run") return runRange(thing.run);
  if (thing.kind === "mission" || thing.kind === "milestone") return homeRange(git, thing.mission, defaultTip);
  if (thing.kind !== "feature") {
    throw new CommandError("no-diff", `${nameOf(thing)} has no work of its own`, `mission show ${nameOf(thing)}`);
  }
  const { mission, feature } = thing;
  const landed = mission.ledger.byFeature.get(feature.id)?.landed.at(-1);
  if (feature.status === "done" && landed) {
    const parent = (await git.readCommit(landed.fact.commit))?.parents[0];
    if (parent !== undefined) return { from: parent, to: landed.fact.commit };
  }
  if (feature.head === null) return null;
  const base = mission.home === null ? null : await git.mergeBase(mission.home.tip, feature.head);
  return { from: base ?? lastRun(thing)?.claim.fact.base ?? feature.head, to: feature.head };
}

/** What a signature would bring to the default branch; on the default branch itself, all since the mission began. */
async function homeRange(git: Git, { home, ledger }: MissionState, defaultTip: string | null): Promise<Range | null> {
  if (home === null) return null;
  const began = ledger.created?.record.homeTip ?? null;
  const from = home.isDefault || defaultTip === null ? began : await git.mergeBase(defaultTip, home.tip);
  return from === null ? null : { from, to: home.tip };
}

function runRange({ claim, ended }: RunEntry): Range | null {
  const head = ended?.fact.head ?? claim.fact.head;
  return head === null ? null : { from: claim.fact.base, to: head };
}
