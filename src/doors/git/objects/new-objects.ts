import type { NewObject } from "../../git.ts";
import type { GitRunner } from "../process/spawn.ts";

/** What some histories have and others don't, one object a line: its id, and after a space where it lies. */
export async function listNewObjects(
  runner: GitRunner,
  tips: readonly string[],
  known: readonly string[],
): Promise<NewObject[]> {
  const output = await runner.demand(["rev-list", "--objects", ...tips, "--not", ...known, "--"]);
  const lines = output.stdout.toString("utf8").split("\n").filter(Boolean);
  return lines.map((line) => {
    const [oid = ""] = line.split(" ", 1);
    return { oid, path: line.slice(oid.length + 1) };
  });
}
