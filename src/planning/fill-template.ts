import { spliceValue } from "../format/splice.ts";

const PLACE = "{{title}}";

/** The text of a template with its title filled in: as a value in the header, as it is in the body. */
export function fillTemplate(text: string, title: string): string {
  const line = title.replace(/\s+/g, " ").trim();
  const headerEnd = text.startsWith("---\n") ? text.indexOf("\n---\n") : 0;
  const filled = text.slice(0, headerEnd) + text.slice(headerEnd).replaceAll(PLACE, () => line);
  if (!text.slice(0, headerEnd).includes(PLACE)) return filled;
  const spliced = spliceValue(new TextEncoder().encode(filled), ["title"], line);
  if (!spliced.ok) throw new Error(`a template whose title can't be filled in: ${spliced.reason.message}`);
  return new TextDecoder().decode(spliced.bytes);
}
