import { splitMarkdown } from "../markdown.ts";

const HEADING = /^ {0,3}#{1,6}[ \t]+acceptance/im;
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/;

/** The criteria listed below a body's heading `Acceptance` (or `Acceptance criteria`), each on one line. */
export function readAcceptance(body: string): string[] {
  const heading = HEADING.exec(body);
  if (!heading) return [];
  const criteria: string[] = [];
  let level = 0;
  for (const block of splitMarkdown(body, isPlainUntil(body, heading.index) ? heading.index : 0)) {
    if (block.kind === "heading") {
      if (/^acceptance\b/i.test(block.text)) level = block.level;
      else if (block.level <= level) level = 0;
    } else if (level > 0 && block.kind === "line") addLine(criteria, block.text);
  }
  return criteria;
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
