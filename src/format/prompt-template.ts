/**
 * Templates: markdown with places for values. `{{name}}` is a value; a line that is nothing but the place of an empty value
 * goes away. A line that begins with `{{?name}} ` stays, without that mark, where the value is not empty. Values are never
 * read as templates.
 */

export type TemplateValues = Readonly<Record<string, string>>;

const CONDITION = /^\{\{\?(\w+)\}\} ?/;
const ALONE = /^\{\{(\w+)\}\}$/;
const PLACE = /\{\{(\w+)\}\}/g;

/** Throws where the template names a value that is not given: a slip of whoever wrote it. */
export function fillTemplate(template: string, values: TemplateValues): string {
  const read = (name: string): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`a template names the unknown value ${name}`);
    return value;
  };
  const lines = template.split("\n").flatMap((line) => {
    const [mark = "", condition] = CONDITION.exec(line) ?? [];
    if (condition !== undefined && read(condition) === "") return [];
    const rest = line.slice(mark.length);
    const alone = ALONE.exec(rest)?.[1];
    return alone !== undefined && read(alone) === "" ? [] : [rest];
  });
  const kept = lines.filter((line, index) => line !== "" || (lines[index - 1] ?? "") !== "");
  return kept.join("\n").replace(PLACE, (_place, name: string) => read(name));
}
