import { readSignatures } from "../../../doors/person/signatures.ts";
import { readFrontmatter } from "../../../format/frontmatter.ts";
import type { LineCommit, SignatureState } from "../../../model/audit.ts";
import type { Gathering } from "./gathering.ts";

/** Signatures of the program's own commits for this mission; null where config.md on the default branch does not say `sign: true`. */
export async function readProgramSignatures(
  gathering: Gathering,
  line: readonly LineCommit[],
): Promise<ReadonlyMap<string, SignatureState> | null> {
  if (!(await asksForSignatures(gathering))) return null;
  const { mission } = gathering.ledger;
  const own = line.filter(
    (commit) =>
      commit.committer.startsWith("pulse@") &&
      (commit.mission === mission || commit.mission?.startsWith(`${mission}/`)),
  );
  return readSignatures(
    gathering.doors,
    own.map(({ id }) => id),
  );
}

async function asksForSignatures({ doors: { git }, defaultBranch: { tip } }: Gathering): Promise<boolean> {
  for (const root of ["missions", "todo/missions"]) {
    const file = tip === null ? null : await git.readObject(`${tip}:${root}/config.md`);
    if (file?.type !== "blob") continue;
    const sign = readFrontmatter(file.bytes.toString("utf8")).map.entries.find(({ key }) => key === "sign");
    if (sign?.value.kind === "scalar" && sign.value.text === "true") return true;
  }
  return false;
}
