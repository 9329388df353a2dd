/**
 * How far a script reaches: as far as the worst of its commands. It is read and never run, so what is not understood counts
 * as yellow at least. This tells honest agents apart from mistakes; a hostile one needs a sandbox (`isolation: sandbox`).
 */

import type { PermissionPolicy } from "../../model/permission.ts";
import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { holdsCredentials, resolvePath } from "../places.ts";
import { type Around, ASSIGNMENT, classifyPlace, isTooLong, LONGEST_PATH, placeOf } from "./around.ts";
import { classifyAssigned } from "./assigned.ts";
import { changesFolder, classifyCommand } from "./classify-command.ts";
import { findRoots } from "./files.ts";
import { LEADING, readScript } from "./read-script.ts";
import type { Redirect, SimpleCommand, Word } from "./script.ts";

const NOTHING = green("it does nothing");

/** Longer than anybody types. */
const LONGEST = 64 * 1024;

export function classifyShell(policy: PermissionPolicy, command: string): Finding {
  if (command.length > LONGEST) return red("it is too long to be read");
  const { workspace, variables } = policy.places;
  return classifyText(command, { policy, variables, folder: workspace, depth: 0, classifyText, classifyCommand });
}

function classifyText(text: string, around: Around): Finding {
  const script = readScript(text, around.variables, around.depth);
  if (script.problem === "too-deep") return red("it is nested too deep to be understood");
  const findings = script.problem === null ? [] : [yellow("it is not whole: a quote or a bracket is open")];
  const folders: (string | null)[] = [];
  let { folder } = around;
  let fed: Word | undefined;
  for (const step of script.steps) {
    if (step.kind !== "command") fed = undefined;
    if (step.kind === "open") folders.push(folder);
    else if (step.kind === "close") folder = folders.pop() ?? null;
    else {
      const here = { ...around, variables: script.variables, folder, depth: around.depth + 1, fed };
      const words = withoutLeading(step.words);
      fed = step.isPiped ? foundBy(words) : undefined;
      findings.push(classifyStep(step, words, here));
      if (changesFolder(words)) folder = folderAfter(words, here);
    }
  }
  const commands = script.steps.flatMap((step) => (step.kind === "command" ? [withoutLeading(step.words)] : []));
  return worst([...findings, ...classifyFed(commands, around)], NOTHING);
}

/** `find folder` that prints nothing but what is below it. */
function foundBy(words: readonly Word[]): Word | undefined {
  const [program, ...given] = words;
  if (program?.text !== "find" || given.some(({ text }) => /^-(?:f?printf|exec|ok|fprint|files0|f?ls)/.test(text)))
    return undefined;
  const [root, other] = findRoots(given);
  return root?.isKnown && other === undefined ? { ...root, text: `${root.text}/*`, isGlob: true } : undefined;
}

/** What is found in a home and handed on may be anything. */
function classifyFed(commands: readonly (readonly Word[])[], around: Around): Finding[] {
  if (!commands.some(([program]) => /^(?:.*\/)?(?:xargs|parallel|read)$/.test(program?.text ?? ""))) return [];
  const found = commands.filter(([program]) =>
    /^(?:.*\/)?(?:find|fd|fdfind|ls|rg|grep|tree|locate)$/.test(program?.text ?? ""),
  );
  const isAll = found.flat().some((word) => {
    const place = /^[/~.]/.test(word.text) ? placeOf(word, around) : null;
    return place !== null && holdsCredentials(around.policy.places, place);
  });
  return isAll ? [red("it hands on whatever is in a home")] : [];
}

function classifyStep(step: SimpleCommand, command: readonly Word[], around: Around): Finding {
  const assigned = step.words.slice(0, step.words.length - command.length);
  const findings = [
    ...(command.length > 0 ? [classifyCommand(command, step.redirects, around)] : []),
    ...step.redirects.map((redirect) => classifyRedirect(redirect, around)),
    ...classifyAssigned(assigned, around),
    ...(step.isBackground ? [yellow("it goes on in the background")] : []),
  ];
  return worst(findings, NOTHING);
}

/** From the program on: without words of the shell's own and what is assigned for it. */
function withoutLeading(words: readonly Word[]): readonly Word[] {
  const start = words.findIndex(
    ({ text }, index) =>
      !LEADING.has(text) && !ASSIGNMENT.test(text) && !(text === "-p" && words[index - 1]?.text === "time"),
  );
  if (start === -1) return [];
  return words[start]?.text === "function" ? withoutLeading(words.slice(start + 2)) : words.slice(start);
}

function classifyRedirect({ kind, target }: Redirect, around: Around): Finding {
  return kind === "text" ? NOTHING : classifyPlace(target, kind, around);
}

function folderAfter(words: readonly Word[], { folder, policy }: Around): string | null {
  const [, ...given] = words.filter(({ text }) => !ASSIGNMENT.test(text));
  const target = given.find(({ text }) => !/^-[LPe@]*$|^--$/.test(text) || text === "-");
  if (target === undefined) return policy.places.home;
  if (!target.isKnown || target.isGlob || target.text === "-" || isTooLong(target)) return null;
  if (folder === null && !target.text.startsWith("/")) return null;
  const next = resolvePath(folder ?? "/", target.text);
  return next.length > LONGEST_PATH ? null : next;
}
