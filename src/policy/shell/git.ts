/** Git: of the run's own clone all but a few commands are its work. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { type Around, classifyPlace, plainWords } from "./around.ts";
import type { Word } from "./script.ts";
import { GIT } from "./subcommands.ts";

const HARMLESS_SETTING =
  /^(?:user\.|author\.|committer\.|color\.|core\.(?:pager=(?:cat)?$|quotepath|autocrlf|abbrev)|commit\.gpgsign|tag\.gpgsign|advice\.|init\.defaultbranch|diff\.|merge\.(?:conflictstyle|ff)|pull\.|rebase\.auto|log\.|safe\.directory)/i;
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

function classifySetting(word: Word, around: Around): Finding {
  const alias = /^alias\.[^=]*=!(.*)$/s.exec(word.text)?.[1];
  if (alias !== undefined)
    return worst([around.classifyText(alias, around), yellow("it changes git's settings")], green(""));
  const command = /^alias\.[^=]*=(.*)$/s.exec(word.text)?.[1];
  if (command !== undefined)
    return worst([around.classifyText(`git ${command}`, around), yellow("it changes git's settings")], green(""));
  return word.isKnown && HARMLESS_SETTING.test(word.text) ? green("") : yellow("it changes git's settings");
}

function more(command: string, given: readonly Word[], rest: readonly Word[], around: Around): Finding[] {
  const findings: Finding[] = [];
  if (
    command === "config" &&
    given.some(({ text }) => /^--(?:unset|add|replace|rename|remove|edit|global|system|file)|^-[ef]$/.test(text))
  )
    findings.push(yellow("it changes git's settings"));
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
    if (command === "rebase" && text !== null && text !== undefined) findings.push(around.classifyText(text, around));
    if (/^--(?:output|upload-pack|receive-pack|open-files-in-pager|ext-diff|textconv)\b/.test(word.text))
      findings.push(yellow("git is told to start a program or to write a file"));
  });
  if (/^(?:apply|archive|format-patch|mv|rm|add|restore|init|worktree|clone|bundle)$/.test(command))
    findings.push(
      ...rest
        .filter(({ text, isKnown }) => isKnown && /^[/~]|^\.\.\//.test(text))
        .map((word) => classifyPlace(word, "write", around)),
    );
  if (!rest.every(({ isKnown }) => isKnown) && rule(command))
    findings.push(yellow("it is not known what git is given"));
  return findings;
}

/** What can run or rewrite by its arguments alone. */
function rule(command: string): boolean {
  return /^(?:config|remote|submodule|bisect|rebase)$/.test(command);
}
