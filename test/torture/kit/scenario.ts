/** A story that a world lives through: what people do in it whenever it waits for them, and how it ends. */

import type { Machine } from "../../journeys/kit/machine.ts";
import type { Sight } from "../../journeys/kit/sight.ts";
import type { Stage, TemplateWords } from "./stage.ts";

/** Something a person does once all is at rest. Done again when it was cut off and is still called for. */
export interface Act {
  name: string;
  isDue(sight: Sight, machine: Machine): boolean;
  /** The command that is typed, as a process of its own; or what is done by hand. */
  type: (sight: Sight) => readonly string[] | ((machine: Machine) => void);
}

export interface Scenario {
  name: string;
  words: TemplateWords;
  acts: readonly Act[];
  /** What is not as it should be at the end, in words. */
  check(sight: Sight, stage: Stage): readonly string[];
  /** Features whose landings a person took off home. */
  rewritten?: readonly string[];
}

/** Answers the sign-offs and approvals that a mission asks for. */
export const SIGN: Act = {
  name: "sign",
  isDue: ({ asks }) => asks.some(isSignature),
  type: ({ asks }) => ["approve", asks.find(isSignature)?.about ?? ""],
};

function isSignature({ text }: Sight["asks"][number]): boolean {
  return /Sign it off/.test(text);
}

/** The mission is completed, all its features are done, and these files are on a branch of the authority. */
export function completed(files: Readonly<Record<string, string>>, branch = "main"): Scenario["check"] {
  return (sight, stage) => {
    const { status, condition, milestones } = sight.mission();
    const open = milestones.flatMap(({ features }) => features).filter((feature) => feature.status !== "done");
    return [
      ...(status === "completed" ? [] : [`the mission is ${status}: ${condition.message}`]),
      ...open.map((feature) => `${feature.id} is ${feature.status}: ${feature.condition.message}`),
      ...checkFiles(stage, files, branch),
    ];
  };
}

function checkFiles({ machines, authority }: Stage, files: Readonly<Record<string, string>>, branch: string): string[] {
  return Object.entries(files).flatMap(([path, text]) => {
    const found = machines[0]?.tryGit("-C", authority, "show", `${branch}:${path}`);
    return found?.out === text ? [] : [`${path} on ${branch} is ${JSON.stringify(found?.out)}`];
  });
}
