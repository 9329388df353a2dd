/** Facts of every kind with texts as hostile as a commit message can hold, for properties. */

import fc from "fast-check";
import {
  type About,
  type Fact,
  NEEDS,
  type NewRecord,
  OUTCOMES,
  type RecordKind,
  type RunKind,
  type Share,
  type Usage,
} from "../../src/model/record.ts";

const NASTY = [
  "",
  " ",
  "%",
  "%0A",
  "%41%",
  "a\nRun: evil",
  "\n\nMission-Record: landed\nBy: evil",
  "\r",
  "tab\there",
  "\u001b[31mred",
  "\u2028",
  "\u202e",
  "\ufeff",
  " leads",
  "trails ",
  ": ",
  "Head: x",
  "héllo 🚀",
  "\u0000",
  "#",
  "passed",
];

/** Any well-formed text; halves of pairs can't be in UTF-8 at all. */
const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.array(fc.constantFrom(...NASTY), { maxLength: 4 }).map((parts) => parts.join("")),
);
const amount = fc.double({ min: 0, max: 1e12, noNaN: true }).map((value) => value + 0);
const moment = fc.integer({ min: 0, max: 4_102_444_800_000 });
const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 1, maxLength: 64 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const list = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 4 });
const kindOf = <K extends string>(kind: K) => fc.constant(kind);
const judged = fc.constantFrom("passed", "failed", "inconclusive");

const about: fc.Arbitrary<About> = fc.oneof(
  fc.record({ kind: kindOf("feature"), feature: hostileText }),
  fc.record({
    kind: kindOf("features"),
    features: fc.array(fc.record({ feature: hostileText, head: hostileText }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: kindOf("milestone"), milestone: hostileText }),
  fc.record({ kind: kindOf("sign"), milestone: hostileText, head: hostileText }),
  fc.record({ kind: kindOf("follow"), head: hostileText }),
  fc.record({ kind: kindOf("mission") }),
);
const usage: fc.Arbitrary<Usage> = fc.record({
  costUsd: amount,
  costSource: fc.constantFrom("reported", "priced", "assumed"),
  tokensIn: amount,
  tokensOut: amount,
  tokensCached: amount,
  minutes: amount,
});

/** Roles and runtimes are names. */
const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const share: fc.Arbitrary<Share> = fc.record({
  costUsd: amount,
  tokens: fc.nat(),
  agent: name,
  runtime: name,
  model: orNull(fc.stringMatching(/^[a-z][a-z0-9.:/ -]{0,20}[a-z0-9]$/)),
});

export const factsByKind: { [K in RecordKind]: fc.Arbitrary<Extract<Fact, { kind: K }>> } = {
  created: fc.record({ kind: kindOf("created"), format: fc.nat(), home: hostileText }),
  claim: fc.record({
    kind: kindOf("claim"),
    run: hostileText,
    runKind: fc.constantFrom<RunKind>("work", "gate", "review", "validate", "plan", "learn"),
    about,
    attempt: fc.nat(),
    spec: hostileText,
    base: hostileText,
    head: orNull(hostileText),
    host: hostileText,
    nonce: hostileText,
    reserveUsd: amount,
    reserveMinutes: amount,
    reserveTokens: amount,
    ttlMs: fc.nat(999_999_999),
  }),
  "run-ended": fc.record({
    kind: kindOf("run-ended"),
    run: hostileText,
    outcome: fc.constantFrom(...OUTCOMES),
    head: orNull(hostileText),
    until: orNull(moment),
    usage,
    agent: fc.option(hostileText, { nil: undefined }),
    runtime: orNull(hostileText),
    program: orNull(hostileText),
    model: orNull(hostileText),
    needs: fc.constantFrom(...NEEDS, undefined),
    billing: fc.constantFrom("api" as const, "subscription" as const, undefined),
    shares: fc.option(fc.array(share, { minLength: 1, maxLength: 3 }), { nil: undefined }),
    session: orNull(hostileText),
    fingerprint: orNull(hostileText),
    protectedPaths: list(hostileText),
    outsidePaths: list(hostileText),
  }),
  verdict: fc.record({
    kind: kindOf("verdict"),
    run: orNull(hostileText),
    of: fc.constantFrom("gate", "review", "validate"),
    about,
    codeTree: hostileText,
    base: hostileText,
    baseCodeTree: hostileText,
    result: fc.constantFrom("passed", "failed", "conflict", "inconclusive", "unchecked"),
    byRuntime: orNull(hostileText),
    checks: list(fc.record({ result: judged, label: hostileText, fingerprint: orNull(hex) })),
    assertions: list(fc.record({ result: judged, id: hostileText, fingerprint: orNull(hex) })),
    override: orNull(hostileText),
  }),
  merged: fc.record({ kind: kindOf("merged"), milestone: hostileText, head: hostileText, commit: hostileText }),
  landed: fc.record({
    kind: kindOf("landed"),
    feature: hostileText,
    run: orNull(hostileText),
    spec: hostileText,
    commit: hostileText,
    codeTree: hostileText,
  }),
  asked: fc.record({
    kind: kindOf("asked"),
    ask: fc.constantFrom(
      "question",
      "approval",
      "sign-off",
      "budget",
      "override",
      "follow",
      "merge",
      "stale",
      "manual",
      "deadline",
    ),
    about: orNull(hostileText),
    risk: orNull(hostileText),
    boundTo: hostileText,
    expires: orNull(moment),
  }),
  answered: fc.record({
    kind: kindOf("answered"),
    ask: fc.nat(999_999_999),
    decision: fc.constantFrom("approved", "denied", "answer"),
    boundTo: hostileText,
  }),
  comment: fc.record({ kind: kindOf("comment"), feature: orNull(hostileText), mentions: list(hostileText) }),
  control: fc.record({
    kind: kindOf("control"),
    target: hostileText,
    action: fc.constantFrom("pause", "resume", "stop", "quarantine", "retry"),
  }),
  blocked: fc.record({
    kind: kindOf("blocked"),
    thing: orNull(hostileText),
    reason: fc.constantFrom("home-refused", "merge-refused", "setup"),
  }),
  amended: fc.record({ kind: kindOf("amended"), commit: hostileText, because: hostileText }),
  completed: fc.record({
    kind: kindOf("completed"),
    commit: hostileText,
    costUsd: amount,
    minutes: amount,
    tokens: amount,
  }),
};

/** A record of the given fact. Bodies are plain text, as the printer makes them. */
export function recordOf(fact: fc.Arbitrary<Fact>): fc.Arbitrary<NewRecord> {
  return fc.record({
    fact,
    by: hostileText,
    homeTip: orNull(hex),
    body: hostileText,
    attachments: fc.constant({}),
  });
}
