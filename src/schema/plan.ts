/** The shape of a plan, as `mission new --plan` and `mission check --plan` take it: the headers of the files, nested. */

import { z } from "zod";
import { featureHeader, milestoneHeader, missionHeader } from "./documents.ts";
import { checks } from "./documents-check.ts";

const title = z.string().regex(/\S/, "a title").max(200);
const lines = z.array(z.string().regex(/\S/, "a line of text")).optional();
const part = { id: z.string().optional(), title, body: z.string().optional() };

const feature = featureHeader.extend({ ...part, status: z.enum(["todo", "hold"]).optional(), acceptance: lines });

const milestone = milestoneHeader.extend({
  ...part,
  status: z.enum(["todo", "hold"]).optional(),
  features: z.array(feature),
});

const mission = missionHeader.extend({
  ...part,
  status: z.literal("planning").optional(),
  goal: z.string().optional(),
  non_goals: lines,
  constraints: lines,
});

const assertion = z.strictObject({
  id: z.string().regex(/^VAL(?:-[A-Z0-9]+)*-\d+$/, "VAL-AREA-001"),
  title,
  text: z.string().optional(),
  verify: checks,
});

/** Keys that are not known go into the files, where they are reported as a warning. */
export const planSchema = z.strictObject({
  mission,
  milestones: z.array(milestone),
  contract: z.array(assertion).default([]),
});
