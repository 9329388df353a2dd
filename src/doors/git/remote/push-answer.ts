/** What git's porcelain lines and words say about a push. */

import type { PushResult, RefUpdate } from "../../git.ts";
import type { GitOutput } from "../process/spawn.ts";

interface Line {
  ref: string;
  rejected: boolean;
  summary: string;
}

/** A swap that lost: the ref is not where it was expected, or another push holds it just now. */
const LOST =
  /stale info|fetch first|non-fast-forward|already exists|needs force|cannot lock ref|failed to update ref|failed to lock|incorrect old value|but expected/;
/** Said of each ref of an atomic push that fell because of another one. */
const COLLATERAL = /atomic push fail|atomic transaction failed|transaction failed/;
const NO_REPORT = /remote failed to report status|unable to parse/;
/** A ref name below another ref stands in the way for good, and reading again won't change that. */
const NAME_CLASH = /exists; cannot create|cannot process .* at the same time/;

/** null: git failed before it asked the server, in a way nobody plans for. */
export function readPushAnswer(output: GitOutput, updates: readonly RefUpdate[]): PushResult | null {
  if (output.timedOut)
    return { kind: "unknown", reason: `no answer in time. ${tidy(output.stderr)}`.trim(), late: true };
  if (output.exitCode === 0) return { kind: "won" };
  if (/^error: src refspec |^usage: |^fatal: bad object|is not a valid object/m.test(output.stderr)) return null;
  if (/receiving end does not support --atomic/.test(output.stderr)) {
    return {
      kind: "refused",
      ref: updates[0]?.name ?? "",
      reason: "the server can't push several refs at once (--atomic)",
    };
  }
  const rejected = parseLines(output.stdout.toString("utf8")).filter((line) => line.rejected);
  if (rejected.length === 0 || rejected.some((line) => NO_REPORT.test(line.summary))) {
    return { kind: "unknown", reason: tidy(output.stderr) || "the connection ended without an answer" };
  }
  const culprit = rejected.find((line) => !COLLATERAL.test(line.summary));
  if (culprit) return judge(culprit.ref, culprit.summary, output.stderr);
  const ref = /cannot lock ref '([^']+)'/.exec(output.stderr)?.[1];
  return judge(ref ?? rejected[0]?.ref ?? "", ref === undefined ? "" : "cannot lock ref", output.stderr);
}

function judge(ref: string, summary: string, stderr: string): PushResult {
  const reason = [summary, tidy(stderr)].filter(Boolean).join("\n");
  if (NAME_CLASH.test(reason)) return { kind: "refused", ref, reason };
  return { kind: LOST.test(summary) ? "lost" : "refused", ref, reason };
}

/** Lines are `<flag>\t<from>:<to>\t<summary> (<reason>)`. */
function parseLines(stdout: string): Line[] {
  return stdout.split("\n").flatMap((line) => {
    const match = /^([ +*=!-])\t[^\t]*:([^\t:]+)\t(.*)$/.exec(line);
    return match ? [{ ref: match[2] ?? "", rejected: match[1] === "!", summary: match[3] ?? "" }] : [];
  });
}

/** The server's and git's words without the advice that git adds for people. */
function tidy(stderr: string): string {
  const lines = stderr.split("\n").map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "" && !line.startsWith("hint:") && !/^error: failed to push some refs/.test(line))
    .join("\n");
}
