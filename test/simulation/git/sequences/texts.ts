/** Texts for files: lines that are rare in the world, with a few that repeat, and small changes to them. */

import type { Chance } from "./chance.ts";

const REPEATED = ["\n", "}\n", "  return;\n", "- item\n"];
const LONGEST = 12;

function makeLine(chance: Chance): string {
  return chance.once(5)
    ? chance.pick(REPEATED)
    : `${chance.number(1e9).toString(36)} ${chance.number(1e9).toString(36)}\n`;
}

/** A text that is like no other. */
export function makeText(chance: Chance): string {
  if (chance.once(25)) return "";
  if (chance.once(25)) return `binary \0 ${chance.number(1e9)}`;
  return Array.from({ length: 1 + chance.number(LONGEST) }, () => makeLine(chance)).join("");
}

/** The text with one to three changes of lines. */
export function changeText(chance: Chance, text: string): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  for (let left = 1 + chance.number(3); left > 0; left -= 1) {
    const at = chance.number(lines.length + 1);
    const kind = chance.number(4);
    if (kind === 0) lines.splice(at, 0, makeLine(chance));
    else if (kind === 1) lines.splice(at, 1);
    else if (kind === 2) lines.splice(at, 1, makeLine(chance));
    else lines.splice(at, 1 + chance.number(2), makeLine(chance), makeLine(chance));
  }
  const changed = lines.join("");
  return chance.once(12) ? changed.replace(/\n$/, "") : changed;
}
