import fc from "fast-check";
import { expect, test } from "vitest";
import { HANDOFF_HEADINGS, isEmptyHandoff, parseHandoff } from "../../src/format/handoff.ts";

const EMPTY = { plan: "", summary: "", selfReview: "", decisions: "", evidence: "", openPoints: "" };

test("the six sections are read under headings of any level and case", () => {
  const markdown = `# Handoff

## Plan
- first this

### PLAN details
more

# summary
Done.

## Self review
Looks fine.
## Decisions ##
SQLite.
## Evidence
\`\`\`sh
# Open points
npm test
\`\`\`
## Open Points:
none
`;
  expect(parseHandoff(markdown)).toEqual({
    plan: "- first this\n\n### PLAN details\nmore",
    summary: "Done.",
    selfReview: "Looks fine.",
    decisions: "SQLite.",
    evidence: "```sh\n# Open points\nnpm test\n```",
    openPoints: "none",
  });
});

test("a section that comes twice is read as one", () => {
  expect(parseHandoff("## Plan\na\n## Summary\nb\n## Plan\nc").plan).toBe("a\nc");
});

test("text without headings is a summary", () => {
  expect(parseHandoff("# Handoff\n\nI did it.\n")).toEqual({ ...EMPTY, summary: "I did it." });
  expect(parseHandoff("Preface\n## Summary\nreal").summary).toBe("real");
});

test("a handoff without a word is empty", () => {
  expect(isEmptyHandoff(parseHandoff(""))).toBe(true);
  expect(isEmptyHandoff(parseHandoff("## Plan\n\n## Summary\n"))).toBe(true);
  expect(isEmptyHandoff(parseHandoff("x"))).toBe(false);
});

test("a fence that is never closed keeps what follows in its section", () => {
  expect(parseHandoff("## Plan\n~~~\n## Summary\nx")).toEqual({ ...EMPTY, plan: "~~~\n## Summary\nx" });
});

test("any text gives sections of bounded length without control characters", () => {
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(...Object.values(HANDOFF_HEADINGS).map((heading) => `## ${heading}`), "```", "\u001b[2J"),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      for (const text of Object.values(parseHandoff(lines.join("\n")))) expect(text).not.toMatch(/(?![\t\n])\p{Cc}/u);
    }),
  );
  expect(parseHandoff(`## Plan\n${"x ".repeat(500_000)}`).plan.length).toBeLessThanOrEqual(20_000);
});
