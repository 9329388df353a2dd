import type { Role, SourceFile } from "../../model/documents.ts";
import type { Fields } from "./fields.ts";
import { readHeader } from "./header.ts";
import { checkId } from "./identity.ts";
import type { Parsed } from "./parsed.ts";
import { quote } from "./report.ts";

const KEYS = ["name", "description", "model", "autonomy", "tools", "limits", "runtime"];
const DEFAULTED: Role["leftOut"] = ["model", "autonomy", "tools"];

/** Reads the file of an agent. Its name is the file's; `name` is there because Claude Code asks for it. */
export function parseRole(file: SourceFile): Parsed<Role> {
  const { fields, body, report } = readHeader(file, KEYS);
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.md$/i, "");
  checkId(report, name, "file name");
  const named = fields.text("name");
  if (named !== null && named !== name) {
    report.error(
      fields.offset("name"),
      "name-mismatch",
      `The file ${name}.md names the agent ${quote(named)}`,
      `name: ${name}`,
    );
  }
  const limits = fields.fields("limits", ["minutes", "usd_per_run", "usd_per_day"]);
  const document: Role = {
    name,
    description: fields.text("description") ?? "",
    model: fields.text("model") ?? "standard",
    autonomy: fields.word("autonomy", ["intern", "specialist", "lead"]) ?? "specialist",
    tools: readTools(fields),
    limits: {
      minutes: limits?.number("minutes") ?? null,
      usdPerRun: limits?.number("usd_per_run") ?? null,
      usdPerDay: limits?.number("usd_per_day") ?? null,
    },
    runtime: fields.text("runtime"),
    body,
    file: file.path,
    leftOut: DEFAULTED.filter((key) => !fields.has(key)),
    at: fields.positions(),
  };
  return { document, findings: report.findings };
}

/** A list, or one text with commas as in Claude Code. */
function readTools(fields: Fields): string[] {
  const tools = fields.texts("tools").flatMap((text) => text.split(","));
  return tools.map((tool) => tool.trim()).filter((tool) => tool !== "");
}
