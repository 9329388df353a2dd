/** Gates of merges between home and the default branch: their verdicts, and why there is none. */

import type { Entry, RunEntry } from "../model/ledger.ts";
import type { About, Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { covers } from "./checks.ts";
import { deriveTrouble, type Trouble } from "./judge-trouble.ts";

type IsAbout = (about: About) => boolean;

/** The last verdict on such a merge that answers all that is asked, on a base or with a result of this code. */
export function findMergeVerdict(
  { ledger }: MissionSnapshot,
  isAbout: IsAbout,
  asked: readonly AskedCheck[],
  tree: { baseCodeTree: string } | { codeTree: string },
): Entry<Verdict> | null {
  const [key, value] =
    "codeTree" in tree ? (["codeTree", tree.codeTree] as const) : (["baseCodeTree", tree.baseCodeTree] as const);
  const isIt = ({ fact }: Entry<Verdict>) => fact.of === "gate" && isAbout(fact.about) && fact[key] === value;
  return ledger.verdicts.findLast((entry) => isIt(entry) && covers(entry, asked)) ?? null;
}

/** How many gates of such a merge have passed. */
export function countPassed({ ledger }: MissionSnapshot, isAbout: IsAbout): number {
  return ledger.verdicts.filter(({ fact }) => fact.of === "gate" && isAbout(fact.about) && fact.result === "passed")
    .length;
}

export function isGating({ ledger }: MissionSnapshot, isAbout: IsAbout): boolean {
  return ledger.live.some((run) => isMergeGate(run, isAbout));
}

/** Why no further gate of such a merge is started. */
export function mergeTrouble({ ledger }: MissionSnapshot, isAbout: IsAbout, base: string | null): Trouble | null {
  const runs = [...ledger.runs.values()].filter((run) => isMergeGate(run, isAbout));
  return deriveTrouble(runs, { what: "gate", base, since: -1 });
}

function isMergeGate({ claim }: RunEntry, isAbout: IsAbout): boolean {
  return claim.fact.runKind === "gate" && isAbout(claim.fact.about);
}
