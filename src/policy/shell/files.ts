/** Programs that read, write and delete the paths they are given. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { holdsCredentials } from "../places.ts";
import { type Around, classifyPlace, placeOf } from "./around.ts";
import { classifyInside } from "./inside.ts";
import { COPIERS, READERS } from "./programs.ts";
import { knownWord, type Word } from "./script.ts";

/** What they look for or do stands before the files. */
const PATTERN_FIRST = /^(?:e|f|z)?grep$|^(?:rg|ag|ack|sed|g?awk|mawk|nawk|jq|yq|tr|fd|fdfind)$/;
const PATTERN_GIVEN = /^-(?:[a-zA-Z]*[ef]|-expression|-file|-regexp|-from-file)(?:=|$)/;
const WRITES_TO =
  /^(?:-o|-C|--cwd|--dir|--directory|--pack-destination|--output|--output-file|--out|--outfile|--outDir|--out-dir|--outdir|--target-dir|--prefix)$/;
const WRITES_IN =
  /^--(?:cwd|dir|directory|pack-destination|output|output-file|out|outfile|outDir|out-dir|outdir|target-dir|prefix)=/;
const RUNS_MORE =
  /^--(?:pre|to-command|checkpoint-action|use-compress-program|compress-program|rsh|hostname-bin|files0-from)\b|^-I$/;
/** Of awk and sed: what starts programs or writes files from within. */
const AWK_RUNS = /system\s*\(|\|\s*(?:getline|"|&)|"\s*\|/;
const AWK_WRITES = /[>|]\s*["$\w]/;
const SED_RUNS = /(?:^|[;{}\n]|\d|\$|\/)[ \t]*[eEwW]\s+\S|[^\w\s][gpiIMm0-9]*[ew][gpiIMm0-9]*\s*(?:$|[;}\n]|\s\/)/;

/** They take all that is below what they are given. */
const RECURSIVE = /^(?:tar|zip|rsync|rg|ag|ack)$/;
const OUTPUT_LAST = /^(?:uniq|xxd|split|csplit)$/;

/** Paths in one word: all of it, or what follows the name of an option. */
export function optionPaths(word: Word): Word[] {
  const { text } = word;
  const value = /^(?:-{0,2}[\w.-]+=|@)(.*)$/s.exec(text)?.[1];
  if (value !== undefined) return looksLikePath(value) ? [{ ...word, text: value }] : [];
  const slash = text.startsWith("-") ? text.search(/[/~]/) : -1;
  if (text.startsWith("-")) return slash === -1 ? [] : [{ ...word, text: text.slice(slash) }];
  return looksLikePath(text) ? [word] : [];
}

function looksLikePath(text: string): boolean {
  return (/^[/~]|^\.\.|\//.test(text) || text.startsWith(".")) && !/^[a-z][\w+.-]*:\/\//i.test(text);
}

export function classifyFiles(name: string, words: readonly Word[], around: Around): Finding {
  const [, ...given] = words;
  const access = READERS.has(name) && !editsInPlace(name, given) ? "read" : "write";
  const files = filesOf(name, given);
  const { places } = around.policy;
  const goesDown =
    /^(?:cp|[ef]?grep|diff)$/.test(name) && given.some(({ text }) => /^-[a-zA-Z]*[rRa]|^--(?:rec|arc)/.test(text));
  const isWhole = RECURSIVE.test(name) || goesDown;
  const isCopy = OUTPUT_LAST.test(name)
    ? files.length > 1
    : COPIERS.has(name) && !given.some(({ text }) => /^(?:-t|--target-directory)/.test(text));
  const found = files.map((word, index) => {
    if (name === "rsync" && /^[^/]+:/.test(word.text)) return red("it copies from or to another machine");
    const isLast = index === files.length - 1;
    if (name === "ln" && isCopy && !isLast) return classifyLink(word, files.at(-1) as Word, around);
    const place = placeOf(word, around);
    if (isWhole && place !== null && holdsCredentials(places, place)) return red(`${place} may hold credentials`);
    return classifyPlace(pathIn(word), isCopy ? (isLast ? "write" : "read") : access, around);
  });
  const options = given
    .filter(({ text }) => text.startsWith("-"))
    .flatMap((word) =>
      optionPaths(word).map((path) => classifyPlace(path, WRITES_IN.test(word.text) ? "write" : access, around)),
    );
  return worst(
    [
      green(`${name} works on files`),
      ...found,
      ...options,
      ...outputs(name, given, around),
      ...startedBy(name, given, around),
      ...insides(name, given, around),
    ],
    green(""),
  );
}

function editsInPlace(name: string, given: readonly Word[]): boolean {
  return /^(?:sed|yq|perl)$/.test(name) && given.some(({ text }) => /^-[nrEsz]*i|^--in-?place/.test(text));
}

function filesOf(name: string, given: readonly Word[]): Word[] {
  const plain = given.filter(({ text }) => !text.startsWith("-"));
  if (name === "find") return findRoots(given);
  const skips = PATTERN_FIRST.test(name) && !given.some(({ text }) => PATTERN_GIVEN.test(text));
  return skips ? plain.slice(1) : plain;
}

/** `dd of=/dev/sda`: the path is what follows. */
function pathIn(word: Word): Word {
  const value = /^(?:if|of)=(.*)$/s.exec(word.text)?.[1];
  return value === undefined ? word : { ...word, text: value };
}

/** What less and its like are told to start. */
function startedBy(name: string, given: readonly Word[], around: Around): Finding[] {
  if (!/^(?:less|more|bat|vim?|nvim)$/.test(name)) return [];
  return given.flatMap(({ text }) => {
    const started = /^\+{1,2}[^!|]{0,40}[!|](.*)$/s.exec(text)?.[1];
    return started === undefined ? [] : [yellow(`${name} starts a program`), around.classifyText(started, around)];
  });
}

function outputs(name: string, given: readonly Word[], around: Around): Finding[] {
  if (READERS.has(name) && !/^(?:sort|tree|shuf|iconv)$/.test(name)) return [];
  return classifyOutputs(given, around);
}

/** What is written through a link is not seen any more. It begins where it lies. */
function classifyLink(word: Word, link: Word, around: Around): Finding {
  const isRelative = !/^[/~]/.test(word.text) && link.isKnown;
  const from = isRelative ? link.text.replace(/[^/]*$/, "") : "";
  const found = classifyPlace({ ...word, text: `${from}${word.text}` }, "read", around);
  return found.class === "yellow" ? red(`it leads to ${word.text.slice(0, 80)}`) : found;
}

/** What a program is told to write, and where it is told to work. */
export function classifyOutputs(given: readonly Word[], around: Around): Finding[] {
  return given.flatMap((word, index) => {
    if (WRITES_TO.test(given[index - 1]?.text ?? "")) return [classifyPlace(word, "write", around)];
    return WRITES_IN.test(word.text) ? optionPaths(word).map((path) => classifyPlace(path, "write", around)) : [];
  });
}

/** What a program is told that is a program itself. */
function insides(name: string, given: readonly Word[], around: Around): Finding[] {
  const runs = given.some(({ text }) => RUNS_MORE.test(text)) && !/^(?:fd|fdfind|grep|ls|tree|du|ag)$/.test(name);
  const isAwk = /awk$/.test(name) && given.some(({ text }) => runsWithin(text));
  const isSed = name === "sed" && given.some(({ text }) => !text.startsWith("--") && SED_RUNS.test(text));
  const isFd = /^fd(?:find)?$/.test(name) && given.some(({ text }) => /^(?:-[xX]|--exec)/.test(text));
  return [
    ...given.flatMap((word, index) => toldPrograms(word, given[index - 1], around)),
    ...(isSed ? given.flatMap((word) => writtenWithin(word, SED_FILES, around)) : []),
    ...(isAwk ? given.flatMap((word) => writtenWithin(word, AWK_FILES, around)) : []),
    ...(name === "find" ? given.flatMap((word, index) => foundOutput(word, given[index - 1], around)) : []),
    ...(isAwk ? given.flatMap((word) => classifyInside(word, around)) : []),
    ...(runs || isAwk || isSed || isFd ? [yellow(`${name} may start programs`)] : []),
    ...(name === "find" && given.some(({ text }) => /^-(?:delete|fprint|fls)/.test(text))
      ? [yellow("it deletes or writes what it finds")]
      : []),
  ];
}

/** Files that a program for sed or awk writes. */
const SED_FILES = /(?<![A-Za-z\\])[gpiIMm0-9]*[wW][ \t]+([~/][^\s;}]*|\.\.\/[^\s;}]*)/g;
const AWK_FILES = />\s*"([^"]{1,4096})"/g;

function writtenWithin(word: Word, pattern: RegExp, around: Around): Finding[] {
  return [...word.text.matchAll(pattern)]
    .slice(0, 100)
    .map(([, path]) => classifyPlace({ ...word, text: path ?? "" }, "write", around));
}

function foundOutput(word: Word, before: Word | undefined, around: Around): Finding[] {
  return /^-(?:fprintf?|fprint0|fls)$/.test(before?.text ?? "") ? [classifyPlace(word, "write", around)] : [];
}

/** `--checkpoint-action=exec=command` and its like. */
function toldPrograms(word: Word, before: Word | undefined, around: Around): Finding[] {
  const options =
    /^--(?:pre|to-command|checkpoint-action|use-compress-program|compress-program|rsh|hostname-bin)(?:=(.*))?$/s;
  const text = options.exec(word.text)?.[1] ?? (options.exec(before?.text ?? "") ? word.text : undefined);
  return text === undefined ? [] : [around.classifyText(text.replace(/^exec=/, ""), around)];
}

function runsWithin(text: string): boolean {
  if (AWK_RUNS.test(text)) return true;
  return text.split(/[;}]/).some((part) => {
    const at = part.indexOf("print");
    return at !== -1 && AWK_WRITES.test(part.slice(at));
  });
}

export function findRoots(given: readonly Word[]): Word[] {
  const end = given.findIndex(({ text }) => /^[-(!]/.test(text) && !/^-(?:[HLP]|D|O\d?)$/.test(text));
  const roots = given.slice(0, end === -1 ? given.length : end).filter(({ text }) => !text.startsWith("-"));
  return roots.length > 0 ? roots : [knownWord(".")];
}

export function classifyDeletion(name: string, [, ...given]: readonly Word[], around: Around): Finding {
  const files = given.filter(({ text }) => !text.startsWith("-"));
  const isRecursive = given.some(({ text }) => /^-[a-zA-Z]*[rR]|^--recursive/.test(text));
  const found = files.map((word) => {
    if (!word.isKnown || around.folder === null)
      return isRecursive ? red("it is not known what it deletes") : yellow("it is not known what it deletes");
    return classifyPlace(word, "delete", around);
  });
  return worst(found, yellow(`${name} deletes`));
}

/** A word that may name a file to read. */
export function classifyArgument(word: Word, around: Around): Finding {
  return worst(
    optionPaths(word).map((path) => classifyPlace(path, "read", around)),
    word.isKnown ? green("it is given words") : yellow(`${word.text} is not known`),
  );
}
