/** As Claude Code and Codex print it. */

import { expect, test } from "vitest";
import { readResetTime } from "../../../../src/doors/runtimes/agent/reset-time.ts";

const NOON = Date.UTC(2026, 10, 20, 12);

test.each([
  ["You've hit your session limit · resets 8:20pm (UTC)", Date.UTC(2026, 10, 20, 20, 21)],
  ["You've hit your session limit · resets 8pm (UTC)", Date.UTC(2026, 10, 20, 20, 1)],
  ["You've hit your session limit · resets 1:10am (UTC)", Date.UTC(2026, 10, 21, 1, 11)],
  ["You've hit your weekly limit · resets Nov 24, 7:24pm (UTC)", Date.UTC(2026, 10, 24, 19, 25)],
  ["You've hit your session limit · resets 8:20pm", new Date(2026, 10, 20, 20, 21).getTime()],
  ["usage limit. Try again at Nov 22nd, 2026 7:00 PM.", new Date(2026, 10, 22, 19, 1).getTime()],
  ["usage limit. Try again at a better time.", null],
  ["the model resets 3 tables", null],
])("%s", (text, until) => {
  expect(readResetTime(text, NOON)).toBe(until);
});
