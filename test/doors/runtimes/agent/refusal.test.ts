/** Words and statuses as the agents printed them: Claude Code 2.1.197, Codex 0.169.0, OpenCode, Gemini. */

import { describe, expect, it } from "vitest";
import { judgeRefusal, judgeRetry } from "../../../../src/doors/runtimes/agent/refusal.ts";

type Judged = readonly [code: string, needs?: string];
const PASSES: Judged = ["provider"];
const QUOTA: Judged = ["quota"];
const SIGN_IN: Judged = ["provider", "sign-in"];
const PAYMENT: Judged = ["quota", "payment"];
const MODEL: Judged = ["provider", "model"];
const WORK: Judged = ["other"];

const TOLD: readonly (readonly [number | null | undefined, string, Judged])[] = [
  [null, "Not logged in · Please run /login", SIGN_IN],
  [401, "Failed to authenticate. API Error: 401 OAuth token has expired", SIGN_IN],
  [403, "Failed to authenticate. API Error: 403 Your API key does not have permission", SIGN_IN],
  [undefined, "Invalid API key · Fix external API key", SIGN_IN],
  [undefined, "unexpected status 401 Unauthorized: invalid key, url: http://127.0.0.1:1/v1/responses", SIGN_IN],
  [undefined, "Missing environment variable: `KEY`.", SIGN_IN],
  [400, "API key not valid. Please pass a valid API key.", SIGN_IN],
  [400, "Credit balance is too low", PAYMENT],
  [402, "Payment Required", PAYMENT],
  [undefined, "Quota exceeded. Check your plan and billing details.", PAYMENT],
  [404, "There's an issue with the selected model (nope). It may not exist or you may not have access to it.", MODEL],
  [undefined, "unexpected status 404 Not Found: The model nope does not exist, url: http://127.0.0.1:1", MODEL],
  [
    undefined,
    `{"error":{"message":"The 'nope' model is not supported when using Codex with a ChatGPT account."}}`,
    MODEL,
  ],
  [429, "You've hit your session limit · resets 8:20pm (UTC)", QUOTA],
  [undefined, "exceeded retry limit, last status: 429 Too Many Requests", QUOTA],
  [undefined, "You've hit your usage limit. Visit the settings to purchase more credits or try again later.", QUOTA],
  [500, "API Error: 500 the model is not available, sign in", PASSES],
  [529, "API Error: Overloaded", PASSES],
  [undefined, "API Error: Connection error.", PASSES],
  [undefined, "stream disconnected before completion: failed to lookup address information", PASSES],
  [undefined, "We're currently experiencing high demand, which may cause temporary errors.", PASSES],
  [400, "Prompt is too long · the request is ~250000 tokens (limit 200000)", WORK],
  [413, "Request too large", WORK],
  [undefined, "Codex ran out of room in the model's context window. Start a new thread.", WORK],
  [undefined, "unexpected status 400 Bad Request: unknown parameter", WORK],
  [null, "its answer was longer than it may be", WORK],
];

describe("a provider's refusal", () => {
  it.each(TOLD)("%s %s", (status, text, [code, needs]) => {
    const refusal = status === undefined ? { text } : { status, text };
    expect(judgeRefusal(refusal)).toMatchObject({ kind: "error", code });
    expect(judgeRefusal(refusal).needs).toBe(needs);
  });

  it("that ends by itself needs nobody, though it advises to pay for more", () => {
    const text = "You exceeded your current quota, please check your plan and billing details.";
    expect(judgeRefusal({ text, until: 1 })).toEqual({ kind: "error", code: "quota", text, until: 1 });
  });

  it("is told in the provider's own words", () => {
    expect(judgeRefusal({ text: '{"error":{"message":"unknown model"}}' }).text).toBe("unknown model");
  });

  it("that an agent tries to overcome is judged alike", () => {
    const text = "Reconnecting... 1/1 (unexpected status 401 Unauthorized: invalid key)";
    expect(judgeRetry({ text })).toEqual({ kind: "retry", text, isQuota: false, needs: "sign-in" });
    expect(judgeRetry({ status: 429, text: "429 rate_limit, attempt 2 of 10" })).toMatchObject({ isQuota: true });
    expect(judgeRetry({ text: "Reconnecting... 2/5" })).toEqual({
      kind: "retry",
      text: "Reconnecting... 2/5",
      isQuota: false,
    });
  });
});
