/** What a command is. Each stands in a file of its own as `export const command: Command`, with one line in program.ts. */

import type { Doors } from "../doors/doors.ts";
import type { Paint } from "../view/paint.ts";

export type CommandGroup = "every day" | "change" | "machine" | "look back" | "hidden";

export interface Command {
  name: string;
  /** One line without a full stop, as in `mission help`. */
  summary: string;
  group: CommandGroup;
  /** In order. Commander's forms: `<thing>` must be there, `[thing]` may be, `[paths...]` takes the rest. */
  arguments: readonly Described[];
  /** Commander's forms: `--dry-run`, `-m, --message <text>`, `--every <time>`. `--json` and `--help` are added to each command. */
  options: readonly Described[];
  /** A line that a person could type, or several. */
  example: string;
  /** `optional`: runs outside a repository too; reading `context.doors` there throws the error that says so. */
  repository?: "optional";
  /** Answers the exit code. Throws `CommandError` for what the person can put right. */
  run(context: Context, args: Arguments): Promise<number>;
}

export interface Described {
  usage: string;
  about: string;
}

/** What was typed after the command's name. */
export interface Arguments {
  /** In order, those of a `[paths...]` at the end. */
  words: readonly string[];
  /** By the option's long name in camel case; an option that takes several values has an array. */
  options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** All that a command has to work with. */
export interface Context {
  readonly doors: Doors;
  /** Folder that the person stands in: what relative paths are relative to. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly screen: Screen;
  /** `--json` was asked for: nothing but one JSON value goes to standard output. */
  readonly json: boolean;
}

/** Where a person or a program reads what a command says. */
export interface Screen {
  /** One or more whole lines to standard output; a line break is added. */
  print(text: string): void;
  /** The same as bytes in UTF-8, with the line break at its end: a long text that need not become one string. */
  printBytes(bytes: Uint8Array): void;
  /** One or more whole lines to standard error. */
  warn(text: string): void;
  /** To standard output as it is, for a live view. */
  write(text: string): void;
  /** Standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Standard input and output are terminals: the person can be asked. */
  readonly canAsk: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Minutes to add to UTC for the person's clock at a time in milliseconds. */
  zone(at: number): number;
}

/** The text of an option, null when it was not given. */
export function textOption(args: Arguments, name: string): string | null {
  const value = args.options[name];
  return typeof value === "string" ? value : null;
}

/** Whether a flag such as `--dry-run` (`dryRun`) was given. */
export function hasFlag(args: Arguments, name: string): boolean {
  return args.options[name] === true;
}

/** Prints the JSON value that `--json` asks for. */
export function printJson(context: Context, value: unknown): void {
  context.screen.print(jsonText(value));
}

/** JSON for programs that a person may look at in a terminal: what the terminal would obey or hide is written as an escape. */
export function jsonText(value: unknown): string {
  return shown(JSON.stringify(value, null, 2));
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return shown(JSON.stringify(value));
}

function shown(json: string): string {
  return json.replace(UNSHOWN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const UNSHOWN = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
