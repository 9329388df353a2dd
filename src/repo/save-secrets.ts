/** A secret's value in a mission file would be in the history for ever: such a file is not saved. */

import type { Git } from "../doors/git.ts";
import type { FileChanges } from "../doors/person.ts";
import { parseMissionFiles } from "../format/mission-files.ts";
import type { SaveRefusal } from "./save-result.ts";

const MISSION_FILE = /^((?:todo\/)?missions)\/([^/]+)\/mission\.md$/;

/** The refusal for the first mission file that has a literal value where a reference belongs; null when none has. */
export async function findSecretValue(git: Git, files: FileChanges): Promise<SaveRefusal | null> {
  for (const [path, version] of files) {
    const [, root, id = ""] = MISSION_FILE.exec(path) ?? [];
    if ((root !== "missions" && root !== "todo/missions") || version === null) continue;
    const object = await git.readObject(version.oid);
    if (object === null) continue;
    const file = { path, mode: version.mode, blob: version.oid, bytes: object.bytes };
    // The spec of a feature is the only use of the hash, and there is no feature here.
    const { findings } = parseMissionFiles(root, id, [file], () => "");
    const found = findings.find(({ code }) => code === "secret-value");
    if (found) return refusal(path, found.line);
  }
  return null;
}

function refusal(path: string, line: number): SaveRefusal {
  return {
    code: "secret-value",
    message: `${path}:${line} has a secret's value, which a commit would keep for ever: nothing was saved`,
    next: "write a reference there, such as env:SENDGRID_KEY, and put the value into that variable; then mission save",
  };
}
