import type { AskedCheck } from "../model/run.ts";
import type { MissionState } from "../model/state.ts";

/** Checks of config and mission: what judges a merge as a whole. `verify_only` replaces config's. */
export function missionChecksOf({ document, repository }: MissionState): readonly AskedCheck[] {
  const checks = document?.verifyOnly ?? [...repository.config.verify, ...(document?.verify ?? [])];
  return checks.map((check) => ({ check, assertion: null }));
}
