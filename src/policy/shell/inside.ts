/** Programs that stand in a command: what another language is told, as far as its strings say it. */

import { type Finding, red } from "../finding.ts";
import { type Around, classifyPlace } from "./around.ts";
import { knownWord, type Word } from "./script.ts";

const STRING = /"((?:[^"\\]|\\.){0,4096})"|'((?:[^'\\]|\\.){0,4096})'|`([^`]{0,4096})`/gs;
const MOST = 200;

/** A string in it that is a far-reaching command, or the place of a credential, is taken for what it is. */
export function classifyInside(word: Word, around: Around): Finding[] {
  const strings = [...word.text.matchAll(STRING)]
    .slice(0, MOST)
    .map(([, one, two, three]) => one ?? two ?? three ?? "");
  return strings.flatMap((text) => {
    const found = /^(?:[~/]|\.\.\/)\S*$/.test(text)
      ? classifyPlace(knownWord(text), "read", around)
      : around.classifyText(text, around);
    return found.class === "red" ? [red(found.because)] : [];
  });
}
