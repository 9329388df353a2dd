import type { Notify } from "../../model/documents.ts";
import type { Fields } from "./fields.ts";
import { quote } from "./report.ts";

const EVENTS = ["needs_input", "blocked", "budget", "completed"];

/** The `notify` of a config. Where `on` is left out, all events are told. */
export function readNotify(fields: Fields): Notify[] {
  return fields.fieldsList("notify", ["kind", "url", "run", "on"]).flatMap((item) => {
    const kind = item.word("kind", ["webhook", "command"]);
    const notify = { url: item.text("url"), run: item.texts("run"), on: readEvents(item) };
    if (!item.has("kind")) item.requiredText("kind", "A notification");
    if (kind === "webhook" && notify.url === null) item.requiredText("url", "A webhook");
    if (kind === "command" && notify.run.length === 0) item.requiredText("run", "A command");
    const isWhole = kind === "webhook" ? notify.url !== null : notify.run.length > 0;
    return kind !== null && isWhole ? [{ kind, ...notify }] : [];
  });
}

function readEvents(item: Fields): string[] {
  if (!item.has("on")) return [...EVENTS];
  return item.textNodes("on").flatMap(({ text, start }) => {
    if (EVENTS.includes(text)) return [text];
    item.report.error(start, "bad-value", `on has ${quote(text)}`, EVENTS.join(", "));
    return [];
  });
}
