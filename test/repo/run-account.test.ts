import { expect, test } from "vitest";
import type { RunEvent } from "../../src/doors/runtimes/run-folder/run-files.ts";
import { readAccount } from "../../src/repo/run-account.ts";
import { anOrder, aRuntime } from "../runner/orders.ts";

const AGENT = anOrder({ runtime: aRuntime([], { kind: "codex" }) });
const PROGRAM = anOrder();
const STARTED: RunEvent = { at: 1, kind: "started", owner: null };
const TOOL: RunEvent = { at: 2, kind: "tool", name: "shell", text: "npm test" };
const USAGE: RunEvent = { at: 60_001, kind: "usage", input: 10, output: 5, cached: 1 };
const cost = (usd: number, source: "reported" | "priced"): RunEvent => ({ at: 3, kind: "cost", usd, source });

test.each([
  ["before anything was started", PROGRAM, [], { usd: null, isWhole: true }],
  ["whose agent's model has not answered", AGENT, [STARTED], { usd: null, isWhole: true }],
  ["whose agent told of each answer", AGENT, [STARTED, TOOL, USAGE, cost(0.3, "priced")], { usd: 0.3, isWhole: true }],
  ["whose agent had answered and not told yet", AGENT, [STARTED, TOOL], { usd: null, isWhole: false }],
  ["whose agent told tokens that have no price", AGENT, [STARTED, USAGE], { usd: null, isWhole: false }],
  ["of a program that may say more later", PROGRAM, [STARTED, cost(0.3, "reported")], { usd: 0.3, isWhole: false }],
  ["of a program that has said nothing", PROGRAM, [STARTED], { usd: null, isWhole: false }],
])("what is known of a run that was cut off %s", (_title, order, events, known) => {
  expect(readAccount(events, order)).toMatchObject(known);
});

test("figures of a worker only grow, those of several add up", () => {
  const questions = [1, 2].map(() => ({ runtime: aRuntime([], { kind: "claude" }) }) as never);
  const order = anOrder({ runtime: null, questions });
  const first = [STARTED, USAGE, cost(0.5, "priced"), cost(0.1, "priced")];
  const second = [STARTED, USAGE, cost(0.25, "reported")];
  expect(readAccount([...first, ...second], order)).toEqual({
    lastSignal: null,
    usd: 0.75,
    usdSource: "priced",
    tokens: { input: 20, output: 10, cached: 2 },
    isWhole: true,
    session: null,
    minutes: 1,
  });
  expect(readAccount([...first, STARTED, TOOL], order)).toMatchObject({ usd: 0.5, isWhole: false });
});
