import { printTime } from "tempo/print-time";
import { readTime } from "tempo/read-time";

for (let seconds = 0; seconds <= 4 * 3600; seconds += 1) {
  const text = printTime(seconds);
  if (readTime(text) === seconds) continue;
  console.error(`${seconds} s is printed as ${text}, which is read as ${readTime(text)} s`);
  process.exit(1);
}
