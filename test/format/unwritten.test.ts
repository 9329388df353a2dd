import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseFeature } from "../../src/format/documents/feature.ts";

const template = readFileSync(join(import.meta.dirname, "../../templates/features/blank.md"), "utf8");

function codes(text: string): string[] {
  const file = { path: "missions/crm/milestones/01-a/x.md", mode: "100644", blob: "", bytes: Buffer.from(text) };
  return parseFeature(file, "a", (spec) => spec).findings.map(({ code }) => code);
}

test("a feature that still says what the template says is worked on by nobody", () => {
  const added = template.replaceAll("{{title}}", "Store contacts");
  expect(codes(added)).toEqual(["not-written"]);
  expect(codes(added.replace("What is wanted, and why.", "Contacts survive a restart."))).toEqual([]);
});
