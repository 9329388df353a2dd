/** What an agent does with its tools, as it tells it bit by bit: a call, then what becomes of it. */

import type { WorkerTool } from "../../../model/permission.ts";
import { type Json, listOf, objectOf, textOf } from "../agent/stream.ts";

/** One call, as far as it was told. */
export interface ToolCall {
  id: string;
  kind: WorkerTool;
  title: string;
  command: string | null;
  /** Where the command runs; null in the workspace itself. */
  folder: string | null;
  isBackground: boolean;
  /** Inside the workspace relative to it, elsewhere absolute. */
  paths: readonly string[];
  host: string | null;
}

/** Puts a call together from its parts; a later part adds to an earlier one. `namePath`: as people read a path. */
export function mergeToolCall(known: ToolCall | null, told: Json, namePath: (path: string) => string): ToolCall {
  const input = objectOf(told.rawInput);
  // A command that leaves the workspace is asked for once more by OpenCode, as something else.
  const kind = kindOf(told.kind) === "other" ? (known?.kind ?? "other") : kindOf(told.kind);
  const title = textOf(told.title) || known?.title || "";
  const paths = [...new Set([...(known?.paths ?? []), ...pathsOf(told, input).map(namePath)])];
  // Some tell a command in the title alone.
  const command = kind === "shell" ? commandOf(input) || known?.command || title || null : null;
  return {
    id: textOf(told.toolCallId),
    kind,
    title,
    command,
    folder: folderOf(input, namePath) ?? known?.folder ?? null,
    isBackground: input.is_background === true || input.run_in_background === true || known?.isBackground === true,
    paths,
    host: hostOf(input, title) ?? known?.host ?? null,
  };
}

/** What a person reads of a call: the command, the files or what the agent calls it. */
export function callText(call: ToolCall): string {
  const { kind, title, paths } = call;
  const command = commandLine(call);
  if (command !== null) return command;
  return kind === "edit" || kind === "read" ? paths.join(", ") || title : title || paths.join(", ");
}

/** The command with the folder that it runs in, as one would type it. */
export function commandLine({ command, folder }: ToolCall): string | null {
  return command === null || folder === null ? command : `cd ${quotePlace(folder)} && ${command}`;
}

/** What came out of a call, as text. */
export function resultText(update: Json): string {
  return listOf(update.content)
    .map(({ content }) => textOf(objectOf(content).text))
    .filter((text) => text !== "")
    .join("\n");
}

function kindOf(kind: unknown): WorkerTool {
  if (kind === "execute") return "shell";
  if (kind === "edit" || kind === "delete" || kind === "move") return "edit";
  if (kind === "read" || kind === "search") return "read";
  return kind === "fetch" ? "fetch" : "other";
}

function commandOf({ command, cmd }: Json): string {
  const given = command ?? cmd;
  return Array.isArray(given) ? given.map((word) => quote(String(word))).join(" ") : textOf(given);
}

/** A word of a command as a shell has to be told it. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Some take a home's own sign for it. */
function quotePlace(path: string): string {
  const home = /^~[\w.-]*(?=\/|$)/.exec(path)?.[0] ?? "";
  const rest = path.slice(home.length);
  return rest === "" ? home : `${home}${quote(rest.startsWith("-") ? `./${rest}` : rest)}`;
}

/** What agents call the folder of a command. */
function folderOf(input: Json, namePath: (path: string) => string): string | null {
  const [folder] = [input.workdir, input.cwd, input.working_directory, input.directory, input.dir_path]
    .map(textOf)
    .filter((path) => path !== "")
    .map(namePath);
  return folder === undefined || folder === "." ? null : folder;
}

function pathsOf(told: Json, input: Json): string[] {
  const located = listOf(told.locations).map(({ path }) => path);
  const changed = listOf(told.content).map(({ path }) => path);
  return [...located, ...changed, input.file_path, input.filePath, input.filepath, input.path, input.abs_path]
    .map(textOf)
    .filter((path) => path !== "");
}

function hostOf(input: Json, title: string): string | null {
  const address = textOf(input.url) || (/https?:\/\/[^\s"'`)]+/.exec(title)?.[0] ?? "");
  return URL.canParse(address) ? new URL(address).host || null : null;
}
