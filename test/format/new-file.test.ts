import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import {
  type NewFeature,
  printContractFile,
  printFeatureFile,
  printMilestoneFile,
  printMissionFile,
} from "../../src/format/new-file.ts";
import type { Check } from "../../src/model/documents.ts";
import { aFile, plainHash } from "./source-files.ts";

const FOLDER = "missions/crm/milestones/01-a";
const MILESTONE = aFile(`${FOLDER}/milestone.md`, "---\ntitle: A\n---\n");

function readFeature(text: string) {
  const { features, findings } = parseMissionFiles(
    "missions",
    "crm",
    [MILESTONE, aFile(`${FOLDER}/x.md`, text)],
    plainHash,
  );
  expect(findings.filter(({ code }) => code !== "bidi-control")).toEqual([]);
  return features[0];
}

/** Text on one line, as titles are read. */
function aTitle() {
  return fc
    .string({ unit: "grapheme", minLength: 1 })
    .map((text) => text.toWellFormed().replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
}

function aScript() {
  return fc
    .string({ unit: "grapheme", minLength: 1 })
    .map((text) => text.toWellFormed().trim())
    .filter((text) => text !== "");
}

function aCheck(): fc.Arbitrary<Check> {
  const text = aScript();
  const title = aTitle();
  return fc.oneof(
    fc.record({
      method: fc.constant("bash" as const),
      run: text,
      timeoutMs: fc.option(fc.integer({ min: 1, max: 10_000_000 })),
      expectOutput: fc.option(text),
    }),
    fc.record({
      method: fc.constant("codebase" as const),
      pattern: text,
      absent: fc.constant(null),
      path: fc.constantFrom("src", null),
    }),
    fc.record({
      method: fc.constant("browser" as const),
      script: fc.constant(null),
      url: title,
      steps: fc.array(title),
      expect: fc.array(title),
    }),
    fc.record({ method: fc.constant("agent" as const), role: fc.constantFrom("tester", null), ask: title }),
    fc.record({ method: fc.constant("manual" as const), ask: title }),
  );
}

function aFeature(): fc.Arbitrary<NewFeature> {
  const ids = fc.array(fc.constantFrom("schema", "auth", "404", "null", "1e3"));
  return fc.record(
    {
      title: aTitle(),
      status: fc.constantFrom("todo", "hold"),
      dependsOn: ids,
      agent: fc.constantFrom("coder", "true"),
      size: fc.constantFrom("S", "XL"),
      priority: fc.integer({ min: 1, max: 4 }),
      risk: fc.constantFrom("green", "red"),
      budget: fc.record({ usd: fc.option(fc.nat(100)), minutes: fc.option(fc.nat(100)), tokens: fc.option(fc.nat()) }),
      scope: fc.array(fc.constantFrom("src/**", "*.md", "!a", "{a,b}/x", "a: b", "# c")),
      fulfills: fc.array(fc.constant("VAL-A-001")),
      fixes: ids,
      verify: fc.array(aCheck()),
      secrets: ids,
      was: fc.constant("old"),
      acceptance: fc.array(fc.constantFrom("it works", "`x` answers 400", "a: b # c")),
    },
    { requiredKeys: ["title"] },
  );
}

describe("new files", () => {
  it("read back as the feature that was printed", () => {
    fc.assert(
      fc.property(aFeature(), (feature) => {
        expect(readFeature(printFeatureFile(feature))).toMatchObject(feature);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "yes: no",
    "# x",
    "- a",
    "'",
    '"',
    "a\\b",
    "null",
    "0x1F",
    "2026-12-24",
    "*a",
    "&a",
    "!b",
    "`c`",
    "%d",
    "@e",
    "---",
    "...",
    "|",
    "[",
    "{}",
    "?",
    ":",
    "é🚀",
    "\u202e",
  ])("take %j as a title", (title) => {
    expect(readFeature(printFeatureFile({ title }))?.title).toBe(title);
  });

  it("read back as the mission that was printed", () => {
    const mission = {
      title: "Build: a CRM",
      mode: "poc" as const,
      budget: { usd: 200, hours: null, tokens: 30_000_000, alertAt: [50, 90] },
      deadline: Date.UTC(2026, 11, 25) - 1,
      models: { worker: "standard" },
      setup: ["npm ci"],
      verify: [{ method: "bash" as const, run: "npm test", timeoutMs: 90_000, expectOutput: null }],
      parallel: 2,
      resources: [
        { name: "sendgrid", kind: "credential", purpose: "mail: out", secret: "env:KEY" },
        { name: "host", kind: "", purpose: "", secret: null },
      ],
      body: "# Goal\n\n- one",
    };
    const read = parseMissionFiles(
      "missions",
      "crm",
      [aFile("missions/crm/mission.md", printMissionFile(mission))],
      plainHash,
    );
    expect(read.findings).toEqual([]);
    expect(read.mission).toMatchObject({ ...mission, signOff: "mission", status: "planning" });
    expect(printMissionFile({ title: "x", budget: "none" })).toBe("---\ntitle: x\nbudget: none\n---\n# x\n");
  });

  it("read back as the milestone that was printed", () => {
    const milestone = { title: "It's: done", fulfills: ["VAL-A-001"], body: "What stands." };
    const file = aFile(`${FOLDER}/milestone.md`, printMilestoneFile(milestone));
    const { milestones, findings } = parseMissionFiles("missions", "crm", [file], plainHash);
    expect(findings).toEqual([]);
    expect(milestones).toMatchObject([milestone]);
  });

  it("read back as the contract that was printed", () => {
    const assertion = fc.record({
      title: aTitle().filter((title) => !/^[\s:–—#-]|#$/.test(title)),
      text: fc.constantFrom("", "Some prose.\n\n```js\n### VAL-A-1: no\n```", "- a list"),
      checks: fc.array(aCheck()),
    });
    fc.assert(
      fc.property(fc.array(assertion), (values) => {
        const assertions = values.map((value, index) => ({ id: `VAL-A-${index}`, ...value }));
        const file = aFile("missions/crm/contract.md", printContractFile(assertions));
        const { contract } = parseMissionFiles("missions", "crm", [file], plainHash);
        expect(contract).toMatchObject(assertions);
      }),
      { numRuns: 500 },
    );
  });
});
