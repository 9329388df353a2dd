/**
 * Saves the files of a new mission: on the default branch, so that they lie in the person's checkout. Where that takes no
 * pushes, the mission's own home begins at once, together with its ledger, and holds them alone.
 */

import { openPerson } from "../../doors/person/person-git.ts";
import { plainText } from "../../format/plain-text.ts";
import type { MissionRoot } from "../../model/documents.ts";
import { MISSION_FORMAT } from "../../model/record.ts";
import { openLedgers } from "../../observe/open-ledgers.ts";
import type { PlanFile } from "../../planning/plan-files.ts";
import { homeBranchName } from "../../repo/branches.ts";
import { appendRecords, printIdentity } from "../../repo/ledger.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { demandIdentity, notAppended } from "../control/control-records.ts";
import type { Sight } from "../read/look.ts";
import { type EditSaved, saveFileEdit } from "./edit-file.ts";

const MODE = "100644";

export interface NewMission {
  id: string;
  root: MissionRoot;
  files: readonly PlanFile[];
  /** Who made its plan, where an agent did. */
  by: string | null;
  /** In the person's words. */
  goal: string;
}

export async function saveNewMission(context: Context, sight: Sight, mission: NewMission): Promise<EditSaved> {
  const { name: branch, tip } = sight.snapshot.defaultBranch;
  const files = new Map(mission.files.map(({ path, text }) => [path, { mode: MODE, bytes: Buffer.from(text) }]));
  try {
    return await saveFileEdit(context, sight, { branch, tip, files, message: messageOf(mission) });
  } catch (error) {
    const isRefused = error instanceof CommandError && error.code === "push-refused";
    if (!isRefused || tip === null || isHomeDefault(mission)) throw error;
    return beginHome(context, sight, mission, tip);
  }
}

/** What an agent has planned is told together with what it was asked for. */
function messageOf({ id, by, goal }: NewMission): string {
  return by === null ? `New mission ${id}` : `New mission ${id}\n\n${plainText(goal)}\n\nPlanned by ${by}.`;
}

function isHomeDefault({ files }: NewMission): boolean {
  return files.some(({ path, text }) => path.endsWith("/mission.md") && /^home:\s*["']?default\b/m.test(text));
}

/** One swap: the home branch with the files, and the ledger that names it. */
async function beginHome(context: Context, sight: Sight, mission: NewMission, tip: string): Promise<EditSaved> {
  const { id, files } = mission;
  const { doors } = context;
  const home = homeBranchName(id);
  const commit = await commitFiles(context, mission, tip);
  const person = await demandIdentity(context);
  const { authority, ledger } = await openLedgers(doors, sight.snapshot);
  const fact = { kind: "created" as const, format: MISSION_FORMAT, home };
  const record = { fact, by: printIdentity(person), homeTip: commit, body: "", attachments: {} };
  const refs = [{ name: `refs/heads/${home}`, new: commit, old: null }];
  const outcome = await appendRecords(ledger, id, [record], { expected: null, refs });
  if (outcome.kind !== "won") throw notAppended("nothing was saved", outcome);
  const { defaultBranch } = sight.snapshot;
  const note = `${defaultBranch.name} takes no pushes, so the files lie on ${home} alone: mission edit ${id} opens them`;
  const paths = files.map(({ path }) => path);
  return { saved: [{ branch: home, commit, paths }], notes: [note], remote: authority.remote };
}

async function commitFiles({ doors }: Context, mission: NewMission, tip: string): Promise<string> {
  const { git } = doors;
  const versions = new Map<string, { mode: string; oid: string }>();
  for (const { path, text } of mission.files)
    versions.set(path, { mode: MODE, oid: await git.writeBlob(Buffer.from(text)) });
  const base = await git.readObject(`${tip}^{tree}`);
  const tree = await git.writeFiles(base?.oid ?? tip, versions);
  const written = await openPerson(doors).writeCommit({ tree, parents: [tip], message: `${messageOf(mission)}\n` });
  if (written.kind === "written") return written.oid;
  throw new CommandError(
    "signature",
    `git could not sign the commit: ${written.reason}`,
    "put the key right, or git config commit.gpgsign false",
    1,
  );
}
