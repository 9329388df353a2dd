/** A remote on which somebody else is always a little quicker. */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LIMITS } from "../../src/model/limits.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { pulseOnce, waitForRuns } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };

/** Puts a commit on a ref in the moment in which a push to it arrives. What is pushed lies apart until it is taken. */
const overtake = (ref: string, message: string) => `while read -r old new name; do
  [ "$name" = "${ref}" ] && [ -e overtaking ] || continue
  echo x >> overtaken
  unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
  tip=$(git rev-parse "$name")
  next=$(printf '${message}' | git -c user.name=Pete -c user.email=p@example.com commit-tree "$tip^{tree}" -p "$tip")
  git update-ref "$name" "$next" "$tip"
done
exit 0`;

test.each([
  ["home", "refs/heads/main", "A commit of Pete"],
  [
    "the ledger",
    "refs/mission/ledger/toy",
    "comment: mission\\n\\nHello.\\n\\nMission-Record: comment\\nBy: Pete <p@example.com>\\n",
  ],
])(
  "%s that moves between each look and its push: a pulse tries a few times and ends, and lands when it stands still",
  async (_what, ref, message) => {
    const world = aRemoteWorld({ mission: ONE });
    const anna = world.clone("Anna");
    await pulseOnce(anna);
    await waitForRuns(anna);
    world.hook("pre-receive", overtake(ref, message));
    const overtaken = () => (existsSync(count) ? readFileSync(count, "utf8").length / 2 : 0);
    const count = join(world.remote, "overtaken");
    writeFileSync(join(world.remote, "overtaking"), "");

    for (let pulses = 0; pulses < 2; pulses += 1) {
      const before = overtaken();
      const { result } = await pulseOnce(anna, { full: true });
      // The runs of gates push as well, for as long as their reports wait.
      if (ref.includes("heads")) expect(overtaken() - before).toBeLessThanOrEqual(LIMITS.passes);
      expect(result.applied.filter(({ applied }) => applied.kind === "lost").length).toBeLessThanOrEqual(LIMITS.passes);
      if (!ref.includes("ledger")) await waitForRuns(anna);
    }
    expect(overtaken()).toBeGreaterThanOrEqual(LIMITS.passes);
    expect(world.git("log", "--format=%s", "main")).not.toContain("Feature a");

    rmSync(join(world.remote, "overtaking"));
    await untilDone(anna, "a");
    expect(subjects(anna, "landed: a")).toHaveLength(1);
    expect(subjects(anna, "claim: a attempt")).toHaveLength(1);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);
