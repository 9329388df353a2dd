/** The name of a host: one state folder on one machine. */

import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { createWhole, readJson, writeWhole } from "./durable.ts";

const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const MAX_PART = 24;

/** Reads the name from the folder, or draws one at first use. It never changes while the folder lives. */
export function readHostName(folder: string): string {
  const file = join(folder, "host.json");
  const known = readName(file);
  if (known !== null) return known;
  const text = `${JSON.stringify({ name: drawName() })}\n`;
  if (!createWhole(file, text) && readName(file) === null) writeWhole(file, text);
  return readName(file) ?? drawName();
}

/** Lower-case letters, digits and hyphens only; `other` where nothing is left. */
function slug(text: string, other: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_PART);
  return plain.replace(/^-+|-+$/g, "") || other;
}

function drawName(): string {
  return [slug(userName(), "user"), slug(hostname().split(".")[0] ?? "", "host"), randomBytes(2).toString("hex")].join(
    "-",
  );
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that no user has.
    return "";
  }
}

function readName(file: string): string | null {
  const value = readJson(file);
  const name = typeof value === "object" && value !== null && "name" in value ? value.name : null;
  return typeof name === "string" && name.length <= 63 && NAME.test(name) ? name : null;
}
