import { printTime } from "tempo/print-time";
import { readTime } from "tempo/read-time";
import { evenSplits } from "tempo/splits";

const races = [["10 km", 10_000, "50:00"], ["half marathon", 21_097.5, "1:45:00"], ["marathon", 42_195, "3:30:00"]];
for (const [race, metres, time] of races) {
  const sum = evenSplits(time, metres).reduce((total, split) => total + split, 0);
  if (sum === readTime(time)) continue;
  console.error(`a ${race} in ${time}: its splits add up to ${printTime(sum)}`);
  process.exitCode = 1;
}
