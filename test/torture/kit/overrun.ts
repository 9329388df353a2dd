/** What a mission cost beyond its budget, from git alone. */

import type { Stage } from "./stage.ts";

const LEDGERS = "refs/mission/ledger/";

/** Missions whose runs cost more than the limit of money in their file and one run's reserve on top, in words. */
export function findOverruns({ machines, authority }: Stage): string[] {
  const [machine] = machines;
  const git = (...args: string[]): string => machine?.tryGit("-C", authority, ...args).out ?? "";
  const refs = git("for-each-ref", "--format=%(refname)", LEDGERS).split("\n").filter(Boolean);
  return refs.flatMap((ref) => {
    const mission = ref.slice(LEDGERS.length);
    const messages = git("log", "--reverse", "--format=%B%x00", ref).split("\0");
    const home = value(messages.join("\n"), "Home") ?? "main";
    const limit = Number(
      /^budget:.*\busd: *([\d.]+)/m.exec(git("show", `${home}:missions/${mission}/mission.md`))?.[1],
    );
    const costs = new Map(messages.flatMap((message) => costOf(message)));
    const cost = [...costs.values()].reduce((sum, usd) => sum + usd, 0);
    const cap = Math.max(0, ...messages.map((message) => Number(value(message, "Reserve-USD") ?? 0)));
    return cost > limit + cap ? [`${mission} cost ${cost} USD of ${limit}, and a run at most ${cap}`] : [];
  });
}

/** The last word on a run counts. */
function costOf(message: string): [run: string, usd: number][] {
  const [run, usd] = [value(message, "Run"), value(message, "Cost-USD")];
  return run === null || usd === null ? [] : [[run, Number(usd)]];
}

function value(message: string, key: string): string | null {
  return new RegExp(`^${key}: (.+)$`, "m").exec(message)?.[1] ?? null;
}
