import type { Applied, Recover } from "../model/decision.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { RunEnded, Usage } from "../model/record.ts";
import { appendRecords } from "../repo/ledger.ts";
import type { RunAccount } from "../repo/run-account.ts";
import { type ApplyContext, describeAppend, noteAppend, pulseRecord, subjectOf } from "./context.ts";
import { endRun, harvest } from "./harvest.ts";

const MINUTE_MS = 60_000;

/** Declares a run lost. What a dead process of this host left is taken in first; another host's work is what it pushed. */
export async function applyRecover(context: ApplyContext, decision: Recover): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const run = subject.mission.ledger.runs.get(decision.run);
  if (!run) return { kind: "failed", reason: `${decision.run} was never claimed` };
  const isOwn = decision.how === "own";
  const remains = isOwn && run.claim.fact.runKind === "work" ? await harvest(context, decision.run) : null;
  const account = remains ?? (isOwn ? await endRun(context, decision.run) : null);
  // A record never names a commit that the authority lacks.
  if (remains && (remains.swap.kind === "lost" || remains.swap.kind === "unreachable"))
    return describeAppend(remains.swap, "");
  const kept = remains?.swap.kind === "won" ? remains.head : null;
  const head = kept ?? (await pushedHead(context, decision.run));
  const fact = lostRun(run, isWork(run, head) ? head : null, { account, now: context.doors.clock.now() });
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

interface Loss {
  account: RunAccount | null;
  now: number;
}

function lostRun({ run, claim }: RunEntry, head: string | null, loss: Loss): RunEnded {
  return {
    kind: "run-ended",
    run,
    outcome: "lost",
    head,
    until: null,
    usage: lostUsage(claim, loss),
    runtime: null,
    program: null,
    model: null,
    session: loss.account?.session ?? null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

/**
 * Silence costs the maximum: what the run may have spent is what it had reserved, and no more time than has passed. Where
 * its agent told of each answer, that is what it has cost; where no model answered, nothing.
 */
function lostUsage({ fact, record }: RunEntry["claim"], { account, now }: Loss): Usage {
  const isWhole = account?.isWhole ?? false;
  const tokens = account?.tokens ?? { input: isWhole ? 0 : fact.reserveTokens, output: 0, cached: 0 };
  const passed = Math.max(0, now - record.at) / MINUTE_MS;
  return {
    costUsd: isWhole ? (account?.usd ?? 0) : Math.max(fact.reserveUsd, account?.usd ?? 0),
    costSource: isWhole ? (account?.usdSource ?? "reported") : "assumed",
    tokensIn: tokens.input,
    tokensOut: tokens.output,
    tokensCached: tokens.cached,
    minutes: account && account.minutes > 0 ? account.minutes : Math.min(fact.reserveMinutes, passed),
  };
}
