import remarkParse from "remark-parse";
import { unified } from "unified";

/** A link or picture in a markdown text. */
export interface BodyLink {
  url: string;
  line: number;
  column: number;
}

interface Node {
  type: string;
  url?: string;
  position?: { start: { line: number; column: number } };
  children?: readonly Node[];
}

/** Links, pictures and definitions in their order, with where they stand in the text. */
export function listLinks(text: string): readonly BodyLink[] {
  const links: BodyLink[] = [];
  const waiting: Node[] = [unified().use(remarkParse).parse(text) as Node];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const start = node.position?.start;
    if (node.url !== undefined && start) links.push({ url: node.url, line: start.line, column: start.column });
    waiting.push(...(node.children ?? []));
  }
  return links.sort((a, b) => a.line - b.line || a.column - b.column);
}
