/** The plan out of what an agent handed over, and what in it is not an agent's to say. */

import { plainText } from "../../../format/plain-text.ts";
import type { Finding } from "../../../model/finding.ts";
import type { Plan } from "../../../planning/plan.ts";

export const PLAN_BYTES = 1024 * 1024;

/** A line of what is wrong instead of the text where there is none that could be a plan. */
export type TakenPlan = { text: string } | { missing: string };

/** What it wrote down, else what stands in a fence in its last message. */
export function takePlanText(written: string, said: string): TakenPlan {
  if (Buffer.byteLength(written) > PLAN_BYTES) return { missing: "the plan is larger than 1 MiB" };
  const text = written.trim() === "" ? fenced(said) : (fenced(written) ?? written);
  if (text === null || text.trim() === "")
    return { missing: "no plan was handed over, neither in the file nor in a fence in the last message" };
  return { text };
}

/** What stands in the first fence. */
function fenced(text: string): string | null {
  return /^```(?:ya?ml|json)?[ \t]*\n([\s\S]*?)^```/m.exec(text)?.[1] ?? null;
}

const MISSION = ["id", "title", "mode", "goal", "non_goals", "constraints", "body", "verify", "verify_only"];
const MILESTONE = ["id", "title", "body", "features", "verify", "fulfills"];
const FEATURE = [
  ...["id", "title", "body", "acceptance", "depends_on", "agent", "size", "priority", "risk"],
  ...["scope", "fulfills", "verify"],
];

/** Money, dates, secrets, where it lands and who signs are a person's words. */
export function findUnasked({ mission, milestones }: Plan): readonly Finding[] {
  const parts: [string, object, readonly string[]][] = [
    ["mission", mission, MISSION],
    ...milestones.flatMap((milestone, index): [string, object, readonly string[]][] => [
      [`milestones[${index}]`, milestone, MILESTONE],
      ...milestone.features.map((feature, at): [string, object, readonly string[]] => [
        `milestones[${index}].features[${at}]`,
        feature,
        FEATURE,
      ]),
    ]),
  ];
  return parts.flatMap(([place, part, known]) =>
    Object.keys(part)
      .filter((key) => !known.includes(key) && (part as Record<string, unknown>)[key] !== undefined)
      .map((key) => ({
        ...{ file: "the plan", line: 1, column: 1, severity: "error" as const, code: "unasked" },
        message: `${place}.${key} is not a planner's to say`,
        expected: known.join(", "),
      })),
  );
}

/** The plan with nothing in it that a terminal would obey. */
export function cleanPlan(plan: Plan): Plan {
  return clean(plan) as Plan;
}

function clean(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]));
}
