import { predict } from "tempo/predict";

const paces = [5_000, 10_000, 21_097.5, 42_195].map((metres) => predict("50:00", 10_000, metres) / metres);
if (paces[1] * 10_000 !== 3_000 || paces.some((pace, index) => pace <= (paces[index - 1] ?? 0))) {
  console.error(`the paces of longer and longer races: ${paces.join(", ")} s/m`);
  process.exit(1);
}
