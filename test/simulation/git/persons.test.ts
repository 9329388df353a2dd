/** What a person does by hand ends in memory as it ends in git. `SEED` and `PERSONS` choose which and how many. */

import { expect, test } from "vitest";
import { RenameTerritory } from "./renames.ts";
import { makeChance } from "./sequences/chance.ts";
import { act, makeDesk } from "./sequences/persons.ts";

const ACTS = 16;
const first = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
const count = Number(process.env.PERSONS ?? 3);

test("edits, commits, merges, reverts and rebases end as they do in git", { timeout: 60_000 + count * 20_000 }, () => {
  const failures: string[] = [];
  const totals = { done: 0, conflict: 0, refused: 0 };
  for (let seed = first; seed < first + count; seed += 1) {
    const desk = makeDesk(makeChance(seed));
    try {
      for (let left = ACTS; left > 0; left -= 1) act(desk);
    } catch (error) {
      if (!(error instanceof RenameTerritory)) failures.push(`SEED=${seed}: ${error}`);
    }
    for (const kind of ["done", "conflict", "refused"] as const) totals[kind] += desk.counts[kind];
  }
  console.info(`${count} persons from SEED=${first}: ${JSON.stringify(totals)}`);
  expect(failures).toEqual([]);
});
