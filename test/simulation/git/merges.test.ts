/**
 * Merges of thousands of small histories by real git and in memory: clean or not, the tree to the last byte of a conflict's
 * markers, the paths. `SEED` and `MERGES` choose which and how many.
 */

import { expect, test } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import { temporaryRepository } from "../../helpers/repositories.ts";
import { addRepository, makeDisk } from "./disk.ts";
import { openMemoryGit } from "./memory-git.ts";
import { RenameTerritory } from "./renames.ts";
import { makeStore } from "./repository.ts";
import { makeChance } from "./sequences/chance.ts";
import { importCases, writeCases } from "./sequences/merge-cases.ts";

const seed = Number(process.env.SEED ?? 77);
const count = Number(process.env.MERGES ?? 900);

test("histories merge in memory as they do in git, to the byte", { timeout: 60_000 + count * 100 }, async () => {
  const disk = makeDisk();
  addRepository(disk, makeStore(), { gitDir: "/memory", bare: true });
  const outside = { step: async () => {}, remote: async () => "answered" as const };
  const memory = openMemoryGit({ disk, gitDir: "/memory", network: new Map(), outside, identity: null });
  const folder = temporaryRepository();
  const real = openGit({ cwd: folder, env: process.env });
  const { pairs, stream } = await writeCases(memory, makeChance(seed), count);
  importCases(folder, stream);
  const expected = await real.mergeTrees(pairs);
  const totals = { clean: 0, conflict: 0, unrelated: 0, passedOver: 0 };
  const different: unknown[] = [];
  for (const [index, [ours, theirs]] of pairs.entries()) {
    const answer = await memory.mergeTree(ours, theirs).catch((error: unknown) => {
      if (error instanceof RenameTerritory) return null;
      throw error;
    });
    totals[answer?.kind ?? "passedOver"] += 1;
    if (answer !== null && JSON.stringify(answer) !== JSON.stringify(expected[index])) {
      different.push({ pair: [ours, theirs], real: expected[index], memory: answer });
    }
  }
  real.close();
  console.info(`${count} merges from SEED=${seed}: ${JSON.stringify(totals)}`);
  expect(different, `SEED=${seed}`).toEqual([]);
  expect(totals.passedOver).toBeLessThan(count / 4);
});
