/** Programs that fetch and send: whom they talk to, by which way, and the files that they send and write. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { classifyHost, hostOf } from "../hosts.ts";
import type { Access } from "../places.ts";
import { type Around, atHome, classifyPlace } from "./around.ts";
import type { Word } from "./script.ts";

export const FETCHERS = /^(?:curl|wget|http|https|xh|xhs|aria2c)$/;

/** One option with what it is given; a plain word has no name. */
interface Option {
  name: string;
  value: Word | null;
}

interface Fetcher {
  /** Letters whose value is the rest of the word, or the next one. */
  letters: string;
  /** Options whose value is a word of its own. */
  valued: RegExp;
  sends: RegExp;
  /** Options whose value is a file, or names one. */
  reads: RegExp;
  writes: RegExp;
  /** They say that another machine is meant than the one that the address names, or tell what nobody sees here. */
  leads: RegExp;
}

const CURL: Fetcher = {
  letters: "AbcCdDeEFHKmoPQrtTuUwxXyYz",
  valued:
    /^--(?:data\S*|json|form\S*|upload-file|url(?:-query)?|output(?:-dir)?|header|user-agent|user|retry(?:-delay|-max-time)?|max-\w+|connect-timeout|write-out|proxy\S*|preproxy|socks\S*|request|cookie(?:-jar)?|cert\S*|key\S*|ca\S+|dump-header|referer|range|config|connect-to|resolve|doh-url|dns-\S+|interface|unix-socket|abstract-unix-socket|netrc-file|trace(?:-ascii)?|stderr|hsts|alt-svc|libcurl|etag-\w+|limit-rate|variable|expand-\S+|oauth2-bearer|ciphers|quote|rate|tls-max|aws-sigv4|proto\S*|create-file-mode|noproxy)$/,
  sends: /^(?:-[dFT]|--(?:data|form|json|upload-file|expand-)\S*)$/,
  reads:
    /^(?:-[dFTbHEw]|--(?:data(?!-raw)|form(?!-str|-esc)|json|upload-f|url-q|cook(?!ie-j)|head|cert|key|ca(?:cert|path)|write-out|netrc-f|var|expand-)\S*)$/,
  writes: /^(?:-[oDc]|--(?:outp|dump-h|cookie-j|trace|stderr|hsts|alt-svc|libcurl|etag-save)\S*)$/,
  leads: /^(?:-[xK]|--(?:prox|prepro|socks|connect-to|resol|conf|doh|dns-s|abstract|unix)\S*)$/,
};
const WGET: Fetcher = {
  letters: "oaeitOTwQPUlARDIXB",
  valued:
    /^--(?:post-\w+|body-\w+|method|output-\w+|append-output|execute|input-file|header|user(?:-agent)?|password|timeout|tries|directory-prefix|load-cookies|save-cookies|config|referer|wait|limit-rate|level|accept|reject|certificate|private-key|ca-\w+|base|http-\w+|waitretry|quota|domains)$/,
  sends: /^--(?:post|body)\S*$/,
  reads: /^--(?:post-f|body-f|load-c|cert|private|ca-|input-f)\S*$|^-i$/,
  writes: /^(?:-[oaOP]|--(?:output|append|directory-p|save-c|warc|rejected)\S*)$/,
  leads: /^(?:-[ei]|--(?:exec|input-f|config|base|dns-s)\S*)$/,
};
const OTHERS: Fetcher = {
  letters: "aAoprsdt",
  valued:
    /^--(?:auth\S*|output|dir|style|print|proxy|cert\S*|session\S*|timeout|verify|input-file|all-proxy|https?-proxy|resolve|out|load-cookies|save-cookies)$/,
  sends: /(?!)/,
  reads: /^--(?:cert|session|load-c|input-f|verify)\S*$/,
  writes: /^(?:-[od]|--(?:out|dir|save-c|log)\S*)$/,
  leads: /^(?:--(?:prox|all-p|https?-proxy|resol|input-f|conf|unix)\S*)$/,
};

const SENDING_METHOD = /^(?!(?:GET|HEAD|OPTIONS)$)[A-Z]+$/i;
const METHOD = /^(?:-X|--request|--method)$/;
const LOOPBACK_PARTS = /^(?:\[?::1\]?|localhost|127(?:\.\d{1,3}){3}|\d*)$/;

export function classifyFetching(name: string, [, ...given]: readonly Word[], around: Around): Finding {
  const fetcher = name === "curl" ? CURL : name === "wget" ? WGET : OTHERS;
  const options = given.length === 0 ? [] : readOptions(given, fetcher);
  const plain = options.filter((each) => each.name === "").flatMap(({ value }) => value ?? []);
  const isItem = fetcher === OTHERS ? plain.slice(methodOf(plain) === null ? 1 : 2) : [];
  const sends =
    isItem.some(({ text }) => /[=@]/.test(text)) ||
    SENDING_METHOD.test((fetcher === OTHERS && methodOf(plain)) || "GET") ||
    options.some(
      (each) =>
        fetcher.sends.test(each.name) ||
        (METHOD.test(each.name) && !(each.value?.isKnown && !SENDING_METHOD.test(each.value.text))),
    );
  const addresses = [
    ...plain.filter((word) => !isItem.includes(word) && word.text !== methodOf(plain)),
    ...options.flatMap((each) => (/^--url(?:=|$)/.test(each.name) ? (each.value ?? []) : [])),
  ];
  if (addresses.length === 0 && given.length > 1) return red("it is not known whom it talks to");
  return worst(
    [
      ...addresses.map((word) => classifyAddress(word, sends, around)),
      ...options.flatMap((each) => classifyOption(each, fetcher, around)),
      ...isItem.flatMap((word) => sentItem(word, around)),
    ],
    green("it asks what it is"),
  );
}

function classifyAddress(word: Word, sends: boolean, { policy }: Around): Finding {
  return classifyHost(policy.tools, hostOf(word.text.includes("//") ? word.text : `//${word.text}`), sends);
}

/** `GET` and its like in front of an address. */
function methodOf([first]: readonly Word[]): string | null {
  return first !== undefined && /^[A-Z]{3,7}$/.test(first.text) ? first.text : null;
}

function classifyOption(option: Option, { reads, writes, leads }: Fetcher, around: Around): Finding[] {
  const { name, value } = option;
  if (leads.test(name) && !staysHere(value)) return [red(`${name} says whom it talks to`)];
  if (/^(?:-n|--netrc\S*)$/.test(name)) return [yellow("it shows who the person is")];
  if (value === null) return [];
  if (writes.test(name)) return [access(value, "write", around)];
  if (!reads.test(name)) return [];
  return filesIn(name, value).map((file) => access(file, "read", around));
}

function access(word: Word, kind: Access, around: Around): Finding {
  if (word.text === "-") return green("it goes through a pipe");
  return classifyPlace(atHome(word, around), kind, around);
}

/** All that it says is this machine: `::localhost:3000`, `http://127.0.0.1:8080`. */
function staysHere(value: Word | null): boolean {
  if (value === null || !value.isKnown || value.text === "") return false;
  const host = hostOf(value.text.includes("//") ? value.text : `//${value.text}`);
  if (value.text.includes("//")) return host !== null && LOOPBACK_PARTS.test(host);
  return value.text.split(":").every((part) => LOOPBACK_PARTS.test(part));
}

/** `@file`, `name@file`, `name=@file;type=x` and `name=<file`; a file alone where nothing else can stand. */
function filesIn(name: string, value: Word): Word[] {
  const { text } = value;
  const isFile =
    /^(?:-[TEi]|--(?:upload|cert|key|ca|netrc|load|post-f|body-f|private|input-f|session|verify)\S*)$/.test(name);
  if (isFile) return [value];
  if (/^(?:-F|--form)/.test(name)) {
    const file = /^[^=]*=[@<]([^;]*)/s.exec(text)?.[1];
    return file === undefined ? [] : file.split(",").map((each) => ({ ...value, text: each.replace(/^"|"$/g, "") }));
  }
  if (/^(?:-b|--cookie)/.test(name)) return text.includes("=") ? [] : [value];
  const at = /^--(?:data-u|url-q|var|expand)/.test(name) ? text.indexOf("@") : text.startsWith("@") ? 0 : -1;
  return at === -1 ? [] : [{ ...value, text: text.slice(at + 1) }];
}

/** `name@file`, `name=@file` and `name:=@file` of HTTPie. */
function sentItem(word: Word, around: Around): Finding[] {
  const file = /^[^@=]*(?:@|:?=@)(.*)$/s.exec(word.text)?.[1];
  return file === undefined ? [] : [access({ ...word, text: file.replace(/;.*$/s, "") }, "read", around)];
}

function readOptions(given: readonly Word[], { letters, valued }: Fetcher): Option[] {
  const options: Option[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] as Word;
    const { text } = word;
    if (!text.startsWith("-") || text === "-") options.push({ name: "", value: word });
    else if (text.startsWith("--")) {
      const sign = text.indexOf("=");
      if (sign !== -1) options.push({ name: text.slice(0, sign), value: { ...word, text: text.slice(sign + 1) } });
      else options.push({ name: text, value: valued.test(text) ? (given[++at] ?? null) : null });
    } else {
      const taking = [...text].findIndex((letter, index) => index > 0 && letters.includes(letter));
      const rest = taking === -1 ? "" : text.slice(taking + 1);
      for (const letter of text.slice(1, taking === -1 ? undefined : taking))
        options.push({ name: `-${letter}`, value: null });
      if (taking !== -1)
        options.push({
          name: `-${text[taking]}`,
          value: rest === "" ? (given[++at] ?? null) : { ...word, text: rest },
        });
    }
  }
  return options;
}
