/** What a ledger says, as a person reads it with git alone. */

import type { Machine } from "./machine.ts";

/** Subjects of a mission's records that begin with a word, oldest first. */
export function subjects(machine: Machine, begin = "", mission = "toy"): string[] {
  const all = machine.git("log", "--reverse", "--format=%s", `refs/mission/ledger/${mission}`).split("\n");
  return all.filter((subject) => subject.startsWith(begin));
}

/** The value of a trailer in the last record of a kind. */
export function trailer(machine: Machine, kind: string, key: string, mission = "toy"): string | null {
  const format = `%(trailers:key=Mission-Record,valueonly,separator=)%x09%(trailers:key=${key},valueonly,separator=%x2C)`;
  const lines = machine.git("log", `--format=${format}`, `refs/mission/ledger/${mission}`).split("\n");
  return lines.find((line) => line.startsWith(`${kind}\t`))?.split("\t")[1] ?? null;
}
