import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fingerprintText } from "../../src/format/fingerprint.ts";

const failure = { kind: "check", command: "npm test", exitCode: 1, output: "" };
const printed = (output: string) => fingerprintText({ ...failure, output });

describe("two runs of one failure look the same, whatever the", () => {
  test.each([
    ["numbers", "expected 302, got 200", "expected 302, got 500"],
    ["signs and thousands", "off by -1,234.5", "off by 7"],
    ["colours", "\u001b[31mfailed\u001b[39m", "failed"],
    ["commit", "at 4b825dc642cb6eb9a060e54bf8d69288fbee4904", "at 1b1f6d4"],
    ["uuid", "session 123e4567-e89b-12d3-a456-426614174000", "session 123e4567-e89b-12d3-a456-4266141740ff"],
    ["address", "segfault at 0x7ffe12", "segfault at 0xdeadbeef"],
    ["run", "in contacts-2-x7k3m1", "in contacts-1-abcdef"],
    ["nonce", "token a8f3kq29x", "token zz91mmk3"],
    ["time of day", "[10:23:45] failed", "[9:01:02.123] failed"],
    ["date", "2026-11-20T09:30:00Z failed", "2026-12-24 10:00:01.5 failed"],
    ["written date", "Fri Nov 20 2026 failed", "Thu Dec 24 2026 failed"],
    ["duration", "failed in 950 ms", "failed in 1.2s"],
    ["duration of several parts", "failed in 1m 2s", "failed in 3 s"],
    ["workspace", "/tmp/git-mission/runs/a/workspace/src/x.ts: bad", "/Users/anna/w/src/x.ts: bad"],
    ["way up", "../../runs/a/x.ts bad", "../b/x.ts bad"],
    ["file URL", "at file:///tmp/a/x.mjs", "at file:///home/b/x.mjs"],
    ["drive", "at C:\\Users\\a\\x.ts", "at D:\\x.ts"],
    ["line and column", "src/a.ts:12:34 bad", "src/a.ts:112:5 bad"],
    ["position in an absolute path", "(/tmp/a/x.ts:12:34)", "(/var/y.ts:7)"],
    ["blank lines and spaces", "a  b\n\n\nc\r\n", "a b\nc"],
    ["lines before the last forty", `old\n${"x\n".repeat(40)}`, `other\n${"x\n".repeat(40)}`],
  ])("%s", (_title, one, other) => expect(printed(one)).toBe(printed(other)));
});

describe("two failures look different by their", () => {
  test.each([
    ["kind", { ...failure, kind: "setup" }],
    ["command", { ...failure, command: "npm run build" }],
    ["exit code", { ...failure, exitCode: 2 }],
    ["missing exit code", { ...failure, exitCode: null }],
    ["words", { ...failure, output: "other" }],
  ])("%s", (_title, other) => expect(fingerprintText(failure)).not.toBe(fingerprintText(other)));

  test.each([
    ["failing test", "FAIL test/auth.test.ts > signs in", "FAIL test/contacts.test.ts > signs in"],
    ["order of lines", "a\nb", "b\na"],
    ["message", "TypeError: x is undefined", "TypeError: y is undefined"],
  ])("%s", (_title, one, other) => expect(printed(one)).not.toBe(printed(other)));
});

test("the text is bounded and plain, whatever was printed", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary", maxLength: 2000 }), { maxLength: 60 }), (lines) => {
      const text = printed(lines.join("\n"));
      expect(text.length).toBeLessThan(40 * 401 + 500);
      expect(text).not.toMatch(/(?![\n])\p{Cc}/u);
    }),
    { numRuns: 30 },
  );
  for (const part of ["1", "a-1-", "/a", "a1", "1 s ", "..", "<time> ", "0:00", "1,"]) {
    // A pattern that goes back would not be through before the test's own time is over.
    expect(printed(part.repeat(1_000_000)).length, part).toBeLessThan(40 * 401 + 500);
  }
});
