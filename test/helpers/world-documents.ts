/** Documents, filled with what a plain file of their kind gives. */

import { defaultConfig } from "../../src/format/documents/config-default.ts";
import type {
  Check,
  Config,
  FeatureDocument,
  MilestoneDocument,
  MissionDocument,
  Role,
  Runtime,
} from "../../src/model/documents.ts";
import { ALERT_AT } from "../../src/model/limits.ts";

export function bash(run: string): Check {
  return { method: "bash", run, timeoutMs: null, expectOutput: null };
}

/** `full`, active, with 200 USD and `npm test`. */
export function missionDocument(id: string, given: Partial<MissionDocument> = {}): MissionDocument {
  return {
    id,
    root: "missions",
    path: `missions/${id}`,
    file: `missions/${id}/mission.md`,
    title: `Build ${id}`,
    status: "active",
    mode: "full",
    home: "branch",
    signOff: "mission",
    budget: { usd: 200, hours: null, tokens: null, alertAt: ALERT_AT },
    deadline: null,
    land: "push",
    review: null,
    models: {},
    setup: [],
    verify: [bash("npm test")],
    verifyOnly: null,
    parallel: null,
    resources: [],
    preferences: null,
    body: "",
    at: {},
    ...given,
  };
}

export function milestoneDocument(
  mission: string,
  id: string,
  number: number,
  given: Partial<MilestoneDocument> = {},
): MilestoneDocument {
  const folder = `${String(number).padStart(2, "0")}-${id}`;
  return {
    id,
    folder,
    file: `missions/${mission}/milestones/${folder}/milestone.md`,
    title: id,
    status: "todo",
    verify: [],
    fulfills: [],
    body: "",
    at: {},
    ...given,
  };
}

/** Size M, risk green, with one acceptance criterion; its spec is `spec-<id>`. */
export function featureDocument(
  milestone: MilestoneDocument,
  id: string,
  given: Partial<FeatureDocument> = {},
): FeatureDocument {
  return {
    id,
    milestone: milestone.id,
    file: milestone.file.replace("milestone.md", `${id}.md`),
    title: id,
    status: "todo",
    dependsOn: [],
    agent: "coder",
    size: "M",
    priority: 3,
    risk: "green",
    budget: { usd: null, minutes: null, tokens: null },
    scope: [],
    fulfills: [],
    fixes: [],
    verify: [],
    secrets: [],
    was: null,
    body: "",
    acceptance: ["it works"],
    spec: `spec-${id}`,
    blob: `blob-${id}`,
    at: {},
    ...given,
  };
}

export function roleDocument(name: string, given: Partial<Role> = {}): Role {
  return {
    name,
    description: "",
    model: "standard",
    autonomy: "specialist",
    tools: [],
    limits: { minutes: null, usdPerRun: null, usdPerDay: null },
    runtime: null,
    body: "",
    file: `agents/${name}.md`,
    leftOut: [],
    at: {},
    ...given,
  };
}

export function runtimeDocument(name: string, given: Partial<Runtime> = {}): Runtime {
  return { name, kind: "command", run: [name], env: [], cost: "unknown", billing: null, folder: null, ...given };
}

export function configDocument(given: Partial<Config> = {}): Config {
  return { ...defaultConfig(), runtimes: [runtimeDocument("mine")], ...given };
}
