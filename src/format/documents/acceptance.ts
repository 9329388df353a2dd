import { splitMarkdown } from "../markdown.ts";

const HEADING = /#{1,6}[ \t]+acceptance/iy;
const LINE_END = /[\n\r\u2028\u2029]/;
const MAX_INDENT = 3;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/;

/** The criteria listed below a body's heading `Acceptance` (or `Acceptance criteria`), each on one line. */
export function readAcceptance(body: string): string[] {
  const heading = findHeading(body);
  if (heading < 0) return [];
  const criteria: string[] = [];
  let level = 0;
  for (const block of splitMarkdown(body, isPlainUntil(body, heading) ? heading : 0)) {
    if (block.kind === "heading") {
      if (/^acceptance\b/i.test(block.text)) level = block.level;
      else if (block.level <= level) level = 0;
    } else if (level > 0 && block.kind === "line") addLine(criteria, block.text);
  }
  return criteria;
}

/** Where the line of the first such heading begins, -1 without one. From `#` to `#`: a pattern over the whole text takes long. */
function findHeading(body: string): number {
  for (let hash = body.indexOf("#"); hash >= 0; hash = body.indexOf("#", hash + 1)) {
    let start = hash;
    while (hash - start < MAX_INDENT && body[start - 1] === " ") start -= 1;
    HEADING.lastIndex = hash;
    if ((start === 0 || LINE_END.test(body[start - 1] ?? "")) && HEADING.test(body)) return start;
  }
  return -1;
}

/** Whether no fence or comment can hold what stands at `end`: then all before it need not be read. */
function isPlainUntil(body: string, end: number): boolean {
  return !/```|~~~|<!--/.test(body.slice(0, end));
}

function addLine(criteria: string[], text: string): void {
  const item = ITEM.exec(text)?.[1];
  if (item !== undefined) criteria.push(item.trimEnd());
  else if (/^\s+\S/.test(text) && criteria.length > 0) criteria.push(`${criteria.pop()} ${text.trim()}`);
}
