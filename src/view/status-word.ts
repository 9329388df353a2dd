import type { FeatureStatus, MilestoneStatus, MissionState, MissionStatus } from "../model/state.ts";
import { type Look, type Span, span } from "./span.ts";

type Status = FeatureStatus | MilestoneStatus | MissionStatus;

const LOOKS: Readonly<Record<Status, Look>> = {
  backlog: "quiet",
  ready: "plain",
  in_progress: "moving",
  review: "moving",
  needs_input: "waiting",
  blocked: "bad",
  done: "good",
  cancelled: "quiet",
  pending: "quiet",
  active: "plain",
  validating: "moving",
  passed: "good",
  failed: "bad",
  held: "waiting",
  planning: "plain",
  paused: "waiting",
  completed: "good",
  gone: "bad",
};

/** Nothing is wrong with a mission of which only a signature is due. */
export function missionWord({ status, condition }: Pick<MissionState, "status" | "condition">): Span {
  const isSigned = status === "blocked" && condition.code === "sign-off";
  return isSigned ? span("waits for a signature", "waiting") : statusWord(status);
}

/** The status in its colour. The word is the same everywhere: in files, JSON and on screen. */
export function statusWord(status: Status): Span {
  return span(status, LOOKS[status]);
}
