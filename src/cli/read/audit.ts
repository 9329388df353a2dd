import { auditLedger } from "../../derive/audit/audit.ts";
import type { AuditReport } from "../../model/audit.ts";
import { readStanding } from "../../repo/standing.ts";
import { auditJson, renderAudits } from "../../view/audit.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError, MeantError } from "../command-error.ts";
import { gatherEvidence, listLedgers, lookAround } from "./audit/evidence.ts";
import type { LedgerPlace } from "./audit/gathering.ts";
import { pageOf } from "./look.ts";

export const command: Command = {
  name: "audit",
  summary:
    "the ledgers checked, without a remote and apart from what the engine derives; exits with 1 when something is wrong",
  group: "look back",
  arguments: [{ usage: "[mission]", about: "one mission; all that have begun without it" }],
  options: [],
  example: "mission audit crm",
  async run(context, args) {
    const reports = await auditAll(context, args.words[0]);
    if (context.json) printJson(context, auditJson(reports));
    else if (reports.length === 0) context.screen.print(await tellNothing(context));
    else context.screen.print(renderAudits(reports, pageOf(context)).join("\n"));
    return reports.some(({ violations }) => violations.length > 0) ? 1 : 0;
  },
};

/** A plain clone has no ledgers until somebody has fetched them. */
async function tellNothing({ doors: { git } }: Context): Promise<string> {
  const { remote } = await readStanding(git);
  return remote === null
    ? "No mission has begun here: there is no ledger to audit."
    : `There is no ledger here to audit. mission status fetches those of ${remote}, then mission audit again.`;
}

async function auditAll({ doors }: Context, word: string | undefined): Promise<readonly AuditReport[]> {
  const look = await lookAround(doors);
  const reports: AuditReport[] = [];
  for (const place of choose(listLedgers(look), word)) reports.push(auditLedger(await gatherEvidence(look, place)));
  return reports;
}

function choose(ledgers: readonly LedgerPlace[], word: string | undefined): readonly LedgerPlace[] {
  if (word === undefined) return ledgers;
  const name = word.replace(/\/$/, "");
  const found = ledgers.filter(({ mission }) => mission === name);
  if (found.length > 0) return found;
  const similar = ledgers.find(({ mission }) => name.startsWith(`${mission}/`) || mission.startsWith(name.slice(0, 3)));
  const message = `no mission named ${word} has begun here`;
  if (similar) throw new MeantError("unknown-mission", message, word, similar.mission);
  throw new CommandError("unknown-mission", message, "mission status");
}
