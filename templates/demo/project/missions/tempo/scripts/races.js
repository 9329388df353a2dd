import { readDistance } from "tempo/read-distance";

const races = { marathon: 42_195, "Half Marathon": 21_097.5, "5k": 5_000 };
for (const [race, metres] of Object.entries(races)) {
  if (readDistance(race) === metres) continue;
  console.error(`${race} is read as ${readDistance(race)} m, not ${metres} m`);
  process.exitCode = 1;
}
