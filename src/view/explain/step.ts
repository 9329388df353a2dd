/** One record as a transition: what happened, who did it and why, on which inputs, at what cost. */

import { thingName } from "../../model/ids.ts";
import type { About, Fact, LedgerRecord, RunEnded, Usage, Verdict } from "../../model/record.ts";
import type { FeatureState, MissionState } from "../../model/state.ts";
import { aboutNames } from "../log.ts";
import { usdText } from "../money.ts";
import { shortRun } from "../run-name.ts";
import { runRole } from "../run-role.ts";
import { durationText } from "../time.ts";
import { type CodeTrees, findWarrant } from "./landing.ts";

/** An input of a step: a commit, a tree, a binding. */
export interface Input {
  name: string;
  value: string;
}

export interface Step {
  /** Commit of the record. */
  id: string;
  at: number;
  kind: Fact["kind"];
  /** Person or process that said it, and the host that recorded it. */
  by: string;
  isPerson: boolean;
  /** Run that it is about or that it came from. */
  run: string | null;
  /** One sentence: what happened. */
  what: string;
  /** The words that came with it: evidence, question, answer, reason. null where there are none. */
  why: string | null;
  inputs: readonly Input[];
  /** What was run and what came of it. */
  commands: readonly { result: string; label: string }[];
  cost: Usage | null;
  billing: "api" | "subscription" | null;
}

interface Around {
  thing: string;
  codeTrees: CodeTrees;
}

interface Told {
  what: string;
  why?: string | null;
  inputs?: readonly (Input | null)[];
  commands?: Step["commands"];
  cost?: Usage;
  billing?: Step["billing"];
}

/** `thing`: what the page is about, which need not be named again. */
export function tellStep(mission: MissionState, record: LedgerRecord, { thing, codeTrees }: Around): Step {
  const { id, at, fact, by } = record;
  const told = tell(mission, record, { thing, codeTrees });
  return {
    id,
    at,
    kind: fact.kind,
    by,
    isPerson: !/^(?:pulse|run)@/.test(by),
    run: "run" in fact ? fact.run : null,
    what: told.what,
    why: told.why === undefined ? firstLine(record.body) : told.why,
    inputs: (told.inputs ?? []).filter((input) => input !== null),
    commands: told.commands ?? [],
    cost: told.cost ?? null,
    billing: told.billing ?? null,
  };
}

function tell(mission: MissionState, record: LedgerRecord, around: Around): Told {
  const { fact, body, homeTip } = record;
  switch (fact.kind) {
    case "created":
      return { what: `it began; home is ${fact.home}`, inputs: [input("home", homeTip)] };
    case "claim":
      return tellClaim(mission, fact, around);
    case "run-ended":
      return tellEnd(mission, record, fact);
    case "verdict":
      return tellVerdict(mission, record, fact, around);
    case "landed":
      return tellLanding(mission, record, fact, around);
    case "merged":
      return {
        what: `${thingName(mission.id, fact.milestone === "final" ? null : fact.milestone)} is on the default branch as ${short(fact.commit)}`,
        inputs: [input("signed", fact.head)],
      };
    case "asked":
      return {
        what: `q${askNumber(mission, record)} asks: ${fact.ask}`,
        inputs: [input("bound to", fact.boundTo), input("risk", fact.risk)],
        commands: listAfter(body, /^It needs consent for:$/).map((label) => ({ result: "asked", label })),
      };
    case "answered":
      return {
        what: `q${fact.ask} ${fact.decision === "answer" ? "answered" : fact.decision}${isVoid(mission, record) ? ", without effect" : ""}`,
        inputs: [input("bound to", fact.boundTo)],
      };
    case "comment":
      return { what: "a word in the thread" };
    case "control":
      return { what: `${fact.action} ${fact.target}` };
    case "blocked":
      return { what: `refused: ${fact.reason}` };
    case "amended":
      return { what: `home was changed as ${short(fact.commit)}`, why: fact.because };
    case "completed":
      return {
        what: `closed as ${short(fact.commit)}: ${usdText(fact.costUsd)}, ${durationText(fact.minutes * 60_000)}`,
        why: body.trim() === "" ? null : firstLine(body),
      };
  }
}

const KINDS = {
  work: "work",
  gate: "gate",
  review: "review",
  validate: "validation",
  plan: "planning",
  learn: "learning",
};

function tellClaim(mission: MissionState, fact: Extract<Fact, { kind: "claim" }>, around: Around): Told {
  const attempt = fact.runKind === "work" ? `, attempt ${fact.attempt}` : "";
  const reserved = [
    fact.reserveUsd > 0 ? usdText(fact.reserveUsd) : "",
    fact.reserveMinutes > 0 ? durationText(fact.reserveMinutes * 60_000) : "",
    fact.reserveTokens > 0 ? `${fact.reserveTokens} tokens` : "",
  ];
  return {
    what: `${KINDS[fact.runKind]}${ofWords(mission, fact.about, around)} began on ${fact.host}${attempt}`,
    inputs: [
      input("base", fact.base),
      fact.head === fact.base ? null : input("starts at", fact.head),
      input("spec", fact.spec === "" ? null : fact.spec),
      input("may cost", reserved.filter((part) => part !== "").join(", ") || null),
    ],
  };
}

function tellEnd(mission: MissionState, { id, body }: LedgerRecord, fact: Extract<Fact, { kind: "run-ended" }>): Told {
  const run = mission.ledger.runs.get(fact.run);
  const name = run ? shortRun(run) : fact.run;
  const isLate = run?.ended != null && run.ended.record.id !== id;
  return {
    what: isLate ? `${name} corrected its cost` : `${name} ended: ${fact.outcome}`,
    why: firstLine(body),
    commands: listAfter(body, /^\d+ requests? (?:was|were) denied:$/).map((label) => ({ result: "denied", label })),
    inputs: [
      input("work", fact.head),
      input("agent", run ? runRole(mission, run, featuresOf(mission)) : (fact.agent ?? null)),
      input("program", programText(fact)),
      input("protected", fact.protectedPaths.join(", ") || null),
      input("outside its scope", fact.outsidePaths.join(", ") || null),
    ],
    cost: fact.usage,
    billing: fact.billing ?? null,
  };
}

/** `claude 2.1.197 sonnet`; a runtime that is called otherwise than its program comes first. */
function programText({ runtime, program, model }: RunEnded): string | null {
  const isNamed = runtime !== null && program?.split(" ")[0] !== runtime;
  return [isNamed ? runtime : null, program, model].filter((part) => part !== null).join(" ") || null;
}

function featuresOf({ milestones }: MissionState): ReadonlyMap<string, FeatureState> {
  return new Map(milestones.flatMap(({ features }) => features.map((feature) => [feature.id, feature] as const)));
}

function tellVerdict(mission: MissionState, { body }: LedgerRecord, fact: Verdict, around: Around): Told {
  const heads = fact.about.kind === "features" ? fact.about.features : [];
  const by = fact.override === null ? "" : ", by a person";
  return {
    what: `${KINDS[fact.of]}${ofWords(mission, fact.about, around)}: ${fact.result}${by}`,
    // The words of a gate are those of its checks, which stand below.
    why: fact.override ?? (fact.of === "review" ? firstLine(body) : null),
    inputs: [
      ...heads.map(({ feature, head }) => input(heads.length > 1 ? `work of ${feature}` : "work", head)),
      fact.about.kind === "sign" || fact.about.kind === "follow" ? input("head", fact.about.head) : null,
      input("code tree", fact.codeTree),
      input("base", fact.base),
      input("runtime", fact.byRuntime),
    ],
    commands: [
      ...fact.checks.map(({ result, label }) => ({ result, label })),
      ...fact.assertions.map(({ result, id }) => ({ result, label: id })),
    ],
  };
}

function tellLanding(
  mission: MissionState,
  record: LedgerRecord,
  fact: Extract<Fact, { kind: "landed" }>,
  { thing, codeTrees }: Around,
): Told {
  const warrant = findWarrant(mission.ledger, record, fact, codeTrees);
  const name = thingName(mission.id, fact.feature);
  const what = `${name === thing ? "" : `${name} `}landed as ${short(fact.commit)}`;
  const inputs = [input("onto", record.homeTip), input("code tree", fact.codeTree), input("spec", fact.spec)];
  if (fact.run === null) return { what: `${what}, brought by a person`, inputs };
  if (warrant === null) return { what, why: "no verdict let it land: mission audit", inputs };
  const why = `verdict ${short(warrant.verdict.record.id)} (${warrant.verdict.fact.result}): ${warrant.held}`;
  return { what, why, inputs: [...inputs, input("verdict", warrant.verdict.record.id)] };
}

/** ` of crm/auth, crm/list`; nothing where that is what the page is about. */
function ofWords(mission: MissionState, about: About, { thing }: Around): string {
  const names = aboutNames(mission.id, about);
  return names.length === 1 && names[0] === thing ? "" : ` of ${names.join(", ")}`;
}

function input(name: string, value: string | null): Input | null {
  return value === null ? null : { name, value };
}

function askNumber({ ledger }: MissionState, { id }: LedgerRecord): string {
  return String(ledger.asks.find(({ asked }) => asked.record.id === id)?.number ?? "?");
}

/** The first answer holds, and only one to what was asked. */
function isVoid({ ledger }: MissionState, { id, fact }: LedgerRecord): boolean {
  return fact.kind === "answered" && ledger.asks[fact.ask - 1]?.answered?.record.id !== id;
}

function short(id: string): string {
  return id.slice(0, 10);
}

/** The list below the last line that says what it is of: above it stand words of a worker. */
function listAfter(body: string, head: RegExp): string[] {
  const lines = body.split("\n");
  const at = lines.findLastIndex((line) => head.test(line));
  const rest = at === -1 ? [] : lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith("- "));
  return rest.slice(0, end === -1 ? rest.length : end).map((line) => line.slice(2));
}

function firstLine(body: string): string | null {
  return body.trim().split("\n")[0]?.trim() || null;
}
