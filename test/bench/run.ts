/**
 * `npm run bench`: the rows of the speed scorecard, each against its floor in the same rounds; a ratio beyond 1.5 times its
 * target fails. `-- --quick` takes few rounds on a machine that may be busy: it prints the ratios and holds the exact counts.
 * Ids of rows, such as `P3 P7`, measure these alone; `--thousand` starts 1,000 runs for P9 and not 200; `--write` puts the
 * table into the page beside this file.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { join } from "node:path";
import { benchAppend } from "./append.ts";
import { benchClaims } from "./claims.ts";
import { benchDispatch } from "./dispatch.ts";
import { benchManyDispatches } from "./dispatch-many.ts";
import { benchFold } from "./fold.ts";
import { benchIdlePulse } from "./idle-pulse.ts";
import { benchLanding } from "./landing.ts";
import type { Count, Measured, Row } from "./measure.ts";
import { benchReading } from "./reading.ts";
import { benchStart } from "./start.ts";

const SLACK = 1.5;
const BEGIN = "<!-- what `npm run bench -- --write` measured -->";
const END = "<!-- end -->";

const quick = process.argv.includes("--quick");
const inARow = process.argv.includes("--thousand") ? 1_000 : 200;
/** Ids of rows, to measure these alone. */
const asked = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const pick = <T>(few: T, all: T): T => (quick ? few : all);

const benches: readonly (readonly [ids: readonly string[], measure: () => Promise<Measured>])[] = [
  [["P1"], () => benchStart(pick(7, 25))],
  [["P2"], () => benchIdlePulse(100, pick(7, 25))],
  ...pick([], [[["P2"], () => benchIdlePulse(500, 25)] as const]),
  [["P3", "P4", "P5"], () => benchReading(pick(20, 100), pick(3, 11))],
  [["P6"], () => benchAppend(pick(30, 200))],
  [["P7"], () => benchFold(pick(2_000, 10_000), pick(3, 11))],
  [["P8"], () => benchDispatch(200, pick(5, 15))],
  ...pick([], [[["P8"], () => benchDispatch(20_000, 7)] as const]),
  [["P9"], () => benchManyDispatches(pick(2, 7), pick(8, inARow))],
  [["P10"], () => benchLanding(pick(2_000, 20_000), pick(3, 9))],
  [["P11"], () => benchClaims(pick(3, 15))],
];

const rows: Row[] = [];
const counts: Count[] = [];
for (const [ids, measure] of benches) {
  if (asked.length > 0 && !ids.some((id) => asked.includes(id))) continue;
  const measured = await measure();
  rows.push(...measured.rows);
  counts.push(...measured.counts);
}

const lines = [
  `${execFileSync("git", ["--version"], { encoding: "utf8" }).trim()}, node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? arch()}, ${platform()}.`,
  ...pick(["Few rounds, and smaller repositories for P3, P4, P5, P7, P9 and P10: the ratios are a first look."], []),
  "",
  "| row | what | ours ms | floor | floor ms | ratio | target | rounds |",
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
  ...rows.map(({ id, what, oursMs, floor, floorMs, ratio, target, rounds }) => {
    const cells = [id, what, oursMs.toFixed(1), floor, floorMs.toFixed(1), ratio.toFixed(2), target, rounds];
    return `| ${cells.join(" | ")} |`;
  }),
  "",
  "| counted | is | at most |",
  "| --- | --- | --- |",
  ...counts.map(({ what, is, atMost }) => `| ${what} | ${is} | ${atMost} |`),
];
console.log(lines.join("\n"));
if (process.argv.includes("--write")) writeTable(lines);

const slow = pick([], rows)
  .filter(({ ratio, target }) => ratio > target * SLACK)
  .map(({ what }) => `${what} is beyond ${SLACK} times its target`);
const wrong = counts.filter(({ is, atMost }) => is > atMost).map(({ what, is }) => `${what}: ${is}`);
for (const problem of [...slow, ...wrong]) console.error(problem);
process.exitCode = slow.length + wrong.length > 0 ? 1 : 0;

/** Puts what was measured between the marks of the page beside this file. */
function writeTable(table: readonly string[]): void {
  const page = join(import.meta.dirname, "README.md");
  const [before = "", rest = ""] = readFileSync(page, "utf8").split(BEGIN);
  const after = rest.slice(rest.indexOf(END));
  writeFileSync(page, [before, BEGIN, "\n", table.join("\n"), "\n", after].join(""));
}
