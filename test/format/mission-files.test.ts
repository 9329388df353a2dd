import { describe, expect, it } from "vitest";
import type { ParsedDocument } from "../../src/format/document-cache.ts";
import { parseMissionFiles } from "../../src/format/mission-files.ts";
import type { SourceFile } from "../../src/model/documents.ts";
import { aFile, plainHash } from "./source-files.ts";

const MISSION = `---
title: Build a CRM
status: planning            # planning | active | paused | cancelled
mode: full                  # poc | full
home: branch
sign_off: milestone         # feature | milestone | mission
budget: { usd: 200, hours: 40, tokens: 30M, alert_at: [50, 80, 95, 100] }   # any part may be left out; or: none
deadline: 2026-12-24        # wall clock; hours are agent hours
land: push
models: { planner: thinking, worker: standard }
setup: [npm ci]
verify: [{ run: npm test }, { run: npm run build }]
parallel: 3
resources:
  - { name: sendgrid, kind: credential, purpose: outgoing mail, secret: "env:SENDGRID_KEY" }   # a reference
preferences: { tech_stack: [typescript, sqlite], deploy_target: fly }
---
# Build a CRM

> A small team can keep contacts.
`;

const FEATURE = `---
title: Contact list API
status: todo
depends_on: [schema]
agent: coder
size: L
priority: 2
risk: red
budget: { usd: 3, minutes: 60, tokens: 400k }
scope: ["src/contacts/**"]
fulfills: [VAL-CONTACT-001]
fixes: []
verify: [{ run: npm test -- contacts }]
secrets: [sendgrid]
---
# Contact list API
What and why.

## Acceptance
- [ ] \`GET /contacts\` pages by 50
- [x] an unknown sort key answers 400
  with the allowed keys

## Notes
- not a criterion
`;

const CONTRACT = `# Contract

### VAL-AUTH-001: A person signs in with a correct password
The sign-in form leads to the dashboard.

\`\`\`yaml verify
method: bash
run: npm test -- auth
timeout: 5m
\`\`\`

\`\`\`yaml verify
- ask: Does it look right?
  method: manual
- { pattern: "signIn(", path: src }
\`\`\`

### VAL-AUTH-002: A wrong password is refused
`;

function crm(...files: SourceFile[]) {
  return parseMissionFiles("missions", "crm", files, plainHash);
}

describe("parseMissionFiles", () => {
  it("reads every key of a mission", () => {
    const { mission, findings } = crm(aFile("missions/crm/mission.md", MISSION));
    expect(findings).toEqual([]);
    expect(mission).toMatchObject({
      id: "crm",
      root: "missions",
      path: "missions/crm",
      file: "missions/crm/mission.md",
      title: "Build a CRM",
      status: "planning",
      mode: "full",
      home: "branch",
      signOff: "milestone",
      budget: { usd: 200, hours: 40, tokens: 30_000_000, alertAt: [50, 80, 95, 100] },
      deadline: Date.UTC(2026, 11, 25) - 1,
      land: "push",
      models: { planner: "thinking", worker: "standard" },
      setup: ["npm ci"],
      verify: [{ method: "bash", run: "npm test" }, { run: "npm run build" }],
      verifyOnly: null,
      parallel: 3,
      resources: [{ name: "sendgrid", kind: "credential", purpose: "outgoing mail", secret: "env:SENDGRID_KEY" }],
      preferences: { tech_stack: ["typescript", "sqlite"], deploy_target: "fly" },
      body: "# Build a CRM\n\n> A small team can keep contacts.",
    });
    expect(mission?.at.budget).toEqual({ line: 7, column: 1 });
  });

  it("reads every key of a feature", () => {
    const { features, findings } = crm(
      aFile("missions/crm/milestones/02a-contacts/milestone.md", "---\ntitle: Contacts\n---\n"),
      aFile("missions/crm/milestones/02a-contacts/contact-list.md", FEATURE),
    );
    expect(findings).toEqual([]);
    expect(features).toMatchObject([
      {
        id: "contact-list",
        milestone: "contacts",
        title: "Contact list API",
        status: "todo",
        dependsOn: ["schema"],
        agent: "coder",
        size: "L",
        priority: 2,
        risk: "red",
        budget: { usd: 3, minutes: 60, tokens: 400_000 },
        scope: ["src/contacts/**"],
        fulfills: ["VAL-CONTACT-001"],
        fixes: [],
        verify: [{ method: "bash", run: "npm test -- contacts", timeoutMs: null, expectOutput: null }],
        secrets: ["sendgrid"],
        was: null,
        acceptance: ["`GET /contacts` pages by 50", "an unknown sort key answers 400 with the allowed keys"],
      },
    ]);
    expect(features[0]?.spec).toContain("What and why.");
  });

  it("fills a feature that says nothing with the defaults", () => {
    const { features, findings } = crm(
      aFile("missions/crm/milestones/01-a/milestone.md", "---\ntitle: A\n---\n"),
      aFile("missions/crm/milestones/01-a/schema.md", "---\n---\n# Schema of contacts\n"),
    );
    expect(findings).toEqual([]);
    expect(features[0]).toMatchObject({
      title: "Schema of contacts",
      status: "todo",
      agent: "coder",
      size: "M",
      priority: 3,
      risk: "yellow",
      budget: { usd: null, minutes: null, tokens: null },
    });
  });

  it("reads the assertions of a contract with all their checks", () => {
    const { contract, findings } = crm(aFile("missions/crm/contract.md", CONTRACT));
    expect(findings).toEqual([]);
    expect(contract).toEqual([
      {
        id: "VAL-AUTH-001",
        title: "A person signs in with a correct password",
        text: "The sign-in form leads to the dashboard.",
        checks: [
          { method: "bash", run: "npm test -- auth", timeoutMs: 300_000, expectOutput: null },
          { method: "manual", ask: "Does it look right?" },
          { method: "codebase", pattern: "signIn(", absent: null, path: "src" },
        ],
        file: "missions/crm/contract.md",
        line: 3,
      },
      {
        id: "VAL-AUTH-002",
        title: "A wrong password is refused",
        text: "",
        checks: [],
        file: "missions/crm/contract.md",
        line: 18,
      },
    ]);
  });

  it("sorts milestones by number, then letter, then name, and features by name", () => {
    const folders = ["10-last", "02a-between", "03-third", "02-second", "1-first", "loose"];
    const files = folders.map((folder) =>
      aFile(`missions/crm/milestones/${folder}/milestone.md`, `---\ntitle: ${folder}\n---\n`),
    );
    const { milestones, features, findings } = crm(
      ...files,
      aFile("missions/crm/milestones/1-first/b.md", "---\ntitle: b\n---\n"),
      aFile("missions/crm/milestones/1-first/a.md", "---\ntitle: a\n---\n"),
    );
    expect(findings).toEqual([]);
    expect(milestones.map(({ id }) => id)).toEqual(["first", "second", "between", "third", "last", "loose"]);
    expect(features.map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("passes over what is no document", () => {
    const names = [
      "research/notes.md",
      "scripts/a.md",
      "assets/x.png",
      "skills/s.md",
      "report.md",
      "milestones/01-a/pic.png",
    ];
    expect(crm(...names.map((name) => aFile(`missions/crm/${name}`, "no header")))).toEqual({
      mission: null,
      contract: [],
      milestones: [],
      features: [],
      roles: [],
      findings: [],
    });
  });

  it("reads the draft agents of a mission", () => {
    const role =
      "---\nname: mailer\ndescription: Sends mail.\ntools: Read, Edit\nlimits: { usd_per_run: 2 }\n---\nBe brief.\n";
    expect(crm(aFile("missions/crm/agents/mailer.md", role)).roles).toEqual([
      {
        name: "mailer",
        description: "Sends mail.",
        model: "standard",
        autonomy: "specialist",
        tools: ["Read", "Edit"],
        limits: { minutes: null, usdPerRun: 2, usdPerDay: null },
        runtime: null,
        body: "Be brief.",
        file: "missions/crm/agents/mailer.md",
        leftOut: ["model", "autonomy"],
        at: expect.objectContaining({ tools: { line: 4, column: 1 } }),
      },
    ]);
  });

  it("says that a milestone's folder has no milestone.md", () => {
    const { milestones, findings } = crm(aFile("missions/crm/milestones/01-a/schema.md", "---\ntitle: Schema\n---\n"));
    expect(milestones).toMatchObject([{ id: "a", folder: "01-a", title: "a" }]);
    expect(findings).toMatchObject([{ file: "missions/crm/milestones/01-a/milestone.md", code: "missing-file" }]);
  });

  it("parses a file once while its blob stays, and the answer survives a cache on disk", () => {
    const entries = new Map<string, string>();
    const cache = {
      get: (key: string): ParsedDocument | undefined => {
        const text = entries.get(key);
        return text === undefined ? undefined : JSON.parse(text);
      },
      set: (key: string, document: ParsedDocument) => {
        entries.set(key, JSON.stringify(document));
      },
    };
    const files = [
      aFile("missions/crm/mission.md", MISSION.replace("fly", ".inf")),
      aFile("missions/crm/contract.md", CONTRACT),
      aFile("missions/crm/milestones/01-a/milestone.md", "---\nstatus: wrong\n---\n"),
      aFile("missions/crm/milestones/01-a/contact-list.md", FEATURE),
      aFile("missions/crm/agents/mailer.md", "---\nname: mailer\n---\n"),
    ];
    const fresh = parseMissionFiles("missions", "crm", files, plainHash);
    expect(parseMissionFiles("missions", "crm", files, plainHash, cache)).toEqual(fresh);
    const unread = files.map((file) => ({ ...file, bytes: new Uint8Array() }));
    expect(parseMissionFiles("missions", "crm", unread, plainHash, cache)).toEqual(fresh);
  });
});
