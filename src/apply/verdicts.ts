import type { FeatureHead, Result, Verdict } from "../model/record.ts";
import type { HomeSnapshot } from "../model/snapshot.ts";

/** A verdict that took no process. */
export function verdictWithoutRun(
  home: HomeSnapshot,
  options: Pick<Verdict, "of" | "about" | "codeTree"> & { result: Result },
): Verdict {
  return {
    kind: "verdict",
    run: null,
    base: home.tip,
    baseCodeTree: home.codeTree,
    byRuntime: null,
    checks: [],
    assertions: [],
    override: null,
    ...options,
  };
}

/** The work does not merge with home. */
export function conflictVerdict(home: HomeSnapshot, head: FeatureHead, codeTree: string): Verdict {
  return verdictWithoutRun(home, {
    of: "gate",
    about: { kind: "features", features: [head] },
    codeTree,
    result: "conflict",
  });
}
