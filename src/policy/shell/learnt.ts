/** Variables whose value stands in the script itself. */

import type { SimpleCommand, Variables } from "./script.ts";

/** Neither split into words nor a pattern. */
const PLAIN = /^[\w@%+=:,./-]+$/;
/** A loop over what one pattern stands for. */
const ONE_PATTERN = /^[\w@%+=:,./*-]+$/;
const ONE_VALUE = /^([A-Za-z_]\w*)=(.*)$/s;
const TEMPORARY = /^[A-Za-z_]\w*="?\$\(mktemp(?: -d| -q)*\)"?$/;
/** The shell gives them values of its own, or goes by them. */
const SHELLS_OWN = /^(?:PWD|OLDPWD|RANDOM|SECONDS|LINENO|UID|EUID|PPID|REPLY|IFS|PATH|OPTARG|OPTIND|_)$/;

/** Any variable may be another one after these, and words may end elsewhere. */
const CHANGES_UNSEEN = /\b(?:IFS|eval|source)\b|(?:^|[;&|\n(])[ \t]*\.[ \t]/;

/** What a command that is over has given a variable. `written`: its last word. */
export function learnt({ words, redirects }: SimpleCommand, written: string, text: string): Variables | null {
  const [first, name, preposition, value] = words;
  if (first === undefined || redirects.length > 0 || CHANGES_UNSEEN.test(text)) return null;
  if (words.length === 4 && first.text === "for" && preposition?.text === "in")
    return name !== undefined && value?.isKnown && ONE_PATTERN.test(value.text)
      ? only(name.text, value.text, text)
      : null;
  const [, variable, given] = ONE_VALUE.exec(first.text) ?? [];
  if (words.length !== 1 || variable === undefined || given === undefined) return null;
  if (TEMPORARY.test(written)) return only(variable, "/tmp/of-mktemp", text);
  return first.isKnown && PLAIN.test(given) ? only(variable, given, text) : null;
}

/** Only where its name stands once without being read. */
function only(name: string, value: string, text: string): Variables | null {
  if (SHELLS_OWN.test(name) || !/^[A-Za-z_]\w*$/.test(name)) return null;
  const mentions = text.match(new RegExp(`(?<![\\w$])(?<!\\$\\{)${name}(?!\\w)|\\$\\{${name}[^}\\w]`, "g"));
  return mentions?.length === 1 ? { [name]: value } : null;
}
