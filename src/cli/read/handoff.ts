import { join } from "node:path";
import type { RunEntry } from "../../model/ledger.ts";
import type { Context } from "../command.ts";
import type { Thing } from "../thing.ts";

/** The last work run of a feature. */
export function lastRun({ mission, feature }: Extract<Thing, { kind: "feature" }>): RunEntry | null {
  const runs = mission.ledger.byFeature.get(feature.id)?.runs ?? [];
  return runs.findLast(({ claim }) => claim.fact.runKind === "work") ?? null;
}

/** What a run handed over: from its record, or while that is not written from its folder here. null without one. */
export async function readHandoff({ doors }: Context, run: RunEntry | null): Promise<string | null> {
  return run === null ? null : readRunFile({ doors }, run, { attachment: "handoff.md", file: "handoff.md" });
}

/** Text that a run left behind, wherever it can be found. */
export async function readRunFile(
  { doors }: Pick<Context, "doors">,
  run: RunEntry,
  names: { attachment: string; file: string },
): Promise<string | null> {
  const local = readLocalFile({ doors }, run.run, names.file);
  if (local !== null) return local;
  const object = run.ended ? await doors.git.readObject(`${run.ended.record.id}:${names.attachment}`) : null;
  return object === null ? null : object.bytes.toString("utf8");
}

/** A file in a run's folder on this host. The ledger may name runs that no folder of ours could have. */
export function readLocalFile({ doors }: Pick<Context, "doors">, run: string, file: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(run) ? doors.files.readText(join(doors.state.runFolder(run), file)) : null;
}
