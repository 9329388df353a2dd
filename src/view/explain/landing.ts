/** Why something was allowed to land: the verdict that let it through, and why that still held when home moved. */

import type { Entry, Ledger } from "../../model/ledger.ts";
import type { Landed, LedgerRecord, Verdict } from "../../model/record.ts";

/** Code trees by commit, as git has them: what a page can't know from records. */
export type CodeTrees = ReadonlyMap<string, string>;

export interface Warrant {
  verdict: Entry<Verdict>;
  /** Features that were judged together with it. */
  together: number;
  /** One sentence: what makes the verdict one on exactly what landed. */
  held: string;
}

/** null where no verdict let it land: a person brought it. */
export function findWarrant(
  ledger: Ledger,
  record: LedgerRecord,
  landed: Landed,
  codeTrees: CodeTrees,
): Warrant | null {
  if (landed.run === null) return null;
  const position = ledger.records.indexOf(record);
  const verdict = ledger.verdicts.findLast(
    (entry) => entry.position < position && mayWarrant(entry.fact) && isAbout(entry.fact, landed.feature),
  );
  if (!verdict) return null;
  const together = verdict.fact.about.kind === "features" ? verdict.fact.about.features.length : 1;
  return { verdict, together, held: whyHeld(verdict.fact, record, landed, { together, codeTrees }) };
}

/** Home commits whose code trees tell why the verdicts of these landings held. */
export function commitsAsked(ledger: Ledger, records: readonly LedgerRecord[]): readonly string[] {
  return records.flatMap((record) => {
    if (record.fact.kind !== "landed" || record.homeTip === null) return [];
    const warrant = findWarrant(ledger, record, record.fact, new Map());
    return warrant && warrant.verdict.fact.base !== record.homeTip ? [record.homeTip] : [];
  });
}

function mayWarrant({ of, result }: Verdict): boolean {
  return of === "gate" && (result === "passed" || result === "unchecked" || result === "inconclusive");
}

function isAbout({ about }: Verdict, feature: string): boolean {
  return about.kind === "features" && about.features.some((head) => head.feature === feature);
}

function whyHeld(
  verdict: Verdict,
  { homeTip }: LedgerRecord,
  { codeTree }: Landed,
  { together, codeTrees }: { together: number; codeTrees: CodeTrees },
): string {
  const what =
    codeTree === verdict.codeTree
      ? "the code tree that was judged landed"
      : `it landed in a chain of ${together}, whose last code tree was judged`;
  return `${what}; ${homeWords(verdict, homeTip, codeTrees)}`;
}

function homeWords({ base, baseCodeTree }: Verdict, homeTip: string | null, codeTrees: CodeTrees): string {
  if (homeTip === null || homeTip === base) return "home had not moved since";
  const code = codeTrees.get(homeTip);
  const moved = `home had moved to ${homeTip.slice(0, 10)}`;
  if (code === undefined) return `${moved}, whose code is not here to compare`;
  return code === baseCodeTree ? `${moved}, in mission files only` : `${moved} with other code: mission audit`;
}
