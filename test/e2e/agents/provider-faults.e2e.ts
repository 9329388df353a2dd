/**
 * A provider that refuses, breaks, hangs or is gone, under the real agents, one fault after the other. None of it is the
 * fault of the work: no attempt is counted, what was done until then is kept, the runtime rests, and when the provider is
 * back the work is done without anybody's help.
 */

import { expect, it } from "vitest";
import type { Machine } from "../../journeys/kit/machine.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import type { Sight } from "../../journeys/kit/sight.ts";
import { type Agent, KEY } from "./kit/agents.ts";
import { type AgentWorld, type AgentWorldWords, anAgentWorld, endInTurn, FAULTY } from "./kit/world.ts";
import type { Answer, Asked } from "./model/conversation.ts";
import { play, type Step } from "./model/play.ts";

const LIMIT = 300_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SKIP_MS = 90 * MINUTE;
/** A provider's own pause, as it is told, and as it is taken where nobody tells one. */
const RESET_MS = 45 * MINUTE;
const PAUSE_MS = { quota: 30 * MINUTE, provider: 5 * MINUTE };

interface Words {
  /** How long it may try in vain. */
  idleMinutes: number;
  /** Whether it tells when a quota ends. */
  tellsReset: boolean;
}

const WORDS: Readonly<Record<string, Words>> = {
  claude: { idleMinutes: 0.2, tellsReset: false },
  codex: { idleMinutes: 0.2, tellsReset: true },
  opencode: { idleMinutes: 0.2, tellsReset: false },
  gemini: { idleMinutes: 0.3, tellsReset: true },
};

interface Fault {
  title: string;
  outcome: "quota" | "provider";
  /** What the model has the agent do until then. */
  before: readonly Step[];
  how: Answer;
}

const UNKNOWN_KEY = "unknown key";
const SAID = { "retry-after": `${RESET_MS / SECOND}`, "content-type": "application/json" };

/** Says when it ends in the words of each provider. */
function usedUp(headers: Readonly<Record<string, string>> = SAID): Answer {
  const delay = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${RESET_MS / SECOND}s` };
  const details = { resets_at: Math.floor((Date.now() + RESET_MS) / SECOND), details: [delay] };
  const message = "You have hit your usage limit";
  return { kind: "status", status: 429, type: "usage_limit_reached", message, headers, details };
}

function refuses(status: number, type: string, message: string): Answer {
  return { kind: "status", status, type, message };
}

const write = (name: string): Step => ({ do: "write", path: `${name}.txt`, content: `${name}\n` });

const LAST: readonly Step[] = [write("hello"), { do: "say", text: "DONE: all of it" }];

function makeFaults(): readonly Fault[] {
  const fault = (title: string, before: readonly Step[], how: Answer): Fault => ({
    ...{ title, before, how },
    outcome: title === "no quota" ? "quota" : "provider",
  });
  return [
    fault("no quota", [write("one")], usedUp()),
    fault(UNKNOWN_KEY, [], refuses(401, "authentication_error", "invalid x-api-key")),
    fault("breaks", [write("two")], refuses(500, "api_error", "Internal server error")),
    fault("never answers", [write("three")], { kind: "hang" }),
    fault("drops the line", [write("four")], { kind: "drop", text: "I will now" }),
    fault("leaves", [write("five")], { kind: "gone" }),
  ];
}

interface Ended {
  outcome: string;
  atMs: number;
  untilMs: number;
}

function endings(machine: Machine): readonly Ended[] {
  const value = (key: string): string => `%(trailers:key=${key},valueonly,separator=)`;
  const format = ["Run", "Outcome", "Until"].map(value).join("|");
  const text = machine.git("log", "--reverse", `--format=${format}|%ct`, "refs/mission/ledger/toy");
  return text.split("\n").flatMap((line) => {
    const [run = "", outcome = "", until = "", at] = line.split("|");
    if (outcome === "" || run.startsWith("gate-")) return [];
    return [{ outcome, atMs: Number(at) * SECOND, untilMs: Date.parse(until) }];
  });
}

/** Which run it is: the next one may begin with the pulse that sees the end of the last, in the same conversation. */
function lastRun(machine: Machine): number {
  const runs = machine.state.listRuns().filter(({ order }) => order.runKind === "work");
  return Math.max(...runs.map(({ order }) => order.attempt));
}

/** A world that is gone with its test, whatever became of it. */
async function aWorld(words: AgentWorldWords, atEnd: (end: () => Promise<void>) => void): Promise<AgentWorld> {
  const world = await anAgentWorld({ ...words, mission: { milestones: { first: { hello: {} } }, ...words.mission } });
  atEnd(() => world.end());
  return world;
}

/** How long a runtime rests is told to the minute at best. */
function expectRest(ended: Ended | undefined, restMs: number): void {
  const { atMs, untilMs } = ended ?? { atMs: 0, untilMs: 0 };
  expect(Math.abs(untilMs - atMs - restMs)).toBeLessThan(2 * MINUTE);
}

it.concurrent.for(FAULTY)(
  "$name gets its work done, whatever its provider does",
  { timeout: LIMIT },
  async (agent, { onTestFinished }) => {
    const { idleMinutes, tellsReset } = WORDS[agent.name] as Words;
    const faults = makeFaults();
    // By run: one that is too slow to ask anything within its limits meets none, and the next one has its turn.
    const met = new Map<number, Fault>();
    const asks = new Map<number, number>();
    const faultOf = (run: number): Fault | undefined => {
      const fault = met.get(run) ?? faults[met.size];
      if (fault !== undefined) met.set(run, fault);
      return fault;
    };
    const words = {
      agents: [agent],
      // What a turn has cost that broke off is not always told: it is taken for the most expensive then.
      mission: { budget: { usd: 1_000 } },
      config: { limits: { idle_minutes: idleMinutes } },
      script: (asked: Asked) => {
        if (asked.tools.length === 0) return play(asked, LAST);
        const run = lastRun(machine);
        const fault = faultOf(run);
        const steps: readonly Step[] = fault === undefined ? LAST : [...fault.before, { do: "fail", how: fault.how }];
        const count = asks.get(run) ?? 0;
        asks.set(run, count + 1);
        return play({ ...asked, turns: [] }, steps.slice(Math.min(count, steps.length - 1)));
      },
    };
    const { machine, model }: AgentWorld = await aWorld(words, onTestFinished);
    // OpenCode alone starts for seconds without a word: what it says of that is output, too.
    machine.env.OPENCODE_LOG_LEVEL = "INFO";
    const bounds = { timeoutMs: LIMIT, skipMs: SKIP_MS };
    const hasLeft = (): boolean => model.isGone && endings(machine).length > Math.max(...met.keys());
    await pulseUntil(machine, "all faults are met, and a run has found nobody", hasLeft, bounds);
    await model.comeBack();
    // More of them than a feature has attempts: none was counted.
    await pulseUntil(machine, "it is done", (seen) => seen.of("hello") === "done", bounds);

    const [last, ...ended] = [...endings(machine)].reverse();
    expect(last?.outcome).toBe("delivered");
    for (const [index, each] of ended.reverse().entries()) {
      const { title, outcome } = met.get(index + 1) ?? { title: "is away", outcome: "provider" as const };
      expect(each.outcome, title).toBe(outcome);
      if (title === UNKNOWN_KEY) expect(each.untilMs, "it is up to a person").toBeNaN();
      else expectRest(each, outcome === "quota" && tellsReset ? RESET_MS : PAUSE_MS[outcome]);
    }
    expect([...met.values()]).toEqual(faults);
    const names = ["one", "two", "three", "four", "five", "hello"];
    expect(names.map((name) => machine.show(`${name}.txt`, "main"))).toEqual(names.map((name) => `${name}\n`));
    await endInTurn(machine);
  },
);

it.concurrent.for(FAULTY.filter(({ name }) => name === "claude"))(
  "a subscription that is used up rests until its reset: $name",
  { timeout: LIMIT },
  async (agent, { onTestFinished }) => {
    const limits = {
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-representative-claim": "five_hour",
      "anthropic-ratelimit-unified-reset": `${Math.floor((Date.now() + RESET_MS) / SECOND)}`,
    };
    const subscribed: Agent = {
      ...agent,
      setUp(machine, url) {
        agent.setUp(machine, url);
        delete machine.env.ANTHROPIC_API_KEY;
        machine.env.CLAUDE_CODE_OAUTH_TOKEN = KEY;
      },
    };
    let isWell = false;
    const script = (asked: Asked) => (isWell ? play(asked, LAST) : usedUp({ ...SAID, ...limits }));
    const { machine } = await aWorld({ agents: [subscribed], mission: {}, script }, onTestFinished);
    const isResting = (sight: Sight): boolean => endings(machine).length > 0 && sight.of("hello").startsWith("ready");
    await pulseUntil(machine, "it rests", isResting);
    expectRest(endings(machine)[0], RESET_MS);
    isWell = true;
    await pulseUntil(machine, "it is done", (seen) => seen.of("hello") === "done", { skipMs: SKIP_MS });
    await endInTurn(machine);
  },
);
