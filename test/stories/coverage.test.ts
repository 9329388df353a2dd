/** What can happen happens in a story: what no story tells is named here. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/decide/decide.ts";
import { deriveState } from "../../src/derive/state.ts";
import { DECISION_KINDS } from "../../src/model/decision.ts";
import { type AskKind, OUTCOMES, RECORD_KINDS } from "../../src/model/record.ts";
import { FEATURE_STATUSES, MILESTONE_STATUSES, MISSION_STATUSES } from "../../src/model/state.ts";
import { listStories, readStory, storyPath } from "./read-story.ts";
import { tellDecisions, tellState } from "./tell-story.ts";

interface Told {
  id: string;
  status: string;
  condition: { code: string };
}
interface ToldState {
  missions: (Told & {
    unjudged?: { code: string };
    runs: string[];
    asks: string[];
    milestones: (Told & { features: Told[] })[];
  })[];
}

const names = listStories();
// What is told is what is kept: another test compares the two.
const told = names.map((name) => {
  const story = readStory(name);
  const state = deriveState(story.snapshot);
  return { state: tellState(state, story), decisions: tellDecisions(decide(state), story) };
});
const states = told.map(({ state }) => JSON.parse(state) as ToldState);
const decisions = told.flatMap(({ decisions: some }) => JSON.parse(some) as { kind: string; ask?: { ask: string } }[]);
const missions = states.flatMap((state) => state.missions);
const milestones = missions.flatMap((mission) => mission.milestones);
const features = milestones.flatMap((milestone) => milestone.features);
const codesOf = (things: readonly Told[]) => things.map(({ status, condition }) => `${status} ${condition.code}`);

const ASK_KINDS: readonly AskKind[] = [
  ...(["question", "approval", "sign-off", "budget", "override", "review"] as const),
  ...(["follow", "home", "merge", "stale", "manual", "deadline"] as const),
];
/** Codes that no status shows: broken rules are told as quarantined, a merge that a person makes as an open ask. */
const UNSEEN = ["policy", "merge"];

/** `status code` by the design's table of statuses. */
const FEATURE_CODES = [
  ...["done done", "cancelled cancelled"],
  ...["reverted", "invalid", "held", "quarantined", "stopped"].map((code) => `blocked ${code}`),
  "in_progress running",
  ...["question", "approval", "sign-off", "budget", "inconclusive", "stale"].map((code) => `needs_input ${code}`),
  ...["gating", "reviewing", "landing"].map((code) => `review ${code}`),
  ...["attempts", "rounds", "loop", "breaker", "setup", "home-refused"].map((code) => `blocked ${code}`),
  ...["ready", "backoff", "slot", "scope", "budget", "quota", "provider", "held"].map((code) => `ready ${code}`),
  ...["no-capable-host", "unknown-role", "invalid-role"].map((code) => `ready ${code}`),
  ...["planning", "milestone", "dependency"].map((code) => `backlog ${code}`),
];
const MILESTONE_CODES = [
  ...["pending pending", "active active", "passed passed", "failed failed", "held held", "cancelled cancelled"],
  ...["validating validating", "validating follow", "needs_input follow"],
  ...["needs_input sign-off", "needs_input inconclusive"],
  ...["features", "invalid", "loop", "rounds", "failed", "denied", "setup", "breaker", "attempts"].map(
    (code) => `blocked ${code}`,
  ),
];
const MISSION_CODES = [
  ...["planning planning", "active active", "paused paused", "cancelled cancelled", "completed completed", "gone gone"],
  ...["validating validating", "validating closing"],
  ...["ledger", "home", "invalid", "empty", "features", "deadline", "sign-off", "budget", "question"].map(
    (code) => `blocked ${code}`,
  ),
];

describe("the stories", () => {
  it.each([
    ["status of a feature", FEATURE_STATUSES, features.map(({ status }) => status)],
    ["status of a milestone", MILESTONE_STATUSES, milestones.map(({ status }) => status)],
    ["status of a mission", MISSION_STATUSES, missions.map(({ status }) => status)],
    ["condition of a feature", FEATURE_CODES, codesOf(features)],
    ["condition of a milestone", MILESTONE_CODES, codesOf(milestones)],
    ["condition of a mission", MISSION_CODES, codesOf(missions)],
    ["outcome of a run", OUTCOMES, missions.flatMap(({ runs }) => runs.map((run) => run.split(" ")[1] ?? ""))],
    ["kind of record", RECORD_KINDS, names.flatMap(readRecordKinds)],
    ["kind of decision", DECISION_KINDS, decisions.map(({ kind }) => kind)],
    ["kind of ask that is decided", ASK_KINDS, decisions.flatMap(({ ask }) => ask?.ask ?? [])],
    ["kind of ask that is open", ASK_KINDS, missions.flatMap(({ asks }) => asks.map((ask) => ask.split(" ")[1] ?? ""))],
  ])("tell of each %s", (_, wanted: readonly string[], found: readonly string[]) => {
    expect(wanted.filter((each) => !found.includes(each))).toEqual([]);
  });

  it("tell of each code that deriving can give", () => {
    const unjudged = missions.flatMap(({ unjudged: told }) => told?.code ?? []);
    const seen = new Set([
      ...unjudged,
      ...[...missions, ...milestones, ...features].map((each) => each.condition.code),
    ]);
    expect(readCodes().filter((code) => !seen.has(code) && !UNSEEN.includes(code))).toEqual([]);
  });
});

function readRecordKinds(name: string): string[] {
  const records = readFileSync(storyPath(name, "history.md"), "utf8").matchAll(/^Mission-Record: (\S+)$/gm);
  return [...records].flatMap(([, kind]) => kind ?? []);
}

/** The codes of conditions as they stand in the source: a new one wants its story. Those of findings are no conditions. */
function readCodes(): string[] {
  const folder = join(import.meta.dirname, "../../src/derive");
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.startsWith("plan-"));
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
  const patterns = [
    /\b(?:condition|blocked|backlog|held|none)\(\s*"([a-z-]+)"/g,
    /\btell\(\s*"[a-z]+",\s*"([a-z-]+)"/g,
    /\bcode: "([a-z-]+)"/g,
  ];
  const found = patterns.flatMap((pattern) => {
    return texts.flatMap((text) => [...text.matchAll(pattern)].flatMap(([, code]) => code ?? []));
  });
  return [...new Set(found)].sort();
}
