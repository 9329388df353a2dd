import type { Doors } from "../doors.ts";
import { makeRunner } from "../git/process/spawn.ts";

/** `unknown`: signed with a key that is not known or not trusted here. */
export type Signature = "good" | "bad" | "none" | "unknown";

/** What git says of the signatures of these commits, by the keys and the trust that the person has set up. One process. */
export async function readSignatures(
  { git, env }: Pick<Doors, "git" | "env">,
  commits: readonly string[],
): Promise<ReadonlyMap<string, Signature>> {
  if (commits.length === 0) return new Map();
  const args = ["log", "--no-walk=unsorted", "--no-color", "--no-notes", "--format=%H %G?", "--stdin"];
  const output = await makeRunner(git.gitDir, env).demand(args, { input: `${commits.join("\n")}\n` });
  const lines = output.stdout.toString("latin1").split("\n");
  return new Map(
    lines.flatMap((line) => {
      const [id, letter] = line.trim().split(" ");
      return id ? [[id, stateOf(letter)] as const] : [];
    }),
  );
}

/** The letters of git's `%G?`. Anybody can sign with a key of their own: without trust (U) a good signature says nothing. */
function stateOf(letter: string | undefined): Signature {
  if (letter === "G") return "good";
  if (letter === "N" || letter === undefined) return "none";
  return letter === "E" || letter === "U" ? "unknown" : "bad";
}
