import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { parseConfig } from "../../src/format/documents/config.ts";
import { parseFeature } from "../../src/format/documents/feature.ts";
import { parseMilestone } from "../../src/format/documents/milestone.ts";
import { parseMission } from "../../src/format/documents/mission.ts";
import { parseRole } from "../../src/format/documents/role.ts";
import { readFrontmatter } from "../../src/format/frontmatter.ts";
import { plainValue } from "../../src/format/yaml/node.ts";
import type { SourceFile } from "../../src/model/documents.ts";
import type { Finding } from "../../src/model/finding.ts";
import { featureHeader, milestoneHeader, missionHeader, roleHeader } from "../../src/schema/documents.ts";
import { configHeader } from "../../src/schema/documents-config.ts";

const ENCODER = new TextEncoder();

/** Each key with values that are right and values that are wrong for it. */
const SHARED = {
  title: ["Contacts", "404", "true", "", "[a]", "{ a: 1 }", '""'],
  verify: [
    "npm test",
    "5",
    "[npm test]",
    "[{ run: npm test }]",
    "{ run: npm test, timeout: 5m }",
    "{ run: npm test, timeout: 5 }",
    "{ run: }",
    "{ method: bash, run: x, expect_output: y }",
    "{ method: perl, run: x }",
    "{ pattern: x }",
    "{ pattern: x, absent: y }",
    "{ absent: y, path: src }",
    "{ absent: y, path: ../src }",
    "{ script: a.ts }",
    "{ url: x, steps: [a], expect: b }",
    "{ url: x, script: y }",
    "{ role: tester, ask: x }",
    "{ method: agent, ask: x }",
    "{ method: manual, ask: x }",
    "{ method: manual }",
    "{ ask: x }",
    "{}",
    "[[npm test]]",
    "[{ verify: npm test }, { verify: { run: x } }]",
    "[{ verify: [npm test] }]",
    "{ verify: [npm test] }",
    "{ verify: { verify: npm test } }",
    "{ verify: }",
    "[]",
    "[{ run: [a] }]",
  ],
  unknown: ["1"],
};
const AMOUNTS = ["3", "0.5", "-1", "much", "1e400", "[1]", "", "0"];
const IDS = ["schema", "[schema, auth]", "[Schema]", "main", "[q7]", "404", "[[a]]", "", "{ a: 1 }"];
const STATUSES = [
  "todo",
  "hold",
  "cancelled",
  "done",
  "Done",
  "[todo]",
  "",
  "1",
  "active",
  "planning",
  "paused",
  "completed",
];

const CASES: Readonly<
  Record<
    string,
    { schema: z.ZodType; parse: (file: SourceFile) => { findings: readonly Finding[] }; keys: Record<string, string[]> }
  >
> = {
  feature: {
    schema: featureHeader,
    parse: (file) => parseFeature(file, "a", (text) => text),
    keys: {
      ...SHARED,
      status: STATUSES,
      depends_on: [...IDS, "[other/x]", "[a/b/c]"],
      agent: IDS.filter((value) => !value.startsWith("[schema")),
      size: ["S", "XL", "s", "1", ""],
      priority: ["1", "4", "0", "5", "1.5", "high"],
      risk: ["green", "Green", ""],
      budget: [
        "{ usd: 3, minutes: 60, tokens: 400k }",
        "{ usd: -1 }",
        "{ tokens: 1.5 }",
        "{ tokens: 400 }",
        "{ tokens: x }",
        "none",
        "{}",
      ],
      scope: ["src/**", "[/etc]", "[../x]", "[a/../b]", "[~/x]", "['C:\\x']"],
      fulfills: ["[VAL-A-001]", "x", "[[x]]"],
      secrets: IDS,
      was: IDS.filter((value) => !value.startsWith("[schema")),
    },
  },
  milestone: {
    schema: milestoneHeader,
    parse: (file) => parseMilestone(file, "01-a"),
    keys: { ...SHARED, status: STATUSES, fulfills: ["[VAL-A-001]", "{}"] },
  },
  mission: {
    schema: missionHeader,
    parse: (file) => parseMission(file, "missions", "crm"),
    keys: {
      ...SHARED,
      status: STATUSES,
      mode: ["poc", "full", "x"],
      home: ["branch", "default", "main"],
      sign_off: ["feature", "none"],
      budget: [
        "none",
        "{ usd: 3 }",
        "{ hours: 4, tokens: 30M, alert_at: [50, 100] }",
        "{ usd: 1, alert_at: [0] }",
        "{ usd: 1, alert_at: [101] }",
        "{ alert_at: [50] }",
        "{}",
        "5",
        "{ usd: x }",
      ],
      deadline: ["2026-12-24", "2026-02-30", "tomorrow", "2026", "[2026-12-24]"],
      land: ["push", "pull", "merge"],
      models: ["{ planner: thinking }", "{ planner: [x] }", "{ planner: }", "x"],
      setup: ["npm ci", "[npm ci, 5]", "[[x]]"],
      parallel: ["3", "0", "1001", "many"],
      resources: [
        "[{ name: mail, kind: k }]",
        "{ name: mail }",
        "[{ kind: k }]",
        '[{ name: m, secret: "env:KEY" }]',
        "[{ name: m, secret: hunter2 }]",
        "[mail]",
        "[{ name: Mail }]",
      ],
      preferences: ["{ a: [1] }", "x"],
    },
  },
  role: {
    schema: roleHeader,
    parse: parseRole,
    keys: {
      name: ["coder", ""],
      description: ["Does it.", "[x]"],
      model: ["standard", "[x]"],
      autonomy: ["intern", "boss"],
      tools: ["Read, Edit", "[read]", "{ a: 1 }"],
      limits: ["{ minutes: 60 }", "{ usd_per_run: -1 }", "5"],
      runtime: ["claude", "{ a: 1 }"],
    },
  },
  config: {
    schema: configHeader,
    parse: parseConfig,
    keys: {
      verify: SHARED.verify,
      parallel: ["4", "0"],
      isolation: ["clone", "vm"],
      setup: ["[npm ci]", "[[x]]"],
      runtime: ["claude", "[x]"],
      runtimes: [
        "{ claude: { kind: claude } }",
        "{ mine: { kind: command, run: [node, x], env: [MY_KEY], cost: none } }",
        "{ mine: { kind: command } }",
        "{ mine: { kind: command, run: [] } }",
        "{ mine: { kind: replay } }",
        "{ mine: { kind: replay, folder: x } }",
        "{ mine: { kind: command, run: x, env: ['A=b'] } }",
        "{ Mine: { kind: claude } }",
        "{ mine: { kind: other } }",
        "{ mine: { run: x } }",
        "{ desk: { kind: tmux, run: [claude], billing: subscription } }",
        "{ desk: { kind: tmux, run: [claude], billing: free } }",
        "{ mine: claude }",
      ],
      models: ["{ economy: { claude: haiku } }", "{ economy: }", "{ economy: haiku }", "{ economy: { claude: } }"],
      protected: ["[a/**]", "[../x]"],
      limits: [
        "{ attempts: 3, run_usd: 25, output_mb: 64 }",
        "{ attempts: 0 }",
        "{ rounds: x }",
        ...AMOUNTS.map((value) => `{ run_usd: ${value} }`),
      ],
      approvers: ["[{ email: a@example.com }]", "[{}]", "{ github: alice }", "[alice]"],
      notify: [
        '[{ kind: webhook, url: "env:HOOK_URL", on: [needs_input] }]',
        "[{ kind: webhook }]",
        "{ kind: command, run: [notify-send] }",
        "{ kind: command }",
        "[{ kind: mail }]",
        "[{ run: x }]",
        "[{ kind: webhook, url: x, on: [lunch] }]",
      ],
    },
  },
};

describe.each(Object.entries(CASES))("the shape of a %s", (name, { schema, parse, keys }) => {
  it.each(Object.entries(keys).flatMap(([key, values]) => values.map((value) => `${key}: ${value}`)))(
    "accepts what the reader accepts: %s",
    (line) => expectAgreement(line),
  );

  it("accepts what the reader accepts in any combination", () => {
    const header = fc.record(
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, fc.constantFrom(...values)])),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(header, (values) => {
        expectAgreement(
          Object.entries(values)
            .map(([key, value]) => `${key}: ${value}`)
            .join("\n"),
        );
      }),
      { numRuns: 300 },
    );
  });

  function expectAgreement(header: string): void {
    const text = `---\n${header}\n---\n`;
    const stem = name === "role" ? "coder" : "x";
    const { findings } = parse({ path: `x/${stem}.md`, mode: "100644", blob: "b", bytes: ENCODER.encode(text) });
    const errors = findings.filter(({ severity }) => severity === "error");
    const answer = schema.safeParse(plainValue(readFrontmatter(text).map));
    expect({ header, accepted: answer.success }).toEqual({ header, accepted: errors.length === 0 });
  }
});
