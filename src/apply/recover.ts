import type { Applied, Recover } from "../model/decision.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { RunEnded, Usage } from "../model/record.ts";
import type { Remains } from "../repo/harvest-run.ts";
import { appendRecords } from "../repo/ledger.ts";
import { type ApplyContext, describeAppend, noteAppend, pulseRecord, subjectOf } from "./context.ts";
import { harvest } from "./harvest.ts";

/** Declares a run lost. What a dead process of this host left is taken in first; another host's work is what it pushed. */
export async function applyRecover(context: ApplyContext, decision: Recover): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const run = subject.mission.ledger.runs.get(decision.run);
  if (!run) return { kind: "failed", reason: `${decision.run} was never claimed` };
  const remains =
    decision.how === "own" && run.claim.fact.runKind === "work" ? await harvest(context, decision.run) : null;
  // A record never names a commit that the authority lacks.
  if (remains && (remains.swap.kind === "lost" || remains.swap.kind === "unreachable"))
    return describeAppend(remains.swap, "");
  const kept = remains?.swap.kind === "won" ? remains.head : null;
  const head = kept ?? (await pushedHead(context, decision.run));
  const fact = lostRun(run, isWork(run, head) ? head : null, remains);
  const body = `${decision.because}.${remains?.salvaged ? `\n\nIts uncommitted files are in ${remains.salvaged}.` : ""}`;
  const outcome = await appendRecords(
    context.ledger,
    decision.mission,
    [pulseRecord(context, subject.home.tip, fact, body)],
    { expected: decision.tip },
  );
  if (outcome.kind === "won" && decision.how === "own") context.doors.state.closeRun(decision.run);
  return noteAppend(context, decision.mission, outcome, `${decision.run} is lost: ${decision.because}`);
}

async function pushedHead({ doors, authority }: ApplyContext, run: string): Promise<string | null> {
  const ref = authority.inRef(run);
  return (await doors.git.listRefs([ref])).get(ref) ?? null;
}

function isWork({ claim }: RunEntry, head: string | null): boolean {
  return head !== null && head !== claim.fact.base && head !== claim.fact.head;
}

function lostRun({ run, claim }: RunEntry, head: string | null, remains: Remains | null): RunEnded {
  return {
    kind: "run-ended",
    run,
    outcome: "lost",
    head,
    until: null,
    usage: lostUsage(claim.fact, remains),
    runtime: null,
    program: null,
    model: null,
    session: remains?.session ?? null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

/** Silence costs the maximum: what the run may have spent is what it had reserved. */
function lostUsage(claim: RunEntry["claim"]["fact"], remains: Remains | null): Usage {
  const tokens = remains?.tokens ?? { input: 0, output: 0, cached: 0 };
  return {
    costUsd: Math.max(claim.reserveUsd, remains?.usd ?? 0),
    costSource: "assumed",
    tokensIn: remains?.tokens ? tokens.input : claim.reserveTokens,
    tokensOut: tokens.output,
    tokensCached: tokens.cached,
    minutes: remains && remains.minutes > 0 ? remains.minutes : claim.reserveMinutes,
  };
}
