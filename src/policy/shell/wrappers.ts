/** Programs that start other programs with what they are given. */

import { findRoots } from "./files.ts";
import { knownWord, UNSEEN, type Word } from "./script.ts";

/** What is started: commands, and texts for a shell. `because`: why the wrapper itself is not green. */
export interface Wrapped {
  commands: readonly (readonly Word[])[];
  texts: readonly Word[];
  because: string | null;
  /** Where it is started, if that is said. */
  folder?: Word | undefined;
}

interface Wrapper {
  names: RegExp;
  /** Options whose value is a word of its own. */
  valued: RegExp;
  /** Words that are neither options nor the program. */
  skips?: number;
  /** Options whose value is a text for a shell. */
  tells?: RegExp;
  because?: string;
}

const NONE = /(?!)/;
const WRAPPERS: readonly Wrapper[] = [
  {
    names: /^(?:command|builtin|chronic|unbuffer|caffeinate|noglob|nocorrect|busybox|toybox|winpty|catchsegv|rlwrap)$/,
    valued: NONE,
  },
  { names: /^exec$/, valued: /^-a$/ },
  { names: /^nice$/, valued: /^(?:-n|--adjustment)$/ },
  { names: /^ionice$/, valued: /^-[cnp]$/ },
  { names: /^(?:time|gtime)$/, valued: /^-[fo]$/ },
  { names: /^g?timeout$/, valued: /^(?:-s|--signal|-k|--kill-after)$/, skips: 1 },
  { names: /^stdbuf$/, valued: /^-[ioe]$/ },
  { names: /^(?:nohup|setsid)$/, valued: NONE, because: "it goes on in the background" },
  { names: /^(?:npx|bunx|pnpx|pnpm-dlx)$/, valued: /^(?:-p|--package|-w|--workspace)$/, tells: /^(?:-c|--call)$/ },
  { names: /^(?:uvx)$/, valued: /^(?:--from|--with|-p|--python)$/, because: "it installs packages" },
  {
    names: /^flock$/,
    valued: /^(?:-w|-E|--wait|--timeout|--conflict-exit-code)$/,
    skips: 1,
    tells: /^(?:-c|--command)$/,
  },
  { names: /^script$/, valued: NONE, tells: /^(?:-\w*c|--command)$/, because: "it opens a terminal", skips: 99 },
  {
    names: /^(?:env|cross-env|dotenv|dotenvx|faketime)$/,
    valued: /^(?:-u|--unset|-\w*C|--ch\w*|-e|-f)$/,
    tells: /^(?:-\w*S|--split-string)$/,
  },
  { names: /^screen$/, valued: /^-[ScepshtTe]$/, because: "it goes on in the background" },
  { names: /^(?:strace|ltrace|valgrind|gdb|perf|hyperfine|coverage|nyc|c8)$/, valued: /^-[oepu]$/ },
  {
    names: /^(?:direnv|doppler|infisical|chamber|aws-vault|teller)$/,
    valued: NONE,
    skips: 2,
    because: "it hands out settings or secrets",
  },
];
/** The words after these start a program too. */
const RUNNERS: readonly [program: RegExp, sub: RegExp][] = [
  [/^(?:uv|poetry|pdm|pipenv|hatch|rye|pixi|conda|mamba)$/, /^run$/],
  [/^(?:npm|pnpm|yarn|bun|bundle|mise|asdf|rbenv|pyenv|volta|fnm|nvm)$/, /^(?:exec|x|dlx)$/],
];

/** What a program starts; null for one that starts nothing. */
export function unwrap(name: string, words: readonly Word[]): Wrapped | null {
  const [, ...given] = words;
  switch (name) {
    case "eval":
    case "watch":
      return told([join(given.filter(({ text }) => !/^-/.test(text)))]);
    case "trap":
      return told(given.length > 1 ? given.slice(0, 1) : []);
    case "alias":
      return told(given.map((word) => ({ ...word, text: word.text.replace(/^[^=]*=?/, "") })));
    case "tmux":
      return unwrapTmux(given);
    case "xargs":
      return unwrapXargs(given);
    case "parallel":
      return unwrapParallel(given);
    case "find":
      return unwrapFind(words);
    default:
      return unwrapPlain(name, given) ?? unwrapRunner(name, words);
  }
}

function wrap(words: readonly Word[], more: Partial<Wrapped> = {}): Wrapped {
  return { commands: words.length === 0 ? [] : [words], texts: [], because: null, ...more };
}

function told(texts: readonly Word[]): Wrapped {
  return wrap([], { texts: texts.filter(({ text, isKnown }) => text !== "" || !isKnown) });
}

function join(words: readonly Word[]): Word {
  return { ...knownWord(words.map(({ text }) => text).join(" ")), isKnown: words.every(({ isKnown }) => isKnown) };
}

function unwrapPlain(name: string, given: readonly Word[]): Wrapped | null {
  const wrapper = WRAPPERS.find(({ names }) => names.test(name));
  if (!wrapper) return null;
  const texts = given.filter((_word, index) => wrapper.tells?.test(given[index - 1]?.text ?? ""));
  const glued = given.flatMap((word) =>
    name === "env" ? (/^(?:-S|--split-string=)(.+)$/s.exec(word.text)?.slice(1) ?? []) : [],
  );
  const start = firstPlain(given, wrapper, wrapper.skips ?? 0);
  const shows = name === "env" && start.length === 0 && texts.length === 0 && glued.length === 0;
  const because = shows ? "it shows the environment" : (wrapper.because ?? null);
  if (name === "command" && /^-[vV]$/.test(given[0]?.text ?? "")) return wrap([]);
  const isPackage = /^(?:npx|bunx|pnpx|pnpm-dlx)$/.test(name);
  const folder = name === "env" ? folderOf(given) : undefined;
  return wrap(isPackage ? start.map(asPackage) : start, {
    texts: [...texts, ...glued.map(knownWord)],
    because,
    folder,
  });
}

/** `env -C folder`, `--chdir=folder`. */
function folderOf(given: readonly Word[]): Word | undefined {
  const at = given.findIndex(({ text }) => /^-\w*C|^--ch/.test(text));
  const word = given[at];
  const value = /^(?:-\w*?C|--ch\w*=)(.+)$/s.exec(word?.text ?? "")?.[1];
  return word === undefined || value === undefined ? given[at + 1 || given.length] : { ...word, text: value };
}

/** `owner/name` is a repository of GitHub's there. */
function asPackage(word: Word, index: number): Word {
  return index === 0 && /^[\w-]+\/[\w.-]+(?:#.*)?$/.test(word.text) ? { ...word, text: `github:${word.text}` } : word;
}

/** From the first word on that is no option, no value of one and no assignment. */
function firstPlain(
  given: readonly Word[],
  { valued, tells }: Pick<Wrapper, "valued" | "tells">,
  skips: number,
): Word[] {
  let left = skips;
  const at = given.findIndex((word, index) => {
    const before = given[index - 1]?.text ?? "";
    if (/^-|^[A-Za-z_]\w*=/.test(word.text) || valued.test(before) || tells?.test(before)) return false;
    left -= 1;
    return left < 0;
  });
  return at === -1 ? [] : given.slice(at);
}

function unwrapXargs(given: readonly Word[]): Wrapped {
  const started = firstPlain(
    given,
    { valued: /^(?:-[InPLdasE]|--max-args|--max-procs|--delimiter|--arg-file|--replace)$/ },
    0,
  );
  return wrap(started.length === 0 ? [] : [...started.map(unseenPlace), UNSEEN]);
}

/** `{}` stands for what nobody sees here. */
function unseenPlace(word: Word): Word {
  return word.text !== "{}" && word.text.includes("{}") && !/\s/.test(word.text) ? { ...word, isKnown: false } : word;
}

/** `tmux new -d 'command'`: what is more than a word may be one. */
function unwrapTmux(given: readonly Word[]): Wrapped {
  const texts = given.filter(({ text, isKnown }) => !isKnown || /\s/.test(text));
  return wrap([], { texts, because: "it goes on in the background" });
}

function unwrapParallel(given: readonly Word[]): Wrapped {
  const started = firstPlain(given, { valued: /^(?:-[jnNaSI]|--jobs|--colsep|--joblog)$/ }, 0);
  const end = started.findIndex(({ text }) => /^:::/.test(text));
  const words = end === -1 ? started : started.slice(0, end);
  if (words.length === 0) return told([UNSEEN]);
  return told([join(words)]);
}

/** What it starts for each thing that it finds, and what is left of it without that. */
function unwrapFind(words: readonly Word[]): Wrapped | null {
  const root = findRoots(words.slice(1))[0]?.text ?? ".";
  const commands: Word[][] = [];
  const itself: Word[] = [];
  let started: Word[] | null = null;
  for (const word of words) {
    if (started === null && /^-(?:exec|execdir|ok|okdir)$/.test(word.text)) {
      started = [];
      commands.push(started);
    } else if (started !== null && (word.text === ";" || word.text === "+")) started = null;
    else if (started === null) itself.push(word);
    else started.push(started.length === 0 ? word : foundPlace(word, root));
  }
  return commands.length === 0 ? null : wrap([], { commands: [itself, ...commands] });
}

function foundPlace(word: Word, root: string): Word {
  if (!word.text.includes("{}") || /\s/.test(word.text)) return word;
  return { ...word, text: word.text.replaceAll("{}", `${root}/*`), isGlob: true };
}

function unwrapRunner(name: string, words: readonly Word[]): Wrapped | null {
  const runner = RUNNERS.find(([program]) => program.test(name));
  const at = words.findIndex(({ text }, index) => index > 0 && runner?.[1].test(text));
  if (!runner || at === -1 || words.slice(1, at).some(({ text }) => !text.startsWith("-"))) return null;
  const started = firstPlain(
    words.slice(at + 1),
    { valued: /^(?:-p|--package|--python|--with|-n|--name|-e|-v|-w)$/ },
    0,
  );
  const texts = words.filter((_word, index) => /^(?:-c|--call|--shell-mode)$/.test(words[index - 1]?.text ?? ""));
  return wrap(words[at]?.text === "run" ? started : started.map(asPackage), {
    texts,
    because: words[at]?.text === "run" ? null : "it may install what it starts",
  });
}
