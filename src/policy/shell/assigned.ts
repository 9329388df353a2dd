/** Variables and settings that change what a program does, by what they name. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { hostOf, isLoopback } from "../hosts.ts";
import { type Around, ASSIGNMENT, classifyPlace, TELLING } from "./around.ts";
import type { Word } from "./script.ts";

/** Their values are programs. */
const STARTING =
  /^(?:GIT_)?(?:EDITOR|VISUAL|SEQUENCE_EDITOR|PAGER|SSH_COMMAND|SSH|ASKPASS|EXTERNAL_DIFF|PROXY_COMMAND|BROWSER|MANPAGER|LESSOPEN|SHELL|PROMPT_COMMAND|npm_config_(?:script_shell|shell|editor))$/;
/** Their values are places that are worked in. */
const PLACING = /^GIT_(?:DIR|WORK_TREE|COMMON_DIR|OBJECT_DIRECTORY|INDEX_FILE)$/;
/** All that is fetched and sent goes there. */
const PROXY = /^(?:https?|ftp|all|npm_config(?:_https?)?|socks\d?)_proxy$/i;
const STARTING_SETTING =
  /^(?:core\.(?:sshcommand|pager|editor|fsmonitor|askpass|gitproxy)|sequence\.editor|pager\..*|diff\.external|.*\.(?:textconv|command|cmd|helper|clean|smudge|process|driver|program))$/i;
const HARMLESS_SETTING =
  /^(?:user\.|author\.|committer\.|color\.|core\.(?:pager=(?:cat)?$|quotepath|autocrlf|abbrev)|commit\.gpgsign|tag\.gpgsign|advice\.|init\.defaultbranch|diff\.|merge\.(?:conflictstyle|ff)|pull\.|rebase\.auto|log\.|safe\.directory)/i;

/** What is assigned in front of a command, or handed to it by `env` and its like. */
export function classifyAssigned(words: readonly Word[], around: Around): Finding[] {
  return words.filter(({ text }) => ASSIGNMENT.test(text)).flatMap((word) => classifyOne(word, around));
}

function classifyOne(word: Word, around: Around): Finding[] {
  const [name, value] = cut(word);
  if (PROXY.test(name) && !(value.isKnown && value.text === "")) {
    const host = value.isKnown ? hostOf(value.text.includes("//") ? value.text : `//${value.text}`) : null;
    return host !== null && isLoopback(host) ? [] : [red(`it talks to whom ${name} names`)];
  }
  if (PLACING.test(name)) {
    const isElsewhere = classifyPlace(value, "write", around).class === "red";
    return [isElsewhere ? red("it works in another repository") : yellow(`it sets ${name}`)];
  }
  if (/^GIT_CONFIG_VALUE_/.test(name) && value.isKnown)
    return [
      yellow(`it sets ${name}`),
      classifyProgram(value, around),
      around.classifyText(`git ${value.text}`, around),
    ];
  const told = STARTING.test(name) ? [classifyProgram(value, around)] : [];
  return TELLING.test(word.text) ? [...told, yellow(`it sets ${name}`)] : told;
}

/** A setting of git's, `name=value`: an alias is a command, and so are pagers, editors, helpers and filters. */
export function classifySetting(word: Word, around: Around): Finding {
  const changes = yellow("it changes git's settings");
  if (!word.isKnown) return changes;
  const [name, value] = cut(word);
  if (/^alias\./i.test(name)) {
    const command = value.text.startsWith("!") ? value.text.slice(1) : `git ${value.text}`;
    return worst([around.classifyText(command, around), changes], changes);
  }
  if (HARMLESS_SETTING.test(word.text) && !STARTING_SETTING.test(name)) return green("");
  if (/^core\.pager$/i.test(name) && /^(?:cat)?$/.test(value.text)) return green("");
  return STARTING_SETTING.test(name) ? worst([classifyProgram(value, around), changes], changes) : changes;
}

function classifyProgram(value: Word, around: Around): Finding {
  return value.isKnown
    ? around.classifyText(value.text.replace(/^!/, ""), around)
    : yellow("it is not known what it starts");
}

function cut(word: Word): [name: string, value: Word] {
  const at = word.text.indexOf("=");
  return [word.text.slice(0, at).replace(/\+$/, ""), { ...word, text: word.text.slice(at + 1) }];
}
