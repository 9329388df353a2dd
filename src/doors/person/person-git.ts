/** The person at the keyboard, by git: identity, signed commits, the checkout. */

import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../doors.ts";
import { type GitRunner, makeRunner } from "../git/process/spawn.ts";
import type { Person, PersonCommit } from "../person.ts";
import { openCheckout } from "./checkout.ts";

/** A person may have to type the passphrase of a key. */
const SIGN_TIMEOUT_MS = 5 * 60_000;

type PersonDoors = Pick<Doors, "git" | "worktree" | "clock" | "env" | "aroundPerson"> & {
  state: Pick<Doors["state"], "cache">;
};

export function openPerson(doors: PersonDoors): Person {
  const { git, worktree, clock, env, state } = doors;
  const runner = makeRunner(git.gitDir, env);
  const person: Person = {
    readIdentity: () => git.readIdentity(),
    async writeCommit(commit) {
      const isSigned = /^(?:true|yes|on|[1-9]\d*)$/i.test((await git.readConfig("commit.gpgsign")) ?? "");
      return write(runner, { ...commit, isSigned, at: clock.now() });
    },
    checkout: worktree === null ? null : openCheckout(runner, worktree, noteFile(state.cache, worktree)),
  };
  return doors.aroundPerson?.(person) ?? person;
}

interface Writing {
  tree: string;
  parents: readonly string[];
  message: string;
  isSigned: boolean;
  at: number;
}

async function write(runner: GitRunner, writing: Writing): Promise<PersonCommit> {
  const { tree, parents, message, isSigned } = writing;
  const args = ["commit-tree", isSigned ? "-S" : "--no-gpg-sign", ...parents.flatMap((parent) => ["-p", parent]), tree];
  const date = printDate(writing.at);
  const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const output = await runner.run(args, { input: message, env, timeoutMs: SIGN_TIMEOUT_MS });
  if (output.exitCode === 0) return { kind: "written", oid: output.stdout.toString("latin1").trim() };
  return { kind: "refused", reason: output.stderr.replace(/^(?:error|fatal): /gm, "").trim() };
}

/** On the person's own clock, as `git commit` dates. */
function printDate(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const zone = `${minutes < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}${String(rest).padStart(2, "0")}`;
  return `@${Math.floor(at / 1000)} ${zone}`;
}

function noteFile(cache: string, worktree: string): string {
  mkdirSync(cache, { recursive: true });
  return join(cache, `saved-${createHash("sha256").update(worktree).digest("hex").slice(0, 16)}.json`);
}
