import type { RunEntry } from "../../model/ledger.ts";
import type { MissionState } from "../../model/state.ts";
import { runCost } from "../cost-share.ts";
import { aboutNames } from "../log.ts";
import type { Page } from "../page.ts";
import { gap, span } from "../span.ts";
import { BLANK, heading, renderTable } from "../table.ts";
import { dateText, durationText } from "../time.ts";
import { runJson, verdictJson } from "./records-json.ts";
import { costRow, factRow, programOf, proseLines, section } from "./sections.ts";
import { verdictRows } from "./verdicts.ts";

/** One attempt: what it was asked, where it ran, how it ended, what it cost and handed over. */
export function renderRun(mission: MissionState, run: RunEntry, page: Page, handoff: string | null): string[] {
  const { claim, ended } = run;
  const { fact, record } = claim;
  const names = aboutNames(mission.id, fact.about).join(", ");
  const time = durationText((ended?.record.at ?? page.now) - record.at);
  const head = [
    heading(span(run.run, "strong"), gap(), span(`${fact.runKind} of ${names}`)),
    BLANK,
    ...factRow("outcome", ended ? ended.fact.outcome : span("running", "moving"), time),
    ...factRow("attempt", String(fact.attempt)),
    ...factRow("where", fact.host, programOf(ended)),
    ...factRow("began", dateText(record.at, page)),
    ...factRow("ended", ended ? dateText(ended.record.at, page) : null),
    ...factRow("base", fact.base.slice(0, 10)),
    ...factRow("work", ended?.fact.head?.slice(0, 10) ?? null),
    ...factRow("protected", ended?.fact.protectedPaths.join(", ") ?? null),
    ...factRow("outside", ended?.fact.outsidePaths.join(", ") ?? null),
    ...costRow(runCost(run)),
    ...factRow("output", span(`mission output ${run.run}${ended ? "" : " -f"}`, "command")),
  ];
  const words = ended?.record.body.trim() ?? "";
  return [
    ...renderTable(head, page),
    ...(words === "" ? [] : ["", ...proseLines(words, page)]),
    ...renderTable(section("Verdicts", verdictRows(verdictsOf(mission, run), page, true)), page),
    ...(handoff === null ? [] : ["", page.paint.strong("Handoff"), ...proseLines(handoff, page)]),
  ];
}

/** `mission show auth-2-x7k3m1 --json`. */
export function runPageJson(mission: MissionState, run: RunEntry, handoff: string | null) {
  const about = aboutNames(mission.id, run.claim.fact.about);
  return {
    schema: 1,
    mission: mission.id,
    about,
    ...runJson(run),
    kind: "run",
    run_kind: run.claim.fact.runKind,
    verdicts: verdictsOf(mission, run).map(verdictJson),
    handoff,
  };
}

function verdictsOf({ ledger }: MissionState, { run }: RunEntry) {
  return ledger.verdicts.filter(({ fact }) => fact.run === run);
}
