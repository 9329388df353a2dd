/** Programs that end processes. */

import { type Finding, green, red, yellow } from "../finding.ts";
import type { Word } from "./script.ts";

/** A run has its processes to itself where the system can do that; the first of them, and all of them, are not its own. */
export function classifyKill([, ...given]: readonly Word[]): Finding {
  if (given.some(({ text }) => /^-(?:l|L)$/.test(text))) return green("it looks");
  const isSignal = given.length > 1 && /^-(?:[A-Z]\w*|\d{1,2}|s|n)$/.test(given[0]?.text ?? "");
  const targets = (isSignal ? given.slice(/^-[sn]$/.test(given[0]?.text ?? "") ? 2 : 1) : given).filter(
    ({ text }) => text !== "--",
  );
  const isOwn = targets.every(({ text, isKnown }) => !isKnown || /^%|^(?!0*[01]$)\d+$/.test(text));
  if (given[0]?.text === "-0" && isOwn) return green("it looks");
  return isOwn ? yellow("it ends a process") : red("it ends processes that may belong to others");
}

/** By what they are called, or by the port that they listen at. */
export function classifyEnding(name: string, [, ...given]: readonly Word[]): Finding {
  const plain = given.filter(({ text }) => !text.startsWith("-"));
  const isWide =
    plain.length === 0 ||
    plain.some(({ text }) => text.length < 2 || /^[.*^$]+$/.test(text)) ||
    given.some(({ text }) => /^-[a-zA-Z]*[uUtgGsvm]|^--(?:eu|ui|te|gr|gi|pg|se|inv|mount)/.test(text));
  return isWide ? red(`${name} ends processes of others`) : yellow(`${name} ends processes`);
}
