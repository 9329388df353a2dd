/** Programs that stand in a command: what another language is told, as far as its strings say it. */

import { type Finding, red } from "../finding.ts";
import { classifyHost, hostOf } from "../hosts.ts";
import { type Around, atHome, classifyPlace } from "./around.ts";
import { knownWord, type Word } from "./script.ts";

const STRING = /"((?:[^"\\]|\\.){0,4096})"|'((?:[^'\\]|\\.){0,4096})'|`([^`]{0,4096})`/gs;
const MOST = 200;
/** What stands before a string that is only shown. */
const SHOWN = /(?:^|[\s;({])(?:print|puts|console\.(?:log|error))\s*\(?\s*$/;
const SENDS = /\b(?:post|put|patch|delete|method|body|data)\b/i;
/** Between the words of a command that stands in a list. */
const IN_LIST = /^\s*,\s*\[?\s*$/;

interface Found {
  text: string;
  from: number;
  to: number;
  isTemplate: boolean;
}

/** A string in it that is a far-reaching command, or the place of a credential, is taken for what it is. */
export function classifyInside(word: Word, around: Around): Finding[] {
  const strings = [...word.text.matchAll(STRING)].slice(0, MOST).map(
    (match): Found => ({
      text: match[1] ?? match[2] ?? match[3] ?? "",
      from: match.index,
      to: match.index + match[0].length,
      isTemplate: match[3] !== undefined,
    }),
  );
  const heard = strings.filter((found) => !isShown(word.text, found)).map(({ text }) => text);
  return [...heard, ...listed(word.text, strings)].flatMap((text) => {
    const found = classifyString(text, SENDS.test(word.text), around);
    return found.class === "red" ? [red(found.because)] : [];
  });
}

function classifyString(text: string, sends: boolean, around: Around): Finding {
  if (/^(?:[~/]|\.\.\/)\S*$/.test(text)) return classifyPlace(atHome(knownWord(text), around), "read", around);
  if (/^(?:https?|wss?):\/\/\S*$/.test(text)) return classifyHost(around.policy.tools, hostOf(text), sends);
  return around.classifyText(text, around);
}

function isShown(program: string, { text, from, isTemplate }: Found): boolean {
  return !isTemplate && !/[`{$]/.test(text) && SHOWN.test(program.slice(Math.max(0, from - 20), from));
}

/** `["git", "push"]` and `"git", ["push"]`. */
function listed(program: string, strings: readonly Found[]): string[] {
  const lists: string[][] = [];
  let before = -1;
  for (const { text, from, to } of strings) {
    if (before !== -1 && IN_LIST.test(program.slice(before, Math.min(from, before + 40)))) lists.at(-1)?.push(text);
    else lists.push([text]);
    before = to;
  }
  return lists.filter((list) => list.length > 1).map((list) => list.join(" "));
}
