import type { Adopt, Applied } from "../model/decision.ts";
import { type ApplyContext, append, pulseRecord, subjectOf } from "./context.ts";

/** Records that a feature is on home, whoever brought it there. */
export async function applyAdopt(context: ApplyContext, decision: Adopt): Promise<Applied> {
  const { mission, feature, spec } = decision;
  const { home } = subjectOf(context, mission);
  const record = pulseRecord(
    context,
    home.tip,
    { kind: "landed", feature, run: null, spec, commit: home.tip, codeTree: home.codeTree },
    "Home says done.",
  );
  return append(context, decision, [record], { detail: `${mission}/${feature} is done on ${home.branch}` });
}
