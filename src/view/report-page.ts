/** `report.md`, which the closing commit adds to the mission's folder. A function of the ledger and the files alone. */

import { plainLine } from "../format/plain-text.ts";
import type { Assertion } from "../model/documents.ts";
import type { AskEntry } from "../model/ledger.ts";
import type { FeatureState, MissionState } from "../model/state.ts";
import { groupCosts, runCost, sumCosts } from "./cost-share.ts";
import { progressOf } from "./mission-head.ts";
import { costText, moneyText, usdText } from "./money.ts";

/** The text of `report.md`: what landed, what the contract's checks said, what persons decided, what it cost. */
export function renderReport(mission: MissionState, contract: readonly Assertion[] = []): string {
  const { done, total } = progressOf(mission);
  const cost = sumCosts([...mission.ledger.runs.values()].map(runCost));
  const limit = mission.budget.usd.limit;
  const sections = [
    `# Report: ${inert(mission.title)}`,
    `${done} of ${total} features landed. Cost: ${costText(cost) || "nothing"}${limit === null ? "" : ` of a budget of ${limit} USD`}.`,
    table("Features", ["feature", "title", "status", "runs", "rounds", "cost"], featureRows(mission)),
    table("Contract", ["assertion", "title", "result"], contractRows(mission, contract)),
    table(
      "What persons decided",
      ["ask", "about", "decision", "by", "words"],
      mission.ledger.asks.flatMap((ask) => askRow(ask)),
    ),
    table("Cost", ["kind", "runs", "cost"], costRows(mission)),
    ...(["agent", "model"] as const).map((group) =>
      table(`Cost by ${group}`, [group, "runs", "cost"], groupRows(mission, group)),
    ),
    costNote(cost),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function featureRows(mission: MissionState): string[][] {
  const features = mission.milestones.flatMap((milestone) => milestone.features);
  return features.map((feature) => [
    feature.id,
    inert(feature.document.title),
    feature.status,
    String(workRuns(mission, feature)),
    String(feature.round),
    moneyText(feature.cost) || usdText(0),
  ]);
}

function workRuns({ ledger }: MissionState, { id }: FeatureState): number {
  return (ledger.byFeature.get(id)?.runs ?? []).filter(({ claim }) => claim.fact.runKind === "work").length;
}

/** The last word on each assertion, whichever validation spoke it. Those that nobody was to fulfil any more are listed too. */
function contractRows({ ledger }: MissionState, contract: readonly Assertion[]): string[][] {
  const words = new Map<string, string>();
  for (const { fact } of ledger.verdicts) {
    for (const { id, result } of fact.assertions) {
      words.set(id, fact.override === null ? result : `${result}, overridden: ${inert(fact.override)}`);
    }
  }
  const gone = [...words.keys()].filter((id) => !contract.some((assertion) => assertion.id === id));
  return [
    ...contract.map(({ id, title }) => [id, inert(title), words.get(id) ?? "dropped: what fulfils it is cancelled"]),
    ...gone.map((id) => [id, "", words.get(id) ?? ""]),
  ];
}

function askRow({ number, asked, answered }: AskEntry): string[][] {
  if (!answered) return [];
  const { author, body } = answered.record;
  return [
    [
      `q${number} ${asked.fact.ask}`,
      asked.fact.about ?? "the mission",
      answered.fact.decision,
      inert(author.name),
      inert(body),
    ],
  ];
}

function costRows({ ledger }: MissionState): string[][] {
  const runs = [...ledger.runs.values()];
  const kinds = [...new Set(runs.map(({ claim }) => claim.fact.runKind))];
  return kinds.map((kind) => {
    const some = runs.filter(({ claim }) => claim.fact.runKind === kind);
    return [kind, String(some.length), costText(sumCosts(some.map(runCost))) || "nothing"];
  });
}

function groupRows(mission: MissionState, group: "agent" | "model"): string[][] {
  const lines = groupCosts(mission, [...mission.ledger.runs.values()], group, null);
  return lines.map(({ key, runs, cost }) => [inert(key), String(runs), costText(cost) || "nothing"]);
}

function costNote({ usd, reported, priced, assumed, subscription }: ReturnType<typeof sumCosts>): string {
  if (usd === 0) return "";
  const paid = subscription > 0 ? ` A subscription pays for ${usdText(subscription)} of it.` : "";
  return `Of the money, ${usdText(reported)} were reported by the agents' programs, ${usdText(priced)} computed from prices, ${usdText(assumed)} assumed.${paid}`;
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const lines = [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`);
  return `## ${title}\n\n${lines.join("\n")}`;
}

/** One line of text inside a table, without meaning for markdown or HTML. */
function inert(text: string): string {
  return plainLine(text).replace(/[\\|<>&`*_[\]]/g, (mark) =>
    mark === "<" ? "&lt;" : mark === ">" ? "&gt;" : mark === "&" ? "&amp;" : `\\${mark}`,
  );
}
