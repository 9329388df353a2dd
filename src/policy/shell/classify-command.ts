/** How far one command reaches, by the program that it starts and what that is given. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { isCredential } from "../places.ts";
import { type Around, classifyPlace, placeOf, TELLING } from "./around.ts";
import { classifyAssigned } from "./assigned.ts";
import { ASKS_ITSELF, classifyBySubcommand, classifySource, isText } from "./classify-subcommand.ts";
import { classifyEnding, classifyKill } from "./ending.ts";
import { classifyFetching, FETCHERS } from "./fetching.ts";
import { classifyArgument, classifyDeletion, classifyFiles, classifyOutputs, optionPaths } from "./files.ts";
import { classifyGit } from "./git.ts";
import { classifyInside } from "./inside.ts";
import {
  BUILDERS,
  CAREFUL,
  COPIERS,
  DELETERS,
  INTERPRETERS,
  QUIET,
  REACHING,
  READERS,
  SHELLS,
  WRITERS,
} from "./programs.ts";
import { type Redirect, UNSEEN, type Word } from "./script.ts";
import { DEPLOYING, PROGRAMS, type Program } from "./subcommands.ts";
import { unwrap } from "./wrappers.ts";

/** In other commands. */
const DEEPEST = 16;
/** What is fed to it runs. */
const INLINE = /^-(?:[a-zA-Z]*[ceEpr]|-eval|-print|-command|-execute)$/;

type Rule = (name: string, words: readonly Word[], redirects: readonly Redirect[], around: Around) => Finding | null;

/** In this order; the first that knows the program answers. */
const RULES: readonly Rule[] = [
  unknownProgram,
  (name, words) =>
    words.length === 2 && name in REACHING && isText(words[1], ASKS_ITSELF) ? green("it asks what it is") : null,
  wrapped,
  (name, words, redirects, around) => (SHELLS.has(name) ? classifyShellProgram(words, redirects, around) : null),
  (name, words, _redirects, around) => (name === "git" ? classifyGit(words, around) : null),
  (name, words) => (/^(?:pkill|fuser)$/.test(name) ? classifyEnding(name, words) : null),
  (name, words) => (looksOnly(name, words) ? yellow(`${name} looks`) : null),
  (name, words, _redirects, around) =>
    isOwnNamesake(name, words[0], around) ? green("it runs what is in the workspace") : null,
  (name) => (name in REACHING ? red(`${name}: ${REACHING[name]}`) : null),
  (name, words, _redirects, around) =>
    name in PROGRAMS ? classifyBySubcommand(name, words, PROGRAMS[name] as Program, around) : null,
  (name, words, redirects, around) => (INTERPRETERS.has(name) ? classifyInterpreter(words, redirects, around) : null),
  (name, words, _redirects, around) => (DELETERS.has(name) ? classifyDeletion(name, words, around) : null),
  (name, words, _redirects, around) =>
    name === "source" || name === "." ? classifyOwn(words[1] ?? (words[0] as Word), around) : null,
  (name, words, _redirects, around) =>
    READERS.has(name) || WRITERS.has(name) || COPIERS.has(name) ? classifyFiles(name, words, around) : null,
  (name, words, _redirects, around) => (QUIET.has(name) ? classifyQuiet(name, words, around) : null),
  (name, words, _redirects, around) => (FETCHERS.test(name) ? classifyFetching(name, words, around) : null),
  (name, words) => (name === "kill" ? classifyKill(words) : null),
  (name, words, redirects, around) => (BUILDERS.has(name) ? classifyBuild(name, words, redirects, around) : null),
  (name, words, _redirects, around) => (name in CAREFUL ? classifyCareful(name, words, around) : null),
  ownProgram,
];

/** `words`: the program first. */
export function classifyCommand(words: readonly Word[], redirects: readonly Redirect[], around: Around): Finding {
  const name = programName(words[0]);
  for (const rule of RULES) {
    const finding = rule(name, words, redirects, around);
    if (finding !== null) return finding;
  }
  const given = words.slice(1).map((word) => classifyArgument(word, around));
  return worst([yellow(`${name} is not known`), ...given], yellow(""));
}

/** Of a service: what is there. Of a port of this machine: whether anybody listens. */
function looksOnly(name: string, [, ...given]: readonly Word[]): boolean {
  if (!given.every(({ isKnown }) => isKnown)) return false;
  const said = given.map(({ text }) => text).join(" ");
  if (name === "gh")
    return /^(?:pr|issue|run|release|repo|workflow) (?:view|list|status|checks|diff)(?: |$)/.test(said);
  return (
    /^(?:nc|ncat|netcat)$/.test(name) &&
    /^-[vn]*z[vn]*(?: -[vnzw]+| \d+)* (?:localhost|127\.0\.0\.1|::1) \d+$/.test(said)
  );
}

/** A program of the workspace that is called as one of the system is. */
function isOwnNamesake(name: string, program: Word | undefined, around: Around): boolean {
  if (!/^(?:render|now|age|pass|op|service|init|np|vault|security|batch|at)$/.test(name)) return false;
  const place = program?.text.includes("/") ? placeOf(program, around) : null;
  return place?.startsWith(`${around.policy.places.workspace}/`) === true && !/\/(?:node_modules|\.bin)\//.test(place);
}

/** Whoever owns a file decides who may use it; a name that is looked up is told to strangers. */
function classifyCareful(name: string, [, ...given]: readonly Word[], around: Around): Finding {
  const itself = yellow(`${name}: ${CAREFUL[name]}`);
  if (/^(?:ping|dig|nslookup|host|traceroute|whois|nmap)$/.test(name) && given.some(({ hasScript }) => hasScript))
    return red(`${name} tells others what another program prints`);
  if (!/^(?:chown|chgrp|chattr|setfacl|xattr|vim?|nvim|nano|emacs|pico)$/.test(name)) return itself;
  return worst([itself, ...given.flatMap(optionPaths).map((path) => classifyPlace(path, "write", around))], itself);
}

export function changesFolder(words: readonly Word[]): boolean {
  return words.some(({ text }) => /^(?:cd|pushd|popd|chdir)$/.test(text));
}

function programName(word: Word | undefined): string {
  return (word?.text ?? "").replace(/^.*\//s, "").replace(/\.exe$/, "");
}

function unknownProgram(_name: string, [program]: readonly Word[]): Finding | null {
  if (program !== undefined && !program.isQuoted && /\{.*,.*\}/.test(program.text))
    return red("it is not known what it starts");
  if (program?.text === "{}" || program?.hasScript) return red("it runs what another program prints");
  return program?.isKnown === false ? yellow("it is not known what it starts") : null;
}

/** A program that starts another is as far-reaching as what it starts. */
function wrapped(name: string, words: readonly Word[], redirects: readonly Redirect[], around: Around): Finding | null {
  const inner = unwrap(name, words);
  if (inner === null) return null;
  if (around.depth > DEEPEST) return red("it is nested too deep to be understood");
  const { folder } = inner;
  const hears =
    name === "xargs" &&
    !redirects.some(({ kind }) => kind !== "write") &&
    !words.some(({ text }) => /^-a|^--arg/.test(text));
  const given = (word: Word) => (hears && word === UNSEEN && around.fed !== undefined ? around.fed : word);
  const deeper = {
    ...around,
    depth: around.depth + 1,
    fed: undefined,
    folder: folder === undefined ? around.folder : placeOf(folder, around),
  };
  return worst(
    [
      ...(folder === undefined ? [] : [classifyPlace(folder, "read", around)]),
      ...inner.commands.map((command) =>
        classifyCommand(takesFiles(command) ? command.map(given) : command, redirects, deeper),
      ),
      ...inner.texts.map((text) => classifyTold(text, deeper)),
      ...(/^(?:env|cross-env)$/.test(name) ? classifyAssigned(words.slice(1), deeper) : []),
      ...(inner.because === null ? [] : [yellow(inner.because)]),
    ],
    green("it does nothing by itself"),
  );
}

/** Whatever more it is given is a file to it. */
function takesFiles([program]: readonly Word[]): boolean {
  return /^(?:rm|rmdir|wc|cat|[ef]?grep|ls|head|tail)$/.test(program?.text ?? "");
}

/** A text that a shell is told to run. */
function classifyTold(word: Word, around: Around): Finding {
  return word.isKnown ? around.classifyText(word.text, around) : red("a shell is told what is not known");
}

function classifyShellProgram([, ...given]: readonly Word[], redirects: readonly Redirect[], around: Around): Finding {
  const texts = redirects.filter(({ kind }) => kind === "text").map(({ target }) => target);
  const told = given.filter((_word, index) => /^-[a-zA-Z]*c[a-zA-Z]*$|^-Command$/.test(given[index - 1]?.text ?? ""));
  const heard = [...told, ...texts].map((word) => classifyTold(word, around));
  if (heard.length > 0) return worst(heard, green(""));
  const file = given.find(({ text }) => !/^[-+]/.test(text));
  if (file === undefined)
    return given.length === 1 && isText(given[0], ASKS_ITSELF)
      ? green("it asks what it is")
      : red("a shell runs what it is fed");
  return classifyOwn(file, around);
}

function classifyInterpreter(words: readonly Word[], redirects: readonly Redirect[], around: Around): Finding {
  const [, ...given] = words;
  if (given.length === 1 && isText(given[0], ASKS_ITSELF)) return green("it asks what it is");
  const module = given.findIndex(({ text }) => text === "-m");
  if (module !== -1 && given.length > module + 1) return classifyCommand(given.slice(module + 1), redirects, around);
  if (given.some(({ text }) => INLINE.test(text))) return classifyInline(given, around);
  if (given.some(({ text }) => text === "--test")) return green("it tests");
  const file = given.find(({ text }) => !text.startsWith("-"));
  if (file !== undefined && /^(?:deno|bun)$/.test(programName(words[0]))) return classifyRuntime(file, given, around);
  if (file !== undefined && file.text !== "-")
    return worst([classifyOwn(file, around), ...given.map((word) => classifyArgument(word, around))], green(""));
  const texts = redirects.filter(({ kind }) => kind === "text").map(({ target }) => target);
  if (texts.length > 0) return classifyInline(texts, around);
  return red("it runs what it is fed");
}

/** `deno` and `bun`: what is run, or what is done with packages. */
function classifyRuntime(command: Word, given: readonly Word[], around: Around): Finding {
  if (/^(?:publish|login)$/.test(command.text)) return red(`${command.text} publishes or acts with an account`);
  if (command.text === "eval") return classifyInline(given, around);
  const isRun = /^(?:run|test|serve|bench|check|compile|task|build|fmt|lint|doc|info|cache|repl)$/.test(command.text);
  const after = given.slice(given.indexOf(command) + (isRun ? 1 : 0));
  const packages = after.some(({ text }) => /^(?:npm|jsr):/.test(text));
  const manages =
    /^(?:i|install|add|a|remove|rm|update|upgrade|link|unlink|create|c|x|pm|outdated|uninstall|cache)$/.test(
      command.text,
    );
  const file = isRun ? after.find(({ text }) => !text.startsWith("-")) : command;
  return worst(
    [
      manages || packages ? yellow("it installs packages") : green("it runs what is in the workspace"),
      ...(file === undefined || manages || packages ? [] : [classifyOwn(file, around)]),
      ...after.map((word) => classifyArgument(word, around)),
      ...(isRun || manages ? after.flatMap(({ text }) => classifySource(text, around)) : []),
    ],
    green(""),
  );
}

function classifyInline(given: readonly Word[], around: Around): Finding {
  const itself = yellow("its program stands in the command");
  const access = given.some(({ text }) => /^-[a-z]*i/.test(text)) ? "write" : "read";
  const files = given.flatMap(optionPaths).map((path) => classifyPlace(path, access, around));
  return worst([itself, ...files, ...given.flatMap((word) => classifyInside(word, around))], itself);
}

/** A program of the workspace is what is being worked on. */
function ownProgram(
  _name: string,
  [program]: readonly Word[],
  _redirects: readonly Redirect[],
  around: Around,
): Finding | null {
  return program?.text.includes("/") ? classifyOwn(program, around) : null;
}

function classifyOwn(file: Word, around: Around): Finding {
  if (/^@[\w.-]+\/[\w.-]+(?:@[^/]*)?$/.test(file.text)) return yellow("it may install what it starts");
  if (/^(?:github|gitlab|bitbucket|gist|git):/.test(file.text)) return red("it runs what another machine gives");
  const place = placeOf(file, around);
  if (file.hasScript || (place !== null && /^\/dev\//.test(place))) return red("it runs what another program prints");
  if (/^(?:git\+)?[a-z]+:\/\//.test(file.text)) return red("it runs what another machine gives");
  if (place === null) return yellow("it is not known what it runs");
  const { workspace } = around.policy.places;
  return place.startsWith(`${workspace}/`)
    ? green("it runs what is in the workspace")
    : worst([yellow(`it runs ${place}`), classifyPlace(file, "read", around)], green(""));
}

function classifyQuiet(name: string, words: readonly Word[], around: Around): Finding {
  const telling = words.find(({ text }) => TELLING.test(text));
  const sets = /^(?:export|declare|typeset|local|readonly)$/.test(name) ? classifyAssigned(words, around) : [];
  const isPrinted = /^(?:echo|printf)$/.test(name)
    ? words.slice(1).flatMap((word) => namedCredential(word, around))
    : [];
  const itself = telling ? yellow(`it sets ${telling.text.split("=")[0]}`) : green("it prints or waits");
  return worst([itself, ...sets, ...isPrinted], itself);
}

/** Who prints the place of a credential alone has it read by another. */
function namedCredential(word: Word, around: Around): Finding[] {
  const place = /^[/~]\S*$/.test(word.text) ? placeOf(word, around) : null;
  return place !== null && isCredential(place) ? [red(`${place} may hold credentials`)] : [];
}

function classifyBuild(
  name: string,
  [, ...given]: readonly Word[],
  redirects: readonly Redirect[],
  around: Around,
): Finding {
  const target = given.find(({ text }) => DEPLOYING.test(text));
  if (target) return red(`${name} ${target.text} publishes or deploys`);
  const told = given.flatMap(({ text }) => {
    const [, shell] = /^(?:SHELL=|\.(?:shell|system)\s)(.*)$/s.exec(text) ?? [];
    return shell === undefined ? [] : [around.classifyText(shell, around)];
  });
  const installs = given.some(({ text }) => /^(?:un)?install$/.test(text)) ? [yellow(`${name} installs`)] : [];
  const paths = [...given.map((word) => classifyArgument(word, around)), ...classifyOutputs(given, around)];
  const fed = given.some(({ text }, index) => FED.test(`${given[index - 1]?.text ?? ""} ${text}`))
    ? classifyRecipes(redirects, around)
    : [];
  return worst([green(`${name} builds or tests`), ...installs, ...told, ...fed, ...paths], green(""));
}

/** The program comes from the input. */
const FED = /^-f (?:-|\/dev\/stdin)$| (?:-f|--(?:make)?file=)(?:-|\/dev\/stdin)$/;

/** What a makefile does that stands in the command itself. */
function classifyRecipes(redirects: readonly Redirect[], around: Around): Finding[] {
  const texts = redirects.filter(({ kind }) => kind === "text").map(({ target }) => target);
  if (texts.length === 0) return [red("it runs what it is fed")];
  return texts.flatMap(({ text }) =>
    text
      .split("\n")
      .filter((line) => /^\t|^[^\t=]*:[^=].*;/.test(line))
      .map((line) => around.classifyText(line.replace(/^\t[@+-]*|^[^;]*;/, ""), around)),
  );
}
