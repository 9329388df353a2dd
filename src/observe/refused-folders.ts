import type { Finding } from "../model/finding.ts";
import { isId } from "../model/ids.ts";
import type { Documents } from "./documents.ts";

const CODES: readonly string[] = ["bad-id", "reserved-id"];

/** Folders that hold a mission under a name that can't be one: no mission is made of them, so only a finding can tell. */
export async function readRefusedFolders(documents: Documents, commit: string | null): Promise<readonly Finding[]> {
  if (commit === null) return [];
  const refused = (await documents.listMissions(commit)).filter(({ id }) => !isId(id));
  const files = await Promise.all(refused.map((place) => documents.readMission(commit, place, { keep: false })));
  return files.flatMap((read) => (read?.mission ? read.findings.filter(({ code }) => CODES.includes(code)) : []));
}
