/**
 * Keys that are known by their form, whoever gave them: of model providers, forges, clouds and chats, JSON web tokens and
 * private keys. Each pattern has a prefix of its own and no choice behind it, so that a text without end is read once.
 */

export const REPLACEMENT = "[secret]";

const TOKENS = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    "sk-(?:ant|proj|svcacct|admin|or)-[\\w-]{16,}",
    "sk-[A-Za-z0-9]{20,}",
    "gh[opsur]_[A-Za-z0-9]{30,}",
    "github_pat_\\w{22,}",
    "glpat-[\\w-]{20,}",
    "(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    "xox[abprs]-[A-Za-z0-9-]{10,}",
    "AIza[\\w-]{35}",
    "npm_[A-Za-z0-9]{36}",
    "(?<![_-])eyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{16,}",
  ].join("|")})`,
  "g",
);
/** The same, begun and cut off. */
const BEGUN =
  /(?<![A-Za-z0-9])(?:sk-\w{4}|sk-(?:ant|proj|svcacct|admin|or)-|gh[opsur]_|github_pat_|glpat-|AKIA|ASIA|xox[abprs]-|AIza|npm_|eyJ)[\w.-]{4,}$/;
/** A token is hardly longer, and each place in it is tried. */
const LONGEST_BEGUN = 4000;

const BLOCK_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const BLOCK_END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** Lines of a key, also as JSON writes line ends: shorter ones may be words. */
const KEY_LINES =
  /(?:(?:\s|\\[nrt])+[A-Za-z0-9+/=]{16,}(?![A-Za-z0-9+/=.,;:-]))*(?:(?:\s|\\[nrt])+[A-Za-z0-9+/]{1,15}={1,2})?/y;

/** The text without what looks like a key. */
export function takeOutKeys(text: string): string {
  return takeOutBlocks(text).replace(TOKENS, REPLACEMENT);
}

/** For a text that was cut at its end: without the beginning of a key there. */
export function takeOutBegunKey(text: string): string {
  const from = Math.max(0, text.length - LONGEST_BEGUN);
  return text.slice(0, from) + text.slice(from).replace(BEGUN, REPLACEMENT);
}

/** A private key from its first line to its last; where the last is missing, as far as lines look like a key. */
function takeOutBlocks(text: string): string {
  let clean = "";
  let at = 0;
  // Asked for once more than needed, a last line that is missing would be looked for to the end at each first line.
  let end: Place | null = { from: -1, to: -1 };
  for (let begin = find(BLOCK_BEGIN, text, 0); begin !== null; begin = find(BLOCK_BEGIN, text, at)) {
    clean += text.slice(at, begin.from) + REPLACEMENT;
    if (end !== null && end.from < begin.to) end = find(BLOCK_END, text, begin.to);
    at = end?.to ?? endOfKeyLines(text, begin.to);
  }
  return clean + text.slice(at);
}

/**
 * Takes private keys out of a text that comes in pieces, such as lines of a command's output. Lines of a key whose first line came
 * in an earlier piece go too.
 */
export function makeBlockWatch(): (piece: string) => string {
  let isInside = false;
  return (piece) => {
    let rest = piece;
    if (isInside) {
      const to = find(BLOCK_END, piece, 0)?.to ?? endOfKeyLines(`\n${piece}`, 0) - 1;
      isInside = to >= piece.trimEnd().length && find(BLOCK_END, piece, 0) === null;
      rest = to > 0 ? REPLACEMENT + piece.slice(to) : piece;
    }
    const begin = findLast(BLOCK_BEGIN, rest);
    if (begin !== null && find(BLOCK_END, rest, begin.to) === null)
      isInside = endOfKeyLines(rest, begin.to) >= rest.trimEnd().length;
    return rest;
  };
}

interface Place {
  from: number;
  to: number;
}

function find(pattern: RegExp, text: string, from: number): Place | null {
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  return match && { from: match.index, to: match.index + match[0].length };
}

function findLast(pattern: RegExp, text: string): Place | null {
  const match = [...text.matchAll(pattern)].at(-1);
  return match ? { from: match.index, to: match.index + match[0].length } : null;
}

function endOfKeyLines(text: string, from: number): number {
  return find(KEY_LINES, text, from)?.to ?? from;
}
