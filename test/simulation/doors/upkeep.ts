/** Git in memory leaves no debris, and what runs left is not cleaned there: both have their tests on real files. */

import type { Debris } from "../../../src/doors/git/debris/debris.ts";
import type { Leftovers } from "../../../src/doors/leftovers.ts";

export const NO_DEBRIS: Debris = {
  listLocks: () => [],
  listTornRefs: () => [],
  findLiveGit: () => "unknown",
  setAside: (path) => path,
  replace: (path) => path,
  readLogged: () => null,
  readPacked: () => null,
  searchCommits: async () => [],
};

export const NO_LEFTOVERS: Leftovers = {
  findOccupants: () => "unknown",
  readHeads: () => ({ kind: "none" }),
  measure: () => 0,
};
