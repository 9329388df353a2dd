import type { PermissionPolicy } from "../../model/permission.ts";
import { type Finding, red, yellow } from "../finding.ts";
import { type Access, classifyPath, isCredential, resolvePath } from "../places.ts";
import type { Redirect, Variables, Word } from "./script.ts";

/** What a command is seen in. */
export interface Around {
  policy: PermissionPolicy;
  variables: Variables;
  /** Where it runs; null when that is not known. */
  folder: string | null;
  /** In how many texts and other commands it was found. */
  depth: number;
  /** What is found by the one that feeds it. */
  fed?: Word | undefined;
  classifyText(text: string, around: Around): Finding;
  /** `words`: the program first. */
  classifyCommand(words: readonly Word[], redirects: readonly Redirect[], around: Around): Finding;
}

export const ASSIGNMENT = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;
/** They change what a program does that comes after them. */
export const TELLING =
  /^(?:GIT_(?!(?:PAGER|EDITOR|SEQUENCE_EDITOR|AUTHOR_\w+|COMMITTER_\w+|TERMINAL_PROMPT|MERGE_AUTOEDIT)=)\w*|LD_\w*|DYLD_\w*|PATH|HOME|IFS|NODE_OPTIONS|BASH_ENV|ENV|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|RUBYOPT|MISSION\w*|PROMPT_COMMAND)=/;
/** No system knows a longer one. */
export const LONGEST_PATH = 4096;

/** Where a word leads, absolute; null when that is not known. */
export function placeOf(word: Word, { folder }: Around): string | null {
  if (!word.isKnown || isTooLong(word) || (folder === null && !word.text.startsWith("/"))) return null;
  return resolvePath(folder ?? "/", word.text);
}

/** What programs make of a home's own sign that no shell has seen. */
export function atHome(word: Word, { policy }: Around): Word {
  const { home } = policy.places;
  return home !== null && /^~(?:\/|$)/.test(word.text) ? { ...word, text: home + word.text.slice(1) } : word;
}

/** How far it reaches to touch what a word names. */
export function classifyPlace(word: Word, access: Access, around: Around): Finding {
  const place = placeOf(word, around);
  if (place === null && (isCredential(word.text) || isCredential(`/${word.text}`)))
    return red(`${word.text.slice(0, 80)} may hold credentials`);
  if (place === null) return yellow(`it is not known where ${word.text.slice(0, 80)} is`);
  return classifyPath(around.policy, place, access, word.isGlob);
}

export function isTooLong({ text }: Word): boolean {
  return text.length > LONGEST_PATH;
}

/** The words of a program that are no options and no values of options. */
export function plainWords(given: readonly Word[], valued: RegExp): Word[] {
  return given.filter((word, index) => !word.text.startsWith("-") && !valued.test(given[index - 1]?.text ?? ""));
}
