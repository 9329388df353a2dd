/** The timeline: each record of the ledgers as one entry, oldest first. */

import { thingName } from "../model/ids.ts";
import type { About, CostSource, Fact, LedgerRecord, RunEnded, Verdict } from "../model/record.ts";
import type { FeatureState, MissionState } from "../model/state.ts";
import { costOf } from "./cost-share.ts";
import { type CsvCell, csvText } from "./csv.ts";
import { moneyText, usdText } from "./money.ts";
import type { Page } from "./page.ts";
import { shortRun } from "./run-name.ts";
import { runRole } from "./run-role.ts";
import { shortHashes } from "./short-hash.ts";
import { type Look, span } from "./span.ts";
import { renderTable } from "./table.ts";
import { dateText, durationText, isoText } from "./time.ts";

export interface LogEntry {
  /** Commit of the record. */
  id: string;
  at: number;
  mission: string;
  kind: Fact["kind"] | "unreadable";
  /** Things that it is about, as a person names them. */
  about: readonly string[];
  run: string | null;
  host: string | null;
  /** Who did it: a person, or the program on a host. */
  by: string;
  text: string;
  /** What a run cost, on the record that says so. */
  usd: number | null;
  cost_source: CostSource | null;
  minutes: number | null;
  tokens_in: number | null;
  tokens_out: number | null;
  tokens_cached: number | null;
  runtime: string | null;
  model: string | null;
  /** The role that was at work in a run. */
  agent: string | null;
  billing: "api" | "subscription" | null;
}

type Spent = Pick<
  LogEntry,
  | "usd"
  | "cost_source"
  | "minutes"
  | "tokens_in"
  | "tokens_out"
  | "tokens_cached"
  | "runtime"
  | "model"
  | "agent"
  | "billing"
>;

const NOTHING_SPENT: Spent = {
  usd: null,
  cost_source: null,
  minutes: null,
  tokens_in: null,
  tokens_out: null,
  tokens_cached: null,
  runtime: null,
  model: null,
  agent: null,
  billing: null,
};

const LOOKS: Readonly<Partial<Record<LogEntry["kind"], Look>>> = {
  landed: "good",
  merged: "good",
  completed: "good",
  asked: "waiting",
  blocked: "bad",
  unreadable: "bad",
};

/** The records of a mission's ledger since its last `created`, in ledger order; with `most` only the last ones. */
export function listLog(mission: MissionState, most = Number.POSITIVE_INFINITY): readonly LogEntry[] {
  const numbers = new Map(mission.ledger.asks.map(({ asked, number }) => [asked.record.id, number]));
  const records = most < mission.ledger.records.length ? mission.ledger.records.slice(-most) : mission.ledger.records;
  const features = new Map(
    mission.milestones.flatMap((milestone) => milestone.features.map((each) => [each.id, each])),
  );
  const entries = records.map((record) => entryOf(mission, record, { numbers, features }));
  const unreadable = mission.ledger.unreadable.map(({ id, at, reason }): LogEntry => {
    return {
      id,
      at,
      mission: mission.id,
      kind: "unreadable",
      about: [mission.id],
      run: null,
      host: null,
      by: "",
      text: reason,
      ...NOTHING_SPENT,
    };
  });
  return [...entries, ...unreadable];
}

export function renderLog(entries: readonly LogEntry[], page: Page): string[] {
  const rows = entries.map((entry) => ({
    cells: [
      span(dateText(entry.at, page), "quiet"),
      span(entry.kind, LOOKS[entry.kind] ?? "plain"),
      span(shownAbout(entry)),
    ],
    text: [span(shortHashes(entry.text)), span(isPerson(entry) ? ` by ${entry.by}` : "", "quiet")].filter(
      ({ text }) => text !== "",
    ),
    fit: "wrap" as const,
  }));
  return renderTable(rows, page);
}

/** The entries of `mission log --json`: `{ schema, entries }`. */
export function logJson(entries: readonly LogEntry[]) {
  return { schema: 1, entries: entries.map((entry) => ({ ...entry, at: isoText(entry.at) })) };
}

/** Columns of `mission log --csv`: those of the JSON under the same names, in this order for good. */
const COLUMNS = [
  ...(["id", "at", "mission", "kind", "about", "run", "host", "by", "text", "usd"] as const),
  ...(["cost_source", "minutes", "tokens_in", "tokens_out", "tokens_cached", "runtime", "model"] as const),
  ...(["agent", "billing"] as const),
] as const;

/** One line a record. Times are ISO 8601 in UTC, money, minutes and tokens are numbers, names of things lie between spaces. */
export function logCsv(entries: readonly LogEntry[]): string {
  const rows = entries.map((entry) =>
    COLUMNS.map((column): CsvCell => {
      if (column === "at") return isoText(entry.at);
      return column === "about" ? entry.about.join(" ") : entry[column];
    }),
  );
  return csvText(COLUMNS, rows);
}

/** The program writes as `pulse@host` and `run@host`: on which host is a matter for `--json`. */
function isPerson({ by }: LogEntry): boolean {
  return by !== "" && !/^(?:pulse|run)@/.test(by);
}

/** A chain of many features would leave no room for what happened. */
function shownAbout({ about }: LogEntry): string {
  return about.length > 2 ? `${about[0]} and ${about.length - 1} more` : about.join(", ");
}

interface Around {
  /** Of asks, by record. */
  numbers: ReadonlyMap<string, number>;
  features: ReadonlyMap<string, FeatureState>;
}

function entryOf(mission: MissionState, record: LedgerRecord, { numbers, features }: Around): LogEntry {
  const { fact } = record;
  const run = "run" in fact ? fact.run : null;
  const entry = run === null ? null : (mission.ledger.runs.get(run) ?? null);
  const claim = entry?.claim.fact ?? null;
  const agent = entry && runRole(mission, entry, features);
  return {
    id: record.id,
    at: record.at,
    mission: mission.id,
    kind: fact.kind,
    about: aboutOf(mission, fact, claim?.about ?? null),
    run,
    host: claim?.host ?? null,
    by: record.by,
    text: textOf(mission, record, { numbers, agent }),
    ...(fact.kind === "run-ended" ? spentBy(fact, agent) : NOTHING_SPENT),
  };
}

function spentBy({ usage, runtime, model, billing }: RunEnded, agent: string | null): Spent {
  return {
    usd: usage.costUsd,
    cost_source: usage.costSource,
    minutes: usage.minutes,
    tokens_in: usage.tokensIn,
    tokens_out: usage.tokensOut,
    tokens_cached: usage.tokensCached,
    runtime,
    model,
    agent,
    billing: billing ?? null,
  };
}

/** Names of what a run, verdict or ask is about. */
export function aboutNames(mission: string, about: About): string[] {
  switch (about.kind) {
    case "feature":
      return [thingName(mission, about.feature)];
    case "features":
      return about.features.map(({ feature }) => thingName(mission, feature));
    case "milestone":
    case "sign":
      return [thingName(mission, about.milestone === "final" ? null : about.milestone)];
    default:
      return [mission];
  }
}

function aboutOf(mission: MissionState, fact: Fact, run: About | null): string[] {
  switch (fact.kind) {
    case "claim":
    case "verdict":
      return aboutNames(mission.id, fact.about);
    case "run-ended":
      return run ? aboutNames(mission.id, run) : [mission.id];
    case "landed":
      return [thingName(mission.id, fact.feature)];
    case "merged":
      return aboutNames(mission.id, { kind: "milestone", milestone: fact.milestone });
    case "asked":
      return aboutNames(mission.id, { kind: "milestone", milestone: fact.about ?? "final" });
    case "answered": {
      const about = mission.ledger.asks.find(({ number }) => number === fact.ask)?.asked.fact.about;
      return aboutNames(mission.id, { kind: "milestone", milestone: about ?? "final" });
    }
    case "comment":
      return [thingName(mission.id, fact.feature)];
    case "control":
      return [fact.target];
    case "blocked":
      return [thingName(mission.id, fact.thing)];
    default:
      return [mission.id];
  }
}

interface Told {
  /** Of asks, by record. */
  numbers: ReadonlyMap<string, number>;
  /** At work in the run that the record is about. */
  agent: string | null;
}

function textOf(mission: MissionState, { id, fact, body }: LedgerRecord, { numbers, agent }: Told): string {
  const words = body.trim().split("\n")[0] ?? "";
  switch (fact.kind) {
    case "created":
      return `home is ${fact.home}`;
    case "claim":
      return `${fact.runKind}${fact.runKind === "work" && fact.attempt > 1 ? ` attempt ${fact.attempt}` : ""} on ${fact.host}`;
    case "run-ended": {
      const run = mission.ledger.runs.get(fact.run);
      const { minutes } = fact.usage;
      const money = moneyText(costOf(fact));
      const who = [agent ?? "", agent === null ? "" : (fact.model ?? fact.runtime ?? "")];
      const cost = [...who, money, minutes >= 1 ? durationText(minutes * 60_000) : ""]
        .filter((text) => text !== "")
        .join(", ");
      return `${run ? shortRun(run) : fact.run} ${fact.outcome}${cost ? ` (${cost})` : ""}${fact.outcome === "delivered" || words === "" ? "" : `: ${words}`}`;
    }
    case "verdict": {
      const why = fact.of === "review" && fact.result !== "passed" && words !== "" ? [words] : openParts(fact);
      return `${fact.of} ${fact.result}${fact.override === null ? "" : `, overridden: ${fact.override}`}${why.length > 0 ? `: ${why.join("; ")}` : ""}`;
    }
    case "merged":
      return `into the default branch as ${fact.commit.slice(0, 10)}`;
    case "landed":
      return `as ${fact.commit.slice(0, 10)}`;
    case "asked":
      return `q${numbers.get(id) ?? "?"} ${fact.ask}: ${words}`;
    case "answered":
      return `q${fact.ask} ${fact.decision}${words ? `: ${words}` : ""}`;
    case "control":
      return `${fact.action}${words ? `: ${words}` : ""}`;
    case "blocked":
      return `${fact.reason}${words ? `: ${words}` : ""}`;
    case "amended":
      return fact.because;
    case "completed":
      return `${usdText(fact.costUsd)}, ${durationText(fact.minutes * 60_000)}`;
    case "comment":
      return words;
  }
}

/** What did not pass. A check that failed as an assertion did is that assertion's own. */
function openParts({ checks, assertions }: Verdict): string[] {
  const open = assertions.filter(({ result }) => result !== "passed");
  const told = new Set(open.flatMap(({ fingerprint }) => fingerprint ?? []));
  const own = checks.filter(({ result, fingerprint }) => result !== "passed" && !told.has(fingerprint ?? ""));
  return [...own.map(({ label }) => label), ...open.map(({ id }) => id)];
}
