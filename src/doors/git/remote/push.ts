/**
 * Pushes as compare-and-swap: `--atomic`, an explicit lease for each ref, never an empty source. A lease also forces, so
 * whether a ref only moves forward is checked here first.
 */

import type { PushResult, RefUpdate } from "../../git.ts";
import { type Commits, descends } from "../objects/commits.ts";
import type { ObjectReader } from "../objects/reader.ts";
import { failure, type GitRunner } from "../process/spawn.ts";
import { readPushAnswer } from "./push-answer.ts";

const FLAGS = [
  "push",
  "--atomic",
  "--porcelain",
  "--no-verify",
  "--no-follow-tags",
  "--no-signed",
  "--recurse-submodules=no",
];

export interface PushTools {
  runner: GitRunner;
  reader: ObjectReader;
  commits: Commits;
  timeoutMs: number;
}

export async function push(tools: PushTools, remote: string, updates: readonly RefUpdate[]): Promise<PushResult> {
  if (updates.length === 0) return { kind: "won" };
  for (const update of updates) {
    const reason = await whyNot(tools, update);
    if (reason !== null) return { kind: "refused", ref: update.name, reason };
  }
  const leases = updates.map(({ name, old }) => `--force-with-lease=${name}:${old ?? ""}`);
  const refspecs = updates.map(({ name, new: next }) => `${next ?? ""}:${name}`);
  const output = await tools.runner.run([...FLAGS, ...leases, "--", remote, ...refspecs], {
    timeoutMs: tools.timeoutMs,
    reachesRemote: true,
    // A mirror takes no single refs, whatever it is asked.
    settings: ["push.pushOption=", `remote.${remote}.mirror=false`],
  });
  const answer = readPushAnswer(output, updates);
  if (answer === null) throw failure(output);
  return answer;
}

async function whyNot(tools: PushTools, { name, new: next, old, allowRewind }: RefUpdate): Promise<string | null> {
  if (!/^refs\/./.test(name)) return `${name} is not a full ref name`;
  if (next === null) return old === null ? `${name} can't be deleted when it must not exist` : null;
  if (!/^[0-9a-f]{40,64}$/.test(next)) return `${next} is not an object id`;
  if (old === null || allowRewind === true || next === old) return null;
  return (await descends(tools.commits, tools.reader, next, old)) ? null : `${next} does not come after ${old}`;
}
