import type { Resource } from "../../model/documents.ts";
import { ID_PATTERN } from "../../model/ids.ts";
import type { Fields } from "./fields.ts";
import { quote } from "./report.ts";

const REFERENCE = /^env:[A-Za-z_][A-Za-z0-9_]*$/;

/** The `resources` of a mission. A secret that is no reference is left out, and no message repeats it. */
export function readResources(fields: Fields): Resource[] {
  const resources: Resource[] = [];
  for (const item of fields.fieldsList("resources", ["name", "kind", "purpose", "secret"])) {
    const name = item.requiredText("name", "A resource");
    const resource = { kind: item.text("kind") ?? "", purpose: item.text("purpose") ?? "", secret: readSecret(item) };
    if (name === null) continue;
    if (!ID_PATTERN.test(name)) {
      const message = `The resource ${quote(name)} can't be named by a feature`;
      item.report.error(item.offset("name"), "bad-id", message, "a-z, 0-9 and -");
    } else if (resources.some((other) => other.name === name)) {
      item.report.error(item.offset("name"), "duplicate-id", `The resource ${name} is there twice`, "each name once");
    } else resources.push({ name, ...resource });
  }
  return resources;
}

function readSecret(item: Fields): string | null {
  const node = item.node("secret");
  if (node === null) return null;
  if (node.kind === "scalar" && REFERENCE.test(node.text)) return node.text;
  item.report.error(
    node.start,
    "secret-value",
    "The secret is no reference",
    "env: and the name of a variable, never the value",
  );
  return null;
}
