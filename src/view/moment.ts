/** The moment that a status of the past is of, and what it can't tell. */

import type { Page } from "./page.ts";
import { span } from "./span.ts";
import { BLANK, paragraph, renderTable } from "./table.ts";
import { dateText, isoText } from "./time.ts";

interface Shown {
  now: number;
  rev: string | null;
  missions: readonly { mission: string; home: string | null; record: string }[];
}

export function renderMoment({ now, rev, missions }: Shown, page: Page): string[] {
  const places = missions.map(({ mission, home, record }) => {
    const at = home === null ? "" : `home at ${home.slice(0, 10)}, `;
    return `${mission}: ${at}record ${record.slice(0, 10)}`;
  });
  const what = `As of ${dateText(now, page)}${rev === null ? "" : `, at ${rev.slice(0, 10)}`}. ${places.join("; ")}.`;
  const limits = "A run without an end is shown as claimed: which of them lived then is not reconstructed.";
  return renderTable([BLANK, paragraph(span(what, "quiet")), paragraph(span(limits, "quiet"))], page);
}

/** `as_of` of `mission status --at --json`. */
export function momentJson({ now, rev, missions }: Shown) {
  return { at: isoText(now), rev, missions, live_runs: "not reconstructed" as const };
}
