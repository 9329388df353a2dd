/**
 * The name of a host: one state folder on one machine. Claims and beats go by it, so two hosts must never share one: a beat
 * of either would say that the other's runs are over. A folder that was copied, to another place or another machine, is
 * another host.
 */

import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { createWhole, makeFolder, readJson, writeWhole } from "./durable.ts";

const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const MAX_PART = 24;

interface Named {
  name: string;
  /** Where the name was drawn. A name without a place is of a version that did not note it. */
  machine: string | null;
  folder: string | null;
}

/** Reads the name from the folder, or draws one at first use. It never changes while the folder stays where it is. */
export function readHostName(folder: string, machine: string): string {
  const file = join(folder, "host.json");
  const known = readNamed(file);
  if (known === null) makeFolder(folder);
  const place = { machine, folder: realPath(folder) };
  if (known !== null && isHere(known, place)) return known.name;
  const text = (name: string): string => `${JSON.stringify({ name, ...place })}\n`;
  if (known !== null) writeWhole(file, text(drawName()));
  else if (!createWhole(file, text(drawName())) && readNamed(file) === null) writeWhole(file, text(drawName()));
  return readNamed(file)?.name ?? drawName();
}

function isHere(known: Named, here: Pick<Named, "machine" | "folder">): boolean {
  return (known.machine ?? here.machine) === here.machine && (known.folder ?? here.folder) === here.folder;
}

/** However it is reached. */
function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
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

function readNamed(file: string): Named | null {
  const value = readJson(file);
  if (typeof value !== "object" || value === null || !("name" in value)) return null;
  const { name, machine, folder } = value as Record<string, unknown>;
  if (typeof name !== "string" || name.length > 63 || !NAME.test(name)) return null;
  return { name, machine: textOrNull(machine), folder: textOrNull(folder) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
