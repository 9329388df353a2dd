/**
 * `npm run bench`: the rows of the speed scorecard, each against its floor in the same rounds; a ratio beyond 1.5 times its
 * target fails. `-- --quick` takes few rounds on a machine that may be busy: it prints the ratios and holds the exact counts.
 */

import { execFileSync } from "node:child_process";
import { arch, cpus, platform } from "node:os";
import { benchAppend } from "./append.ts";
import { benchDispatch } from "./dispatch.ts";
import { benchIdlePulse, type IdleCounts } from "./idle-pulse.ts";
import type { Row } from "./measure.ts";
import { benchStart } from "./start.ts";

const SLACK = 1.5;

const quick = process.argv.includes("--quick");
const rounds = quick ? 7 : 25;
const rows: Row[] = [];
const counts: IdleCounts[] = [];

rows.push(...(await benchStart(rounds)));
for (const missions of quick ? [100] : [100, 500]) {
  const { row, counts: counted } = await benchIdlePulse(missions, rounds);
  rows.push(row);
  counts.push(counted);
}
rows.push(await benchAppend(quick ? 30 : 200));
rows.push(await benchDispatch(200, quick ? 5 : 15));
if (!quick) rows.push(await benchDispatch(20_000, 7));

console.log(
  `node ${process.version}, ${execFileSync("git", ["--version"], { encoding: "utf8" }).trim()}, ${cpus().length} x ${cpus()[0]?.model ?? arch()}, ${platform()}`,
);
console.log(
  "| row | what | ours ms | floor | floor ms | ratio | target |\n| --- | --- | --- | --- | --- | --- | --- |",
);
for (const { id, what, oursMs, floor, floorMs, ratio, target } of rows) {
  console.log(
    `| ${id} | ${what} | ${oursMs.toFixed(1)} | ${floor} | ${floorMs.toFixed(1)} | ${ratio.toFixed(2)} | ${target} |`,
  );
}
for (const { features, gitProcesses, missionFilesRead } of counts) {
  console.log(
    `idle pulse at ${features} features: ${gitProcesses} git process, ${missionFilesRead} mission files read`,
  );
}
const slow = (quick ? [] : rows)
  .filter(({ ratio, target }) => ratio > target * SLACK)
  .map(({ what }) => `${what} is beyond ${SLACK} times its target`);
const wrong = counts
  .filter(({ gitProcesses, missionFilesRead }) => gitProcesses !== 1 || missionFilesRead !== 0)
  .map(({ features }) => `the idle pulse at ${features} features is not one git process and no file`);
for (const problem of [...slow, ...wrong]) console.error(problem);
process.exitCode = slow.length + wrong.length > 0 ? 1 : 0;
