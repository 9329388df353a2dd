/** `MUTANT=name node --import ./load.ts hunt.ts SEEDS`: seeds until the mutant is caught. Prints one line of JSON. */

import { simulate } from "../simulate.ts";
import { MUTANTS } from "./mutants.ts";

const mutant = MUTANTS.find(({ name }) => name === process.env.MUTANT);
if (!mutant) throw new Error("MUTANT names none");
const seeds = Number(process.argv[2] ?? 500);
console.log(JSON.stringify(await hunt(mutant, seeds)));

async function hunt({ name, mode, caughtAs }: typeof mutant & object, most: number) {
  for (let seed = 1; seed <= most; seed += 1) {
    const { violations } = await simulate({ seed, mode });
    const caught = violations.find((violation) => caughtAs.test(violation));
    if (caught !== undefined) return { name, seeds: seed, caught };
  }
  return { name, seeds: most, caught: null };
}
