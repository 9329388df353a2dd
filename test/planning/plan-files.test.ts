import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import type { MissionFiles } from "../../src/model/documents.ts";
import { fillTemplate } from "../../src/planning/fill-template.ts";
import type { Plan } from "../../src/planning/plan.ts";
import { type PlanFile, planFiles } from "../../src/planning/plan-files.ts";
import { freeId, missionSlug, slugOf } from "../../src/planning/slug.ts";
import { planSchema } from "../../src/schema/plan.ts";

const place = { root: "missions", id: "crm" } as const;

const PLAN: Plan = {
  mission: {
    title: "Build a CRM",
    goal: "A small team keeps contacts and deals.",
    non_goals: ["Phone calls"],
    constraints: ["No server of our own"],
    mode: "full",
    budget: { usd: 200, tokens: "30M" },
    verify: ["npm test", { run: "npm run build", timeout: "5m" }],
    resources: [{ name: "mail", kind: "credential", purpose: "outgoing: mail", secret: "env:MAIL_KEY" }],
  },
  contract: [
    { id: "VAL-AUTH-001", title: "A person signs in", text: "With a password.", verify: "npm test -- auth" },
    { id: "VAL-AUTH-002", title: "Nobody else does" },
  ],
  milestones: [
    {
      title: "Foundation",
      body: "What stands.",
      features: [
        { title: "Schema", size: "S", acceptance: ["`npm test` passes with 3 tables"], scope: ["src/db/**"] },
        {
          id: "auth",
          title: 'Sign-in: "form" #1',
          depends_on: ["schema"],
          fulfills: ["VAL-AUTH-001", "VAL-AUTH-002"],
          acceptance: ["302 after sign-in"],
        },
      ],
    },
    {
      id: "contacts",
      title: "Contacts",
      features: [{ title: "Schema", acceptance: ["pages by 50"], verify: { run: "npm test -- contacts" } }],
    },
  ],
};

test("a plan becomes the files that a person would have written, and they read back as what was meant", () => {
  const files = planFiles(PLAN, place);
  expect(files.map(({ path }) => path)).toEqual([
    "missions/crm/mission.md",
    "missions/crm/contract.md",
    "missions/crm/milestones/01-foundation/milestone.md",
    "missions/crm/milestones/01-foundation/schema.md",
    "missions/crm/milestones/01-foundation/auth.md",
    "missions/crm/milestones/02-contacts/milestone.md",
    "missions/crm/milestones/02-contacts/schema-2.md",
  ]);
  expect(textOf(files, "mission.md")).toBe(`---
title: Build a CRM
status: planning
mode: full
budget: { usd: 200, tokens: 30M }
verify: [{ run: npm test }, { run: npm run build, timeout: 5m }]
resources: [{ name: mail, kind: credential, purpose: "outgoing: mail", secret: "env:MAIL_KEY" }]
---
# Build a CRM

## Goal
A small team keeps contacts and deals.

## Non-goals
- Phone calls

## Constraints
- No server of our own
`);
  const read = parse(files);
  expect(read.findings).toEqual([]);
  expect(read.mission).toMatchObject({
    status: "planning",
    budget: { usd: 200, tokens: 30_000_000 },
    resources: [{ secret: "env:MAIL_KEY" }],
  });
  expect(read.contract).toMatchObject([
    { id: "VAL-AUTH-001", text: expect.stringContaining("With a password."), checks: [{ run: "npm test -- auth" }] },
    { id: "VAL-AUTH-002", checks: [] },
  ]);
  expect(read.features).toMatchObject([
    { id: "auth", title: 'Sign-in: "form" #1', dependsOn: ["schema"], acceptance: ["302 after sign-in"] },
    { id: "schema", size: "S", scope: ["src/db/**"], acceptance: ["`npm test` passes with 3 tables"] },
    { id: "schema-2", milestone: "contacts", verify: [{ run: "npm test -- contacts" }] },
  ]);
});

test("the schema takes the plan as it is, and says what does not fit", () => {
  expect(planSchema.parse(structuredClone(PLAN))).toEqual(PLAN);
  const { error } = planSchema.safeParse({
    mission: { title: "x", mode: "fast" },
    milestones: [{ title: "m", features: [{ size: "XXL" }] }],
    surprise: 1,
  });
  const places = error?.issues.map(({ path }) => path.join("."));
  expect(places).toEqual(
    expect.arrayContaining(["mission.mode", "milestones.0.features.0.title", "milestones.0.features.0.size", ""]),
  );
  expect(planSchema.safeParse({ mission: { title: "x", status: "active" }, milestones: [] }).success).toBe(false);
});

test.each([
  ["Build a CRM", "crm"],
  ["Please make the Sign-in form", "sign-in-form"],
  ["Add dark mode to the settings page. It should follow the system.", "dark-mode-to-the-settings-page"],
  ["Über-größe für Käufer", "uber-gro-e-fur-kaufer"],
  ["Stop", "stop"],
  ["Build", "build"],
  ["日本語", ""],
])("the goal %s makes the id %s", (goal, id) => {
  expect(missionSlug(goal)).toBe(id);
});

test("an id is cut between words, and numbered where it is taken or reserved", () => {
  const slug = slugOf("A very long title that goes on and on for much longer than anybody would type");
  expect(slug.length).toBeLessThanOrEqual(40);
  expect(slug).toBe("a-very-long-title-that-goes-on-and-on");
  expect(slugOf("x".repeat(80)).length).toBeLessThanOrEqual(41);
  expect(freeId("auth", new Set(["auth", "auth-2"]), "feature")).toBe("auth-3");
  expect([
    freeId("plan", new Set(), "feature"),
    freeId("q7", new Set(), "feature"),
    freeId("", new Set(), "feature"),
  ]).toEqual(["plan-2", "q7-2", "feature"]);
});

const templates = join(import.meta.dirname, "../../templates");

test.each(readdirSync(join(templates, "missions")))(
  "the template %s is a mission without errors under any title",
  (name) => {
    for (const title of ["Build a CRM", "a: b # c", '"quoted" \\ {{title}}', "- [ ] list", "{{", "true", "1.0"]) {
      const files = readdirSync(join(templates, "missions", name), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => {
          const path = join(entry.parentPath, entry.name);
          const inside = path.slice(join(templates, "missions", name).length + 1);
          return { path: `missions/crm/${inside}`, text: fillTemplate(readFileSync(path, "utf8"), title) };
        });
      const read = parse(files);
      expect(read.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(read.mission?.title).toBe(title);
      expect(textOf(files, "mission.md")).toContain(`\n# ${title}\n`);
    }
  },
);

test.each(readdirSync(join(templates, "features")))(
  "the feature template %s reads as a feature that only wants to be written",
  (name) => {
    const text = fillTemplate(readFileSync(join(templates, "features", name), "utf8"), "Import: CSV");
    const read = parse([{ path: "missions/crm/milestones/01-base/csv.md", text }]);
    expect(read.features).toMatchObject([{ title: "Import: CSV", acceptance: [] }]);
    expect(read.findings.filter(({ file }) => file.endsWith("csv.md")).map(({ code }) => code)).toEqual([
      "not-written",
    ]);
  },
);

function parse(files: readonly PlanFile[]): MissionFiles {
  const sources = files.map(({ path, text }) => ({ path, mode: "100644", blob: "", bytes: Buffer.from(text) }));
  return parseMissionFiles("missions", "crm", sources, (text) => text);
}

function textOf(files: readonly PlanFile[], name: string): string {
  return files.find(({ path }) => path.endsWith(`/${name}`))?.text ?? "";
}
