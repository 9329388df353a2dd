/** Prints how long the files of src/ are: a measure to look at, not a reason to chop. */
import { globSync, readFileSync } from "node:fs";

const MAX_LINES = 300;

const files = globSync("src/**/*.ts")
  .map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 }))
  .sort((one, other) => one.lines - other.lines);

/** @param {number} share */
const linesAt = (share) => files[Math.ceil(files.length * share) - 1]?.lines ?? 0;
const longest = files.at(-1);
const tooLong = files.filter(({ lines }) => lines > MAX_LINES);

console.log(`${files.length} files in src, ${files.reduce((sum, { lines }) => sum + lines, 0)} lines`);
console.log(`lines a file: median ${linesAt(0.5)} (aim 70), 90th percentile ${linesAt(0.9)} (aim 200)`);
console.log(`longest: ${longest?.lines} (${longest?.path})`);
console.log(`over ${MAX_LINES}: ${tooLong.map(({ path, lines }) => `${path} (${lines})`).join(", ") || "none"}`);
