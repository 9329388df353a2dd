import { spliceValue } from "../format/splice.ts";

const TITLE = "{{title}}";

/** The text of a template with its title filled in: as a value in the header, as it is in the body. */
export function fillTemplate(text: string, title: string): string {
  const line = title.replace(/\s+/g, " ").trim();
  const bytes = new TextEncoder().encode(text);
  const spliced = text.includes(`"${TITLE}"`) ? spliceValue(bytes, ["title"], line) : { ok: true as const, bytes };
  if (!spliced.ok) throw new Error(`a template whose title can't be filled in: ${spliced.reason.message}`);
  return new TextDecoder().decode(spliced.bytes).replaceAll(TITLE, () => line);
}
