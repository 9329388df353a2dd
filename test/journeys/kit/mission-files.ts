/** Missions in a few words: the files of one, from the headers of its features. Values are printed as YAML flow. */

type Header = Readonly<Record<string, unknown>>;

export interface FeatureWords extends Header {
  /** The text below the header; the default has acceptance criteria. */
  body?: string;
}

export interface MissionWords extends Header {
  id?: string;
  /** By milestone id in their order: by feature id the header's keys that differ from `featureFile`'s. */
  milestones?: Readonly<Record<string, Readonly<Record<string, FeatureWords>>>>;
  /** Headers of milestones, by id. */
  milestoneHeaders?: Readonly<Record<string, Header>>;
  contract?: string;
}

/** The files of a mission, `poc` on the default branch unless the words say otherwise: one milestone `first` with `a` and `b`. */
export function missionFiles({
  id = "toy",
  milestones = { first: { a: {}, b: {} } },
  milestoneHeaders = {},
  contract,
  ...header
}: MissionWords = {}): Record<string, string> {
  const folder = `missions/${id}`;
  const mission = { title: "Toy", status: "active", mode: "poc", home: "default", budget: { usd: 10 }, ...header };
  const files: Record<string, string> = { [`${folder}/mission.md`]: document(mission, "# Toy\n\n## Goal\n\nToys.\n") };
  if (contract !== undefined) files[`${folder}/contract.md`] = contract;
  for (const [index, [milestone, features]] of Object.entries(milestones).entries()) {
    const place = `${folder}/milestones/${milestoneFolder(milestone, index)}`;
    const title = { title: `Milestone ${milestone}`, ...milestoneHeaders[milestone] };
    files[`${place}/milestone.md`] = document(title, "It stands.\n");
    for (const [feature, words] of Object.entries(features))
      files[`${place}/${feature}.md`] = featureFile(feature, words);
  }
  return files;
}

/** A feature that asks for `<id>.txt` and verifies that it is there. `verify: undefined` leaves the check out. */
export function featureFile(id: string, { body, ...header }: FeatureWords = {}): string {
  const text = body ?? `# Feature ${id}\n\nMake ${id}.txt.\n\n## Acceptance\n- [ ] ${id}.txt is there\n`;
  return document({ title: `Feature ${id}`, status: "todo", verify: [{ run: `test -f ${id}.txt` }], ...header }, text);
}

/** Path of a feature's file; `place` counts the milestones from 0. */
export function featurePath(feature: string, { id = "toy", milestone = "first", place = 0 } = {}): string {
  return `missions/${id}/milestones/${milestoneFolder(milestone, place)}/${feature}.md`;
}

/** An assertion of a contract, with a command that decides it. */
export function assertion(id: string, title: string, run?: string): string {
  const check = run === undefined ? "" : `\n\`\`\`yaml verify\nmethod: bash\nrun: ${JSON.stringify(run)}\n\`\`\`\n`;
  return `### ${id}: ${title}\nIt holds.\n${check}\n`;
}

/** Settings whose one runtime is the world's scripted worker. */
export function configFile(worker: string, { cost, header }: { cost: "none" | "unknown"; header: Header }): string {
  const runtimes = { script: { kind: "command", run: ["sh", worker], cost } };
  return configHeader({ parallel: 2, runtimes, ...header });
}

/** Settings that are nothing but these. */
export function configHeader(header: Header): string {
  return document(header, "");
}

function milestoneFolder(milestone: string, index: number): string {
  return `${String(index + 1).padStart(2, "0")}-${milestone}`;
}

function document(header: Header, body: string): string {
  const lines = Object.entries(header).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`],
  );
  return `---\n${lines.join("\n")}\n---\n${body}`;
}
