import { emptyMap, type Problem, type YamlMap } from "./yaml/node.ts";
import { readYaml } from "./yaml/yaml-text.ts";

/** A file split at its header. Offsets count in `text`, which may begin with a byte order mark. */
export interface Frontmatter {
  text: string;
  /** Whether there is a header at all. */
  found: boolean;
  /** The header's map, empty where there is none. */
  map: YamlMap;
  headerStart: number;
  bodyStart: number;
  problems: readonly Problem[];
}

const OPENING = /^\uFEFF?---[ \t]*(?:\r\n|\n|\r|$)/;
const CLOSING = /(?<=[\r\n])---[ \t]*(?:\r\n|\n|\r|$)/g;

/** Splits a markdown file into header and body. Only the file's first line can open a header, so `---` in a body is text. */
export function readFrontmatter(text: string): Frontmatter {
  const opening = OPENING.exec(text);
  if (!opening) return withoutHeader(text, "no-frontmatter", "The file does not begin with a header");
  const headerStart = opening[0].length;
  CLOSING.lastIndex = headerStart;
  const closing = CLOSING.exec(text);
  if (!closing) return withoutHeader(text, "unclosed-frontmatter", "The header is never closed");
  const { value, problems } = readYaml(text, headerStart, closing.index);
  const isMap = value.kind === "map";
  return {
    text,
    found: true,
    map: isMap ? value : emptyMap(headerStart),
    headerStart,
    bodyStart: closing.index + closing[0].length,
    problems: isMap ? problems : [...problems, notAMap(value.start)],
  };
}

/** The body with LF line ends and without blank lines around it: what is shown, asked and hashed is the same in each checkout. */
export function readBody(frontmatter: Frontmatter): string {
  const body = frontmatter.text.slice(frontmatter.bodyStart);
  return (body.includes("\r") ? body.replace(/\r\n?/g, "\n") : body).trim();
}

function notAMap(offset: number): Problem {
  const expected = "lines of the shape `key: value`";
  return { offset, code: "not-a-map", message: "The header is not a map", expected };
}

function withoutHeader(text: string, code: string, message: string): Frontmatter {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  const expected = "a first line `---`, keys and values, and a line `---`";
  return {
    text,
    found: false,
    map: emptyMap(start),
    headerStart: start,
    bodyStart: start,
    problems: [{ offset: start, code, message, expected }],
  };
}
