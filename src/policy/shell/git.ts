/** Git: of the run's own clone all but a few commands are its work. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { classifyHost, hostOf } from "../hosts.ts";
import { type Around, classifyPlace, plainWords } from "./around.ts";
import { classifySetting } from "./assigned.ts";
import type { Word } from "./script.ts";
import { GIT } from "./subcommands.ts";

const RUNS = /^(?:-x|--exec)(?:=(.*))?$/s;

export function classifyGit(words: readonly Word[], around: Around): Finding {
  const [, ...given] = words;
  const plain = plainWords(given, GIT.valued);
  const [command, ...rest] = plain;
  if (command === undefined) return green("git says what it is");
  if (!command.isKnown) return red("it is not known what git is told");
  if (command.text === "mission") return around.classifyCommand(words.slice(words.indexOf(command)), [], around);
  const said = plain.map(({ text }) => text).join(" ");
  const rule = GIT.rules.find(({ says }) => says.test(said));
  const itself: Finding = {
    class: rule?.class ?? GIT.otherwise,
    because: `git ${command.text}: ${rule?.because ?? "it changes settings or talks to others"}`,
  };
  return worst([itself, ...before(given, command, around), ...more(command.text, given, rest, around)], itself);
}

/** Options in front of the command: another repository, other settings. */
function before(given: readonly Word[], command: Word, around: Around): Finding[] {
  const front = given.slice(0, given.indexOf(command));
  return front.flatMap((word, index) => {
    const option = front[index - 1]?.text ?? "";
    if (option === "-c") return [classifySetting(word, around)];
    const isPlace = /^(?:-C|--git-dir|--work-tree)$/.test(option);
    const value = /^--(?:git-dir|work-tree|exec-path)=(.*)$/s.exec(word.text)?.[1];
    if (!isPlace && value === undefined)
      return /^--config-env/.test(word.text) ? [yellow("it changes git's settings")] : [];
    const found = classifyPlace(value === undefined ? word : { ...word, text: value }, "write", around);
    return found.class === "red"
      ? [red("it works in another repository")]
      : [found.class === "yellow" && !word.isKnown ? found : green("")];
  });
}

function more(command: string, given: readonly Word[], rest: readonly Word[], around: Around): Finding[] {
  const findings: Finding[] = [];
  if (command === "config") findings.push(...configuring(given, rest, around));
  if (TALKING.test(command)) findings.push(...rest.flatMap((word) => classifyRemote(word, around)));
  if (command === "submodule" && rest[0]?.text === "foreach")
    findings.push(
      around.classifyText(
        rest
          .slice(1)
          .map(({ text }) => text)
          .join(" "),
        around,
      ),
    );
  if (command === "bisect" && rest[0]?.text === "run") findings.push(around.classifyCommand(rest.slice(1), [], around));
  given.forEach((word, index) => {
    const text =
      RUNS.exec(word.text)?.[1] ?? (command === "rebase" && RUNS.test(given[index - 1]?.text ?? "") ? word.text : null);
    const isTold =
      command === "difftool" ? /^(?:-x|--extcmd)$/ : command === "filter-branch" ? /^--\w+-filter$/ : /(?!)/;
    if (isTold.test(given[index - 1]?.text ?? "")) findings.push(around.classifyText(word.text, around));
    if (command === "rebase" && text !== null && text !== undefined) findings.push(around.classifyText(text, around));
    const message = MESSAGE_FILE.test(given[index - 1]?.text ?? "")
      ? word.text
      : /^(?:-[a-zA-Z]*F|--contents=|--pathspec-from-file=)(.+)$/s.exec(word.text)?.[1];
    if (message !== undefined && READS_MESSAGE.test(command))
      findings.push(classifyPlace({ ...word, text: message }, "read", around));
    const prefix = command === "checkout-index" ? /^--prefix=(.*)$/s.exec(word.text)?.[1] : undefined;
    if (prefix !== undefined) findings.push(classifyPlace({ ...word, text: prefix }, "write", around));
    const [, place] =
      /^--(?:directory|output|output-directory|template|file|separate-git-dir)=(.*)$/s.exec(word.text) ?? [];
    if (given[index - 1]?.text === "--output") findings.push(classifyPlace(word, "write", around));
    if (place !== undefined) findings.push(classifyPlace({ ...word, text: place }, "write", around));
    const started = command === "grep" ? /^-O(.+)$/s.exec(word.text)?.[1] : undefined;
    if (started !== undefined) findings.push(around.classifyText(started, around));
    if (/^--remote\b/.test(word.text)) findings.push(red("it talks to another machine"));
    if (/^--(?:output|upload-pack|receive-pack|open-files-in-pager|ext-diff|textconv)\b/.test(word.text))
      findings.push(yellow("git is told to start a program or to write a file"));
  });
  if (/^(?:apply|archive|format-patch|mv|rm|add|restore|init|worktree|clone|bundle)$/.test(command))
    findings.push(
      ...rest
        .filter(({ text, isKnown }) => isKnown && /^[/~]|^\.\.\//.test(text))
        .map((word) => classifyPlace(word, "write", around)),
    );
  if (/^(?:diff|hash-object|update-index|blame)$/.test(command) || isWithoutIndex(command, given))
    findings.push(
      ...rest
        .filter(({ text, isKnown }) => isKnown && /^[/~]|^\.\.\//.test(text))
        .map((word) => classifyPlace(word, "read", around)),
    );
  if (!rest.every(({ isKnown }) => isKnown) && rule(command))
    findings.push(yellow("it is not known what git is given"));
  return findings;
}

/** They take a text from a file. */
const READS_MESSAGE = /^(?:commit|tag|notes|merge|commit-tree|blame|add|reset|stash)$/;
const MESSAGE_FILE = /^(?:-[a-zA-Z]*F|-t|--(?:file|template|contents|pathspec-from-file))$/;

function isWithoutIndex(command: string, given: readonly Word[]): boolean {
  return command === "grep" && given.some(({ text }) => text === "--no-index");
}

/** They talk to whom they are told. */
const TALKING = /^(?:clone|fetch|pull|ls-remote|remote|submodule)$/;

function classifyRemote({ text }: Word, { policy }: Around): Finding[] {
  if (/^ext::/.test(text)) return [red("it starts what an address says")];
  const host = hostOf(text) ?? /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):/.exec(text)?.[1] ?? null;
  return host === null ? [] : [classifyHost(policy.tools, host)];
}

/** `git config`: the person's own, another file's, or the clone's. */
function configuring(given: readonly Word[], rest: readonly Word[], around: Around): Finding[] {
  const changes = given.some(({ text }) => /^--(?:unset|add|replace|rename|remove|edit)|^-e$/.test(text));
  const [name, value] = rest[0]?.text === "set" ? rest.slice(1) : rest;
  const isSet = changes || (value !== undefined && !/^(?:get|list)/.test(name?.text ?? ""));
  const file = given.find((_word, index) => /^(?:-f|--file)$/.test(given[index - 1]?.text ?? ""));
  const findings: Finding[] = changes ? [yellow("it changes git's settings")] : [];
  if (isSet && given.some(({ text }) => /^--(?:global|system)$/.test(text)))
    findings.push(red("it changes the person's settings"));
  if (file !== undefined) findings.push(classifyPlace(file, isSet ? "write" : "read", around));
  if (name !== undefined && value !== undefined)
    findings.push(classifySetting({ ...value, text: `${name.text}=${value.text}` }, around));
  return findings;
}

/** What can run or rewrite by its arguments alone. */
function rule(command: string): boolean {
  return /^(?:config|remote|submodule|bisect|rebase)$/.test(command);
}
