import type { SourceFile } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { findPosition } from "./position.ts";

const MAX_FILE_BYTES = 1024 * 1024;

const LINK = "120000";
const SUBMODULE = "160000";
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
// Bidirectional controls show a text in another order than it is read in: a command or a path can be made to look like another.
const BIDI = /[\u202a-\u202e\u2066-\u2069]/;

/** A file's text with a byte order mark where it has one, or what keeps it from being read. Text may come with warnings. */
export interface SourceText {
  text: string | null;
  findings: Finding[];
}

/** Decodes a file, strictly: an error is found, never replaced. */
export function readSourceText(file: SourceFile): SourceText {
  const refusal = findKindProblem(file) ?? findSizeProblem(file);
  if (refusal) return { text: null, findings: [refusal] };
  const text = decodeText(file.bytes);
  if (text === null) return { text: null, findings: [notUtf8(file)] };
  const nul = text.indexOf("\0");
  if (nul >= 0) {
    const message = "The file has a NUL byte: it is no text, or text in UTF-16";
    return {
      text: null,
      findings: [{ ...errorAt(file, "nul-byte", message, "UTF-8 text"), ...findPosition(text, nul) }],
    };
  }
  return { text, findings: findBidi(file, text) };
}

/** The text of UTF-8 bytes, a byte order mark included, or null. Encoded again it is the same bytes. */
function decodeText(bytes: Uint8Array): string | null {
  try {
    return UTF8.decode(bytes);
  } catch {
    return null;
  }
}

/** A link or submodule is never followed: what it leads to is not what git has here. */
export function findKindProblem(file: SourceFile): Finding | null {
  if (file.mode === LINK) return errorAt(file, "link", "This is a symbolic link", "a file or folder of its own");
  if (file.mode === SUBMODULE) return errorAt(file, "submodule", "This is a submodule", "a file or folder of its own");
  return null;
}

function findSizeProblem(file: SourceFile): Finding | null {
  if (file.bytes.length <= MAX_FILE_BYTES) return null;
  return errorAt(
    file,
    "too-large",
    `The file has ${file.bytes.length} bytes`,
    `at most ${MAX_FILE_BYTES} bytes (1 MiB)`,
  );
}

function notUtf8(file: SourceFile): Finding {
  const [first, second] = file.bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  const message = isUtf16 ? "The file is UTF-16" : "The file is not UTF-8";
  return errorAt(file, "not-utf8", message, "UTF-8 text");
}

function findBidi(file: SourceFile, text: string): Finding[] {
  const offset = text.search(BIDI);
  if (offset < 0) return [];
  const code = text.charCodeAt(offset).toString(16).toUpperCase();
  const message = `The file has the invisible character U+${code}, which shows text in another order than it is read in`;
  const finding = errorAt(file, "bidi-control", message, "text without bidirectional controls");
  return [{ ...finding, ...findPosition(text, offset), severity: "warning" }];
}

function errorAt(file: SourceFile, code: string, message: string, expected: string): Finding {
  return { file: file.path, line: 1, column: 1, severity: "error", code, message, expected };
}
