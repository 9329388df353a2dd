import { paceOf } from "tempo/pace";

const races = [["3:30:00", 42_195, 12_600], ["1:45:00", 21_097.5, 6_300], ["20:00", 5_000, 1_200]];
for (const [time, metres, seconds] of races) {
  const product = (paceOf(time, metres) * metres) / 1_000;
  if (Math.abs(product - seconds) < 1e-6) continue;
  console.error(`the pace of ${time} over ${metres} m comes to ${product} s, not ${seconds} s`);
  process.exitCode = 1;
}
