/** The plan of a mission as a planner hands it over: one value, with the keys of the files that are made from it. */

/** Keys that are not named here go into the header of the file as they are. */
interface PlanPart {
  [key: string]: unknown;
  /** The name of its file or folder; left out, it is made from the title. */
  id?: string | undefined;
  title: string;
  /** Markdown below the header; left out, the title is the heading. */
  body?: string | undefined;
}

export interface PlanMission extends PlanPart {
  /** What is there when the mission is over: a paragraph of mission.md. */
  goal?: string | undefined;
  non_goals?: readonly string[] | undefined;
  constraints?: readonly string[] | undefined;
}

export interface PlanFeature extends PlanPart {
  /** What can be seen to hold: the list below `## Acceptance`. */
  acceptance?: readonly string[] | undefined;
}

export interface PlanMilestone extends PlanPart {
  features: readonly PlanFeature[];
}

export interface PlanAssertion {
  /** `VAL-AREA-001`. */
  id: string;
  title: string;
  text?: string | undefined;
  /** A command, or a check as in a `yaml verify` block; or a list of these. */
  verify?: unknown;
}

export interface Plan {
  mission: PlanMission;
  milestones: readonly PlanMilestone[];
  contract: readonly PlanAssertion[];
}
