/** A remote whose address is a path from the checkout. */

import { relative } from "node:path";
import { expect, test } from "vitest";
import { programBuild } from "../../src/doors/package.ts";
import { isUnchanged } from "../../src/doors/quick-look.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { pulseUntilIdle, waitForRuns } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld } from "./kit/world.ts";

const HELD = { milestones: { first: { a: {}, b: { status: "hold" } } } };

test("a relative path as the remote's address: set up, claimed, landed there, and idle by the quick look", async () => {
  const world = aRemoteWorld({ mission: HELD });
  const anna = world.clone("Anna");
  anna.git("remote", "set-url", "origin", relative(anna.folder, world.remote));
  const { remote, defaultBranch, probe } = JSON.parse(await anna.must("init", "--json"));
  expect({ remote, defaultBranch, probe }).toMatchObject({
    remote: "origin",
    defaultBranch: "main",
    probe: { kind: "accepted" },
  });
  await untilDone(anna, "a");
  await waitForRuns(anna);
  expect(subjects(anna, "claim: a attempt")).toHaveLength(1);
  expect(world.git("show", "main:a.txt")).toBe("hello a");
  await pulseUntilIdle(anna);
  expect(isUnchanged({ cwd: anna.folder, env: anna.env, build: programBuild(), now: Date.now() + anna.ahead })).toBe(
    true,
  );
  await endWell(anna, { folder: world.remote });
}, 120_000);
