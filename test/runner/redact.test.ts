import { expect, test } from "vitest";
import { makeRedactor } from "../../src/repo/redact.ts";

const secret = "s3cr3t/value+x";
const { redact, redactCut } = makeRedactor([secret, "short", "line one of key\nline two of key\n", 'quo"ted value']);

test.each([
  ["as it is", `token=${secret}!`],
  ["in base64", `header ${Buffer.from(secret).toString("base64")}`],
  ["in an address", `https://x/?t=${encodeURIComponent(secret)}`],
  ["one line of several", "-> line two of key <-"],
  ["in JSON", JSON.stringify({ key: 'quo"ted value' })],
])("a secret goes: %s", (_title, text) => {
  const clean = redact(text);
  expect(clean).toContain("[secret]");
  for (const part of [secret, "line two", "quo"]) expect(clean).not.toContain(part);
});

test("short values are words, and stay", () => {
  expect(redact("a short text")).toBe("a short text");
});

test("a beginning of a secret at a cut goes too", () => {
  expect(redactCut(`abc ${secret.slice(0, 9)}`)).toBe("abc [secret]");
  expect(redactCut("abc s3")).toBe("abc s3");
});
