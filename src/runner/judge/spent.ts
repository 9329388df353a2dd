/** What the agents among the judges of one run cost together, and which of them how much. */

import type { Share, Usage } from "../../model/record.ts";
import { minutesSoFar, type RunEnding } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import type { Answer } from "./agent-check.ts";

export function spentOn(run: RunContext, answers: readonly Answer[]): Pick<RunEnding, "usage" | "shares"> {
  const sum = (of: (usage: Usage) => number) => answers.reduce((total, { usage }) => total + of(usage), 0);
  const sources = new Set(answers.map(({ usage }) => usage.costSource));
  const usage: Usage = {
    costUsd: sum(({ costUsd }) => costUsd),
    costSource: sources.has("assumed") ? "assumed" : sources.has("priced") ? "priced" : "reported",
    tokensIn: sum(({ tokensIn }) => tokensIn),
    tokensOut: sum(({ tokensOut }) => tokensOut),
    tokensCached: sum(({ tokensCached }) => tokensCached),
    minutes: minutesSoFar(run),
  };
  return { usage, shares: sharesOf(answers) };
}

/** The one that a record of the run names. */
export function findDearest(answers: readonly Answer[]): Answer | null {
  const [first] = answers.toSorted(
    (one, other) => other.usage.costUsd - one.usage.costUsd || tokensOf(other) - tokensOf(one),
  );
  return first ?? null;
}

function tokensOf({ usage }: Answer): number {
  return usage.tokensIn + usage.tokensOut;
}

/** Left out where one agent with one model gave all the answers. */
function sharesOf(answers: readonly Answer[]): readonly Share[] | undefined {
  const shares = new Map<string, Share>();
  for (const { question, session, usage } of answers) {
    const who = { agent: question.role, runtime: question.runtime.name, model: session.model ?? question.model };
    const key = JSON.stringify(who);
    const { costUsd = 0, tokens = 0 } = shares.get(key) ?? {};
    const spent = { costUsd: costUsd + usage.costUsd, tokens: tokens + usage.tokensIn + usage.tokensOut };
    shares.set(key, { ...who, ...spent });
  }
  return shares.size > 1 ? [...shares.values()] : undefined;
}
