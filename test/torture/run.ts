/**
 * `npm run torture [-- --quick] [--only NAME] [--scenario NAME] [--seed N] [--jobs N]
 * [--minutes N]`: runs the parts one after the other and
 * prints one table. Exit code 1 where a figure is off its target.
 */

import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errnoLoop } from "./errno-loop.ts";
import { fullDisk } from "./full-disk.ts";
import { gitWrapper } from "./git-wrapper.ts";
import { killLoop } from "./kill-loop.ts";
import { emptyRow } from "./kit/trial.ts";
import { lieLoop } from "./lie-loop.ts";
import { mutants } from "./mutants.ts";
import { isOnTarget, type Part, type Row } from "./part.ts";
import { races } from "./races.ts";
import { randomKills } from "./random-kills.ts";
import { soak } from "./soak.ts";
import { unruly } from "./unruly.ts";

const PARTS: readonly Part[] = [
  killLoop,
  errnoLoop,
  lieLoop,
  gitWrapper,
  randomKills,
  fullDisk,
  races,
  unruly,
  soak,
  mutants,
];
/** One more than the usual two processors: a trial also waits. */
const JOBS = "3";
/** Ten parts, all in less than ten minutes on a quiet machine. */
const QUICK_MINUTES = 0.9;
const MINUTE_MS = 60_000;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    scenario: { type: "string", default: "" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    jobs: { type: "string", default: JOBS },
    minutes: { type: "string" },
  },
});

const place = realpathSync(mkdtempSync(join(tmpdir(), "git-mission-torture-")));
clearEnvironment(place);
const startedAt = Date.now();
const rows: Row[] = [];
try {
  console.log(`--seed ${values.seed}`);
  for (const part of PARTS.filter(({ name }) => name.includes(values.only))) rows.push(await runPart(part));
} finally {
  if (!process.env.TORTURE_KEEP) rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
printTable(rows);
process.exitCode = rows.length > 0 && rows.every(isOnTarget) ? 0 : 1;

/** A part that breaks is a row of its own: the others still run. */
async function runPart(part: Part): Promise<Row> {
  const { quick, scenario, seed, jobs, minutes } = values;
  const most = minutes === undefined ? (quick ? QUICK_MINUTES : Number.POSITIVE_INFINITY) : Number(minutes);
  const tell = (line: string): void =>
    console.error(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(6)} s  ${line}`);
  try {
    return await part.run({ quick, mostMs: most * MINUTE_MS, scenario, seed: Number(seed), jobs: Number(jobs), tell });
  } catch (error) {
    const note = `broken: ${error instanceof Error ? error.message : String(error)}`;
    return { ...emptyRow(part.name), notes: [note] };
  }
}

function printTable(all: readonly Row[]): void {
  console.log(
    "| part | trials | faults that happened | lost | twice | ungated | over budget | idle writes | longest stop | converged |",
  );
  console.log(`|${" --- |".repeat(10)}`);
  const print = (row: Row): void => {
    const { trials, faults, lost, duplicated, ungated, overBudget, idleWrites, longestStopMs, converged } = row;
    const stop = longestStopMs === null ? null : `${(longestStopMs / 1000).toFixed(1)} s`;
    const cells = [trials, faults, lost, duplicated, ungated, overBudget, idleWrites, stop, converged];
    console.log(`| ${row.name} | ${cells.map((cell) => cell ?? "-").join(" | ")} |`);
  };
  for (const row of all) print(row);
  if (all.length > 1) print({ name: "all", ...totals(all), notes: [] });
  for (const { name, notes } of all) for (const note of notes) console.log(`${name}: ${note}`);
}

function totals(all: readonly Row[]): Omit<Row, "name" | "notes"> {
  const sum = (figure: (row: Row) => number | null): number =>
    all.reduce((total, row) => total + (figure(row) ?? 0), 0);
  return {
    trials: sum(({ trials }) => trials),
    faults: sum(({ faults }) => faults),
    lost: sum(({ lost }) => lost),
    duplicated: sum(({ duplicated }) => duplicated),
    ungated: sum(({ ungated }) => ungated),
    overBudget: sum(({ overBudget }) => overBudget),
    idleWrites: sum(({ idleWrites }) => idleWrites),
    longestStopMs: all.reduce<number | null>((most, row) => Math.max(most ?? 0, row.longestStopMs ?? 0), null),
    converged: sum(({ converged }) => converged),
  };
}

/** Nothing of the person who types this reaches a world, or the other way round. */
function clearEnvironment(folder: string): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("GIT_")) delete process.env[name];
  const home = join(folder, "home");
  mkdirSync(home);
  Object.assign(process.env, {
    ...{
      HOME: home,
      TMPDIR: folder,
      XDG_STATE_HOME: join(home, ".local/state"),
      XDG_CONFIG_HOME: join(home, ".config"),
    },
    ...{ GIT_CONFIG_GLOBAL: join(home, ".gitconfig"), GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" },
    ...{ GIT_AUTHOR_NAME: "Test", GIT_AUTHOR_EMAIL: "test@example.com" },
    ...{ GIT_COMMITTER_NAME: "Test", GIT_COMMITTER_EMAIL: "test@example.com", LC_ALL: "C.UTF-8", TZ: "UTC" },
  });
}
