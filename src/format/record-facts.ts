/** The trailers of each kind of fact, in the order in which they are written. One table for both ways. */

import {
  type Answered,
  type AskKind,
  type Blocked,
  type ControlAction,
  type Fact,
  NEEDS,
  OUTCOMES,
  type RecordKind,
  type Result,
  type RunKind,
  type Verdict,
} from "../model/record.ts";
import {
  amount,
  duration,
  type Field,
  type FieldsOf,
  group,
  leftOut,
  moment,
  optional,
  repeated,
  text,
  UnreadableField,
  word,
} from "./record-fields.ts";
import { about, assertions, checks, ownHead, shares, usage } from "./record-parts.ts";
import { findTrailer, type Trailer } from "./trailers.ts";

type FactOf<K extends RecordKind> = Extract<Fact, { kind: K }>;
type FactFields<K extends RecordKind> = FieldsOf<Omit<FactOf<K>, "kind">>;

const BILLINGS = ["api", "subscription"] as const;
const RUN_KINDS: readonly RunKind[] = ["work", "gate", "review", "validate", "plan", "learn"];
const JUDGES: readonly Verdict["of"][] = ["gate", "review", "validate"];
const RESULTS: readonly Result[] = ["passed", "failed", "conflict", "inconclusive", "unchecked"];
const ASK_KINDS: readonly AskKind[] = [
  "question",
  "permission",
  "approval",
  "sign-off",
  "budget",
  "override",
  "review",
  "follow",
  "home",
  "merge",
  "stale",
  "manual",
  "deadline",
];
const DECISIONS: readonly Answered["decision"][] = ["approved", "denied", "answer"];
const ACTIONS: readonly ControlAction[] = ["pause", "resume", "stop", "quarantine", "retry"];
const REASONS: readonly Blocked["reason"][] = ["home-refused", "merge-refused", "setup"];

/** Number of an ask, written as people type it: `q7`. */
const askNumber: Field<number> = {
  print: (ask) => [["Ask", `q${ask}`]],
  parse: (trailers) => {
    const number = /^q(\d{1,9})$/.exec(findTrailer(trailers, "Ask") ?? "")?.[1];
    if (number === undefined) throw new UnreadableField("Ask is not the number of an ask such as q7");
    return Number(number);
  },
};

/** Which of the two a thing is can't be told from its id: both names are read. */
const blockedThing: Field<string | null> = {
  print: (thing) => (thing === null ? [] : [["Feature", thing]]),
  parse: (trailers) => findTrailer(trailers, "Feature") ?? findTrailer(trailers, "Milestone"),
};

const FIELDS: { readonly [K in RecordKind]: FactFields<K> } = {
  created: { format: amount("Mission-Format"), home: text("Home") },
  claim: {
    about,
    run: text("Run"),
    attempt: amount("Attempt"),
    runKind: word("Kind", RUN_KINDS),
    spec: text("Spec"),
    base: text("Base"),
    head: ownHead,
    host: text("Host"),
    nonce: text("Nonce"),
    reserveUsd: amount("Reserve-USD"),
    reserveMinutes: amount("Reserve-Minutes"),
    reserveTokens: amount("Reserve-Tokens"),
    ttlMs: duration("Ttl"),
  },
  "run-ended": {
    run: text("Run"),
    outcome: word("Outcome", OUTCOMES),
    head: optional("Head", text),
    until: optional("Until", moment),
    needs: leftOut("Needs", (key) => word(key, NEEDS)),
    usage,
    agent: leftOut("Agent", text),
    runtime: optional("Runtime", text),
    program: optional("Program", text),
    model: optional("Model", text),
    billing: leftOut("Billing", (key) => word(key, BILLINGS)),
    shares,
    session: optional("Session", text),
    fingerprint: optional("Fingerprint", text),
    protectedPaths: repeated("Protected"),
    outsidePaths: repeated("Outside"),
  },
  verdict: {
    run: optional("Run", text),
    of: word("Of", JUDGES),
    about,
    codeTree: text("Code-Tree"),
    base: text("Base"),
    baseCodeTree: text("Base-Code-Tree"),
    result: word("Result", RESULTS),
    byRuntime: optional("By-Runtime", text),
    checks,
    assertions,
    override: optional("Override", text),
  },
  merged: { milestone: text("Milestone"), head: text("Head"), commit: text("Commit") },
  landed: {
    feature: text("Feature"),
    run: optional("Run", text),
    spec: text("Spec"),
    commit: text("Commit"),
    codeTree: text("Code-Tree"),
  },
  asked: {
    ask: word("Ask", ASK_KINDS),
    about: optional("About", text),
    risk: optional("Risk", text),
    boundTo: text("Bound-To"),
    expires: optional("Expires", moment),
  },
  answered: { ask: askNumber, decision: word("Decision", DECISIONS), boundTo: text("Bound-To") },
  comment: { feature: optional("Feature", text), mentions: repeated("Mentions") },
  control: { target: text("Target"), action: word("Action", ACTIONS) },
  blocked: { thing: blockedThing, reason: word("Reason", REASONS) },
  amended: { commit: text("Commit"), because: text("Because") },
  completed: {
    commit: text("Commit"),
    costUsd: amount("Cost-USD"),
    minutes: amount("Minutes"),
    tokens: amount("Tokens"),
  },
};

/** What is common to all rows once each was checked against its own type above. */
const FACTS = Object.fromEntries(
  Object.entries(FIELDS).map(([kind, fields]) => [kind, group(fields as FieldsOf<Record<string, unknown>>)]),
) as unknown as Readonly<Record<RecordKind, Field<object>>>;

/** The trailers of a fact, without its kind. */
export function printFact(fact: Fact): readonly Trailer[] {
  return FACTS[fact.kind].print(fact);
}

/** The fact of that kind; throws `UnreadableField` where a trailer is missing or makes no sense. */
export function parseFact(kind: RecordKind, trailers: readonly Trailer[]): Fact {
  return { kind, ...FACTS[kind].parse(trailers) } as Fact;
}
