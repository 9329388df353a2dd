/** As Gemini 0.61.0 and Copilot 1.0.102 put it. */

import { expect, test } from "vitest";
import { failureEvent, readSpokenFailure } from "../../../../src/doors/runtimes/acp/failure.ts";

const error = (message: string, code: number) => Object.assign(new Error(message), { code });

test.each([
  [error("The model none does not exist", 500), { code: "provider", needs: "model" }],
  [error("overheated", 500), { code: "provider" }],
  [error("Authentication required", -32000), { code: "provider", needs: "sign-in" }],
  [error("Internal error", -32603), { code: "other" }],
])("%s", (given, told) => {
  const { kind: _, text: __, until: ___, ...rest } = failureEvent(given, 0) as unknown as Record<string, unknown>;
  expect(rest).toEqual(told);
});

test("Copilot says in its last words that it could not work", () => {
  const words =
    "Authentication failed with provider at http://127.0.0.1:1/v1 (HTTP 401).\n  Check your COPILOT_PROVIDER_API_KEY.";
  const text = `Info: Request failed due to a transient API error. Retrying...Error: ${words}`;
  expect(readSpokenFailure("Copilot", text)).toMatchObject({ code: "provider", needs: "sign-in" });
  const missing = "Error: Model 'scripted' not found on provider at http://127.0.0.1:1/v1 (HTTP 404).";
  expect(readSpokenFailure("Copilot", missing)).toMatchObject({ code: "provider", needs: "model" });
  expect(readSpokenFailure("Copilot", "DONE: Error: 404 is shown as a page")).toBeNull();
  expect(readSpokenFailure("Copilot", "Error: it does not compile")).toBeNull();
  expect(readSpokenFailure("OpenCode", text)).toBeNull();
});
