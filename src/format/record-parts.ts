/** The fields of records that take several trailers: what a record is about, what checks said, what a run used. */

import type { About, CheckResult, CostSource, FeatureHead, Share, Usage } from "../model/record.ts";
import { amount, type Field, group, readAmount, readWord, UnreadableField, word } from "./record-fields.ts";
import type { Trailer } from "./trailers.ts";

const COST_SOURCES: readonly CostSource[] = ["reported", "priced", "assumed"];
const CHECK_RESULTS: readonly CheckResult["result"][] = ["passed", "failed", "inconclusive"];

/**
 * `Feature` alone is one feature; `Feature` with `Head` on the next line, repeated, are features of a chain; `Milestone`, or
 * with `Head` a signed one; `Follow` names the head of the default branch, `Home-Commit` what a person put on home; none of
 * them is the mission.
 */
export const about: Field<About> = { print: printAbout, parse: parseAbout };

function printAbout(value: About): readonly Trailer[] {
  switch (value.kind) {
    case "feature":
      return [["Feature", value.feature]];
    case "features":
      return printHeads(value.features);
    case "milestone":
      return [["Milestone", value.milestone]];
    case "sign":
      return [
        ["Milestone", value.milestone],
        ["Head", value.head],
      ];
    case "follow":
      return [["Follow", value.head]];
    case "home":
      return [["Home-Commit", value.head]];
    case "mission":
      return [];
  }
}

function printHeads(features: readonly FeatureHead[]): readonly Trailer[] {
  if (features.length === 0) throw new RangeError("A record about a chain of features must name at least one");
  return features.flatMap(({ feature, head }): Trailer[] => [
    ["Feature", feature],
    ["Head", head],
  ]);
}

const ABOUT_KEYS = ["Feature", "Milestone", "Follow", "Home-Commit"];

function parseAbout(trailers: readonly Trailer[]): About {
  const index = trailers.findIndex(([key]) => ABOUT_KEYS.includes(key));
  const [key, value] = trailers[index] ?? ["", ""];
  if (key === "Follow") return { kind: "follow", head: value };
  if (key === "Home-Commit") return { kind: "home", head: value };
  const head = headBelow(trailers, index);
  if (key === "Milestone")
    return head === null ? { kind: "milestone", milestone: value } : { kind: "sign", milestone: value, head };
  if (key === "Feature")
    return head === null ? { kind: "feature", feature: value } : { kind: "features", features: parseHeads(trailers) };
  return { kind: "mission" };
}

function parseHeads(trailers: readonly Trailer[]): readonly FeatureHead[] {
  return trailers.flatMap(([key, feature], index) => {
    if (key !== "Feature") return [];
    const head = headBelow(trailers, index);
    if (head === null) throw new UnreadableField(`Feature ${feature.slice(0, 80)} of a chain has no Head`);
    return [{ feature, head }];
  });
}

function headBelow(trailers: readonly Trailer[], index: number): string | null {
  const next = trailers[index + 1];
  return next?.[0] === "Head" ? next[1] : null;
}

/** The `Head` of the record itself: not one that belongs to the feature or milestone on the line above it. */
export const ownHead: Field<string | null> = {
  print: (head) => (head === null ? [] : [["Head", head]]),
  parse: (trailers) => {
    const own = trailers.find(([key], index) => key === "Head" && !isOwner(trailers[index - 1]?.[0]));
    return own ? own[1] : null;
  },
};

function isOwner(key: string | undefined): boolean {
  return key === "Feature" || key === "Milestone";
}

interface Judged {
  result: CheckResult["result"];
  name: string;
  fingerprint: string | null;
}

/** `Check: failed npm test` and, on the next line where there is one, `Fingerprint: <fingerprint> npm test`. */
export const checks: Field<readonly CheckResult[]> = {
  print: (values) => values.flatMap(({ label, ...rest }) => printJudged("Check", { name: label, ...rest })),
  parse: (trailers) => parseJudged("Check", trailers).map(({ name, ...rest }) => ({ label: name, ...rest })),
};

/** As checks: `Assertion: passed VAL-AUTH-001`. */
export const assertions: Field<readonly { result: CheckResult["result"]; id: string; fingerprint: string | null }[]> = {
  print: (values) => values.flatMap(({ id, ...rest }) => printJudged("Assertion", { name: id, ...rest })),
  parse: (trailers) => parseJudged("Assertion", trailers).map(({ name, ...rest }) => ({ id: name, ...rest })),
};

function printJudged(key: string, { result, name, fingerprint }: Judged): readonly Trailer[] {
  const line: Trailer = [key, `${result} ${name}`];
  return fingerprint === null ? [line] : [line, ["Fingerprint", `${fingerprint} ${name}`]];
}

function parseJudged(key: string, trailers: readonly Trailer[]): readonly Judged[] {
  return trailers.flatMap(([name, value], index) => {
    if (name !== key) return [];
    const [result, label] = splitWord(value);
    const next = trailers[index + 1];
    const fingerprint = next?.[0] === "Fingerprint" ? splitWord(next[1])[0] : null;
    return [{ result: readWord(key, CHECK_RESULTS, result), name: label, fingerprint }];
  });
}

function splitWord(value: string): [word: string, rest: string] {
  const space = value.indexOf(" ");
  return space === -1 ? [value, ""] : [value.slice(0, space), value.slice(space + 1)];
}

export const usage: Field<Usage> = group<Usage>({
  costUsd: amount("Cost-USD"),
  costSource: word("Cost-Source", COST_SOURCES),
  tokensIn: amount("Tokens-In"),
  tokensOut: amount("Tokens-Out"),
  tokensCached: amount("Tokens-Cached"),
  minutes: amount("Minutes"),
});

const SHARE = /^(\S+) (\S+) (\S+) (\S+)(?: (.+))?$/;

/** `Share: 0.12 1500 validator codex gpt-5.1-codex`: USD, tokens, role, runtime, and the model where one is known. */
export const shares: Field<readonly Share[] | undefined> = {
  print: (values) =>
    (values ?? []).map(({ costUsd, tokens, agent, runtime, model }) => [
      "Share",
      [costUsd, tokens, agent, runtime, model].filter((part) => part !== null).join(" "),
    ]),
  parse: (trailers) => {
    const read = trailers.flatMap(([key, value]) => (key === "Share" ? [parseShare(value)] : []));
    return read.length === 0 ? undefined : read;
  },
};

function parseShare(value: string): Share {
  const [, costUsd = "", tokens = "", agent = "", runtime = "", model = null] = SHARE.exec(value) ?? [];
  return { costUsd: readAmount("Share", costUsd), tokens: readAmount("Share", tokens), agent, runtime, model };
}
