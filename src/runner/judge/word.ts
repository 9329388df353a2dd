/** What an agent that judges came to: its verdict, and what it wrote down for it. */

import { parseSignal } from "../../format/signal.ts";
import type { CheckResult } from "../../model/record.ts";
import type { RunContext } from "../run-doors.ts";
import { type Ending, judgeProvider } from "../work/outcome.ts";
import type { Supervised } from "../work/supervise.ts";
import { deniedText } from "../work/work.ts";

export interface Word {
  result: CheckResult["result"];
  /** In one line, may be empty. */
  why: string;
  /** Findings or evidence, may be empty. */
  evidence: string;
  /** What it was not allowed to do, may be empty. */
  denied: string;
}

/** Only the verdict of one that ended by itself counts; whatever else it came to is none. */
export function readWord(run: RunContext, supervised: Supervised): Word {
  const { end, because, permits } = supervised;
  const { lastSignal: signal } = end;
  const shown = { evidence: readEvidence(run, supervised), denied: deniedText(permits) };
  if (end.reason !== "exited")
    return { result: "inconclusive", why: `It was ended: ${because ?? end.reason}`, ...shown };
  if (signal?.kind === "verdict") return { result: signal.result, why: signal.text, ...shown };
  const words = signal === null || signal.kind === "usage" ? "" : `: ${signal.text.split("\n")[0]}`;
  return { result: "inconclusive", why: `It gave no verdict${words}`, ...shown };
}

/** What kept it from its verdict and is no fault of its own; null where it gave one, or was stopped. */
export function findHindrance({ doors }: RunContext, { end, because, problem }: Supervised): Ending | null {
  const isSaid = end.reason === "exited" && end.lastSignal?.kind === "verdict";
  return isSaid || end.reason === "stopped" ? null : judgeProvider({ end, because, problem, now: doors.clock.now() });
}

/** What it wrote down, else the last that it said. */
function readEvidence({ files, order }: RunContext, { end, notes }: Supervised): string {
  const written = files.readHandoff(Math.floor(order.limits.evidenceBytes / 2))?.trim() ?? "";
  if (written !== "") return written;
  const last = (notes.lastMessage ?? end.tail).split("\n").filter((line) => !isVerdict(line));
  return last.join("\n").trim();
}

function isVerdict(line: string): boolean {
  const kind = parseSignal(line)?.kind;
  return kind === "verdict" || kind === "usage";
}
