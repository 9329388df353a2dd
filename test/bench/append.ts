/** P6: appending one record to a ledger, from a running program. */

import { systemClock } from "../../src/doors/clock.ts";
import { makeRunner } from "../../src/doors/git/process/spawn.ts";
import { openGit } from "../../src/doors/git-process.ts";
import { systemRandom } from "../../src/doors/random.ts";
import type { NewRecord } from "../../src/model/record.ts";
import { openAuthority } from "../../src/repo/authority.ts";
import { appendRecords } from "../../src/repo/ledger.ts";
import { type Measured, measurePair, timeCall } from "./measure.ts";
import { commitFiles, makeWorld, sourceFiles } from "./world.ts";

const COMMENT: NewRecord = {
  fact: { kind: "comment", feature: "schema", mentions: [] },
  by: "pulse@bench",
  homeTip: null,
  body: "A word.",
  attachments: {},
};
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

export async function benchAppend(rounds: number): Promise<Measured> {
  const world = makeWorld();
  commitFiles(world, sourceFiles(200), { checkout: false });
  const git = openGit({ cwd: world.repository, env: world.env });
  const runner = makeRunner(git.gitDir, world.env);
  const authority = openAuthority(git, { remote: null, refPrefix: "refs/mission" });
  const context = {
    git,
    authority,
    clock: systemClock,
    random: systemRandom,
    host: "bench",
    redact: (text: string) => text,
  };
  let tip: string | null = null;
  let floorTip = "";
  try {
    const row = await measurePair({
      id: "P6",
      what: "append one record",
      floorName: "git commit-tree + git update-ref",
      target: 1.2,
      rounds,
      ours: () =>
        timeCall(async () => {
          const outcome = await appendRecords(context, "bench", [COMMENT], { expected: tip });
          if (outcome.kind !== "won") throw new Error(`not appended: ${outcome.reason}`);
          tip = outcome.tip;
        }),
      floor: () =>
        timeCall(async () => {
          const parents = floorTip === "" ? [] : ["-p", floorTip];
          const commit = (
            await runner.demand(["commit-tree", EMPTY_TREE, ...parents], { input: "comment: a word\n" })
          ).stdout
            .toString()
            .trim();
          await runner.demand(["update-ref", "refs/floor/ledger", commit, floorTip || "0".repeat(40)]);
          floorTip = commit;
        }),
    });
    return { rows: [row], counts: [] };
  } finally {
    git.close();
    world.remove();
  }
}
