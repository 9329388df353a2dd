/** Runs, verdicts and threads as programs read them. */

import type { AskEntry, Entry, RunEntry } from "../../model/ledger.ts";
import type { Comment, Verdict } from "../../model/record.ts";
import { isoText } from "../time.ts";

export function runJson({ run, claim, ended, settled }: RunEntry) {
  const usage = settled?.fact.usage ?? null;
  return {
    id: run,
    kind: claim.fact.runKind,
    attempt: claim.fact.attempt,
    host: claim.fact.host,
    base: claim.fact.base,
    since: isoText(claim.record.at),
    until: ended ? isoText(ended.record.at) : null,
    outcome: ended?.fact.outcome ?? null,
    head: ended?.fact.head ?? null,
    runtime: ended?.fact.runtime ?? null,
    model: ended?.fact.model ?? null,
    billing: ended?.fact.billing ?? null,
    cost: usage ? { usd: usage.costUsd, source: usage.costSource } : null,
    minutes: usage?.minutes ?? null,
    tokens: usage ? { in: usage.tokensIn, out: usage.tokensOut, cached: usage.tokensCached } : null,
    text: ended?.record.body.trim() ?? "",
  };
}

export function verdictJson({ fact, record }: Entry<Verdict>) {
  const { of, result, run, codeTree, base, override } = fact;
  const checks = fact.checks.map(({ result: outcome, label }) => ({ label, result: outcome }));
  const assertions = fact.assertions.map(({ result: outcome, id }) => ({ id, result: outcome }));
  return {
    id: record.id,
    at: isoText(record.at),
    of,
    result,
    run,
    code_tree: codeTree,
    base,
    override,
    checks,
    assertions,
    text: record.body.trim(),
  };
}

/** Comments, asks and answers, as they were said. */
export function threadJson(asks: readonly AskEntry[], comments: readonly Entry<Comment>[]) {
  const said = [
    ...comments.map(({ position, record }) => ({ position, kind: "comment", ask: null as number | null, record })),
    ...asks.flatMap(({ number, asked, answered }) => [
      { position: asked.position, kind: asked.fact.ask as string, ask: number, record: asked.record },
      ...(answered
        ? [
            {
              position: answered.position,
              kind: answered.fact.decision as string,
              ask: number,
              record: answered.record,
            },
          ]
        : []),
    ]),
  ];
  const inOrder = said.sort((a, b) => a.position - b.position);
  return inOrder.map(({ kind, ask, record }) => ({
    id: record.id,
    at: isoText(record.at),
    kind,
    ask,
    by: record.author.name,
    text: record.body.trim(),
  }));
}
