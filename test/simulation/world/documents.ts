/** Mission files of simulated worlds, in the plain YAML that most people write. */

export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value | undefined };
export type Header = Readonly<Record<string, Value | undefined>>;

/** A header and a text below it. Keys without a value are left out. */
export function printDocument(header: Header, body: string): string {
  return `---\n${printLines(header, "")}---\n${body}`;
}

function printLines(header: Header, indent: string): string {
  return Object.entries(header)
    .flatMap(([key, value]) => (value === undefined ? [] : [printEntry(key, value, indent)]))
    .join("");
}

function printEntry(key: string, value: Value, indent: string): string {
  if (typeof value !== "object") return `${indent}${key}: ${value}\n`;
  if (!Array.isArray(value)) return `${indent}${key}:\n${printLines(value as Header, `${indent}  `)}`;
  const items = value.map((item: Value) =>
    typeof item === "object" ? `${indent}  - ${printLines(item as Header, "").trimEnd()}\n` : `${indent}  - ${item}\n`,
  );
  return `${indent}${key}:\n${items.join("")}`;
}

/** A feature that asks for a file of its own name. */
function printFeature(id: string, header: Header): string {
  const body = `# Feature ${id}\n\nMake ${id}.txt.\n\n## Acceptance\n- [ ] ${id}.txt is there\n`;
  return printDocument({ title: `Feature ${id}`, status: "todo", ...header }, body);
}

/** A contract of one assertion. */
export function printContract(id: string, command: string): string {
  return `### ${id}: All is there\nIt holds.\n\n\`\`\`yaml verify\nmethod: bash\nrun: ${command}\n\`\`\`\n`;
}

export interface MissionText {
  id: string;
  header: Header;
  /** By milestone, in their order: headers of features by id. */
  milestones: Readonly<Record<string, Readonly<Record<string, Header>>>>;
  contract: string | null;
}

export function printMission({ id, header, milestones, contract }: MissionText): Record<string, string> {
  const folder = `missions/${id}`;
  const files: Record<string, string> = {
    [`${folder}/mission.md`]: printDocument(
      { title: `Mission ${id}`, status: "active", ...header },
      "## Goal\n\nToys.\n",
    ),
  };
  if (contract !== null) files[`${folder}/contract.md`] = contract;
  for (const [index, [milestone, features]] of Object.entries(milestones).entries()) {
    const place = `${folder}/milestones/0${index + 1}-${milestone}`;
    files[`${place}/milestone.md`] = printDocument({ title: `Milestone ${milestone}` }, "It stands.\n");
    for (const [feature, own] of Object.entries(features)) files[`${place}/${feature}.md`] = printFeature(feature, own);
  }
  return files;
}
