import { type ApplyContext, type Judged, judgeLeftover, removeLeftover } from "../../apply/clean.ts";
import type { LocalRun } from "../../model/run.ts";
import { openLedgers } from "../../observe/open-ledgers.ts";
import { type Leftover, renderLeftovers } from "../../view/leftovers.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { look, pageOf, type Sight } from "../read/look.ts";
import { cleanRefs } from "./clean-refs.ts";

const LOCK_WAIT_MS = 10_000;

export const command: Command = {
  name: "clean",
  summary: "delete what finished runs left, where it is proven that all of it is kept",
  group: "machine",
  arguments: [],
  options: [
    { usage: "--dry-run", about: "say what would be deleted, and delete nothing" },
    {
      usage: "--refs",
      about: "also the refs of landed work of completed missions: its single commits are lost, its landings stay",
    },
  ],
  example: "mission clean --dry-run",
  async run(context, args) {
    const dryRun = hasFlag(args, "dryRun");
    if (!dryRun && context.doors.insideRun)
      throw new CommandError(
        "inside-run",
        "a run may look, not delete: this is a person's to do",
        "mission clean --dry-run",
      );
    const told = await (dryRun
      ? cleanAll(context, args.options.refs === true, true)
      : withLock(context, () => cleanAll(context, args.options.refs === true, false)));
    if (context.json) printJson(context, { schema: 1, dry_run: dryRun, leftovers: told });
    else context.screen.print(renderLeftovers(told, pageOf(context)).join("\n"));
    return 0;
  },
};

async function withLock<T>({ doors }: Context, work: () => Promise<T>): Promise<T> {
  const lock = await doors.state.lock("host", LOCK_WAIT_MS);
  if (lock === null)
    throw new CommandError("busy", "another process of this host is at work", "mission clean, later", 4);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

async function cleanAll(context: Context, refs: boolean, dryRun: boolean): Promise<readonly Leftover[]> {
  const { doors } = context;
  const sight = await look(context, { fetch: true });
  const apply = { doors, ...(await openLedgers(doors, sight.snapshot)), snapshot: sight.snapshot };
  const told: Leftover[] = [];
  for (const run of sight.snapshot.localRuns) told.push(await cleanRun(apply, sight, run, dryRun));
  const unread = doors.state.listUnreadableRuns().map(({ run, folder, reason }): Leftover => {
    const bytes = doors.leftovers.measure(folder);
    return {
      name: run,
      folder,
      bytes,
      fate: "keep",
      because: `its order can't be read: ${reason}`,
      next: "mission doctor",
    };
  });
  if (!dryRun) await sweepTrash(context);
  return [...told, ...unread, ...(refs ? await cleanRefs(apply, sight, dryRun) : [])];
}

type Apply = Pick<ApplyContext, "doors" | "authority" | "snapshot">;

/** A person who asks waits for no time to pass: every workspace that is proven free goes, the rest of a folder when it is due. */
async function cleanRun(apply: Apply, { state }: Sight, run: LocalRun, dryRun: boolean): Promise<Leftover> {
  const { doors } = apply;
  const isDue = state.leftovers.some((each) => each.run === run.run && each.what === "folder");
  const what = run.remains?.workspace === false ? "folder" : "workspace";
  const place = what === "workspace" ? `${run.folder}/workspace` : run.folder;
  const leftover = { name: run.run, folder: place, bytes: doors.leftovers.measure(place) };
  if (run.closed && what === "folder" && !isDue) {
    const because = "its output and events stay while its feature is open, and for 14 days";
    return { ...leftover, fate: "keep", because, next: null };
  }
  const judged = await judgeLeftover(apply, run, { save: !dryRun });
  if (judged.fate.kind === "keep") return { ...leftover, fate: "keep", because: words(judged), next: judged.fate.next };
  if (!dryRun) await removeLeftover(apply, run, what);
  return { ...leftover, fate: dryRun ? "free" : "deleted", because: judged.fate.because, next: null };
}

function words({ fate, reason }: Judged): string {
  return reason === null ? fate.because : `${fate.because}: ${reason}`;
}

/** What a deletion that was cut off has left. */
async function sweepTrash({ doors }: Context): Promise<void> {
  const names = doors.files.list(`${doors.state.path}/runs`).filter((name) => name.includes(".trash-"));
  const runs = new Set(names.map((name) => name.replace(/\.trash-.*$/, "")));
  for (const run of runs) if (!doors.files.exists(doors.state.runFolder(run))) await doors.state.removeRun(run);
}
