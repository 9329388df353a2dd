/** The bytes of a commit, as `git commit-tree` makes them of the same parts with UTF-8 as its encoding. */

import { GitError, type Identity, type NewCommit } from "../../git.ts";

/** biome-ignore lint/suspicious/noControlCharactersInRegex: git takes them away at both ends. */
const CRUD = /^[\x01-\x20.,:;<>"\\']+|[\x01-\x20.,:;<>"\\']+$|[\n<>]/g;
/** Git takes them for bytes of Latin-1, though they are proper UTF-8. */
const NONCHARACTERS = /\p{Noncharacter_Code_Point}/gu;

/** Throws `GitError` for what git refuses: a NUL, a name of which nothing is left, a date before 1970. */
export function printCommit(commit: NewCommit): Buffer {
  const { tree, message } = commit;
  if (message.includes("\0")) throw refusal("error: a NUL byte in commit log message not allowed.");
  const seconds = Math.floor(commit.at / 1000);
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw refusal(`fatal: invalid date format: @${seconds} +0000`);
  const head = [
    `tree ${tree}`,
    // A parent that comes again is left out.
    ...[...new Set(commit.parents)].map((parent) => `parent ${parent}`),
    `author ${printIdentity(commit.author)} ${seconds} +0000`,
    `committer ${printIdentity(commit.committer)} ${seconds} +0000`,
  ];
  const text = `${head.join("\n")}\n\n${message}`;
  return Buffer.from(text.replace(NONCHARACTERS, (character) => Buffer.from(character).toString("latin1")));
}

function printIdentity({ name, email }: Identity): string {
  if (/\0/.test(name + email)) throw refusal("fatal: a NUL byte in an ident");
  if (name === "") throw refusal(`fatal: empty ident name (for <${email}>) not allowed`);
  const tidy = withoutCrud(name);
  if (tidy === "") throw refusal(`fatal: name consists only of disallowed characters: ${name}`);
  return `${tidy} <${withoutCrud(email)}>`;
}

function withoutCrud(text: string): string {
  return text.replace(CRUD, "");
}

function refusal(words: string): GitError {
  return new GitError(["commit-tree"], 128, words);
}
