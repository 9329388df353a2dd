import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { Files } from "./files.ts";

export const systemFiles: Files = {
  readText(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  list(path) {
    try {
      return readdirSync(path).sort();
    } catch {
      return [];
    }
  },
  exists: existsSync,
  writeText(path, text) {
    writeWhole(path, [text]);
  },
  readSealed(path) {
    const bytes = readBytes(path);
    const start = (bytes?.indexOf(LINE_END) ?? -1) + 1;
    if (bytes === null || start === 0) return null;
    const body = bytes.subarray(start);
    return bytes.toString("latin1", 0, start - 1) === checksum(body) ? body.toString("utf8") : null;
  },
  writeSealed(path, text) {
    // Encoded once, for the checksum and for the file.
    const bytes = Buffer.from(text);
    writeWhole(path, [`${checksum(bytes)}\n`, bytes]);
  },
  remove(path) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Another user's: it is in nobody's way.
    }
  },
  changedAt(path) {
    return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  },
  findProgram(name, path = "") {
    if (name.includes("/")) return isProgram(name) ? name : null;
    const folder = path.split(delimiter).find((place) => place !== "" && isProgram(join(place, name)));
    return folder === undefined ? null : join(folder, name);
  },
};

const LINE_END = 0x0a;

/** Parts are written one by one: put together first, a long one would be in memory twice. */
function writeWhole(path: string, parts: readonly (string | Buffer)[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "w");
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** Crc32 and length: finds what a disk or a person did to a cache, not what somebody forged. */
function checksum(content: Buffer): string {
  return `${crc32(content).toString(16)} ${content.length}`;
}

function readBytes(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
