import type { Fields } from "./fields.ts";

/** The title of the header, else the body's first heading of the first level, else the id with a warning. */
export function readTitle(fields: Fields, body: string, id: string): string {
  const title = fields.text("title");
  if (title !== null) return title;
  const heading = /^# +(\S.*)/m.exec(body)?.[1]?.trimEnd();
  if (heading !== undefined) return heading;
  if (!fields.has("title"))
    fields.report.warn(fields.map.start, "missing-title", "There is no title", "title: a few words");
  return id;
}
