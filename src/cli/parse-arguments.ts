/** What was typed after a command's name, by commander. */

import { CommanderError, Command as Parser } from "commander";
import type { Arguments, Command } from "./command.ts";
import { CommandError } from "./command-error.ts";
import { usageLine } from "./usage.ts";

/** Throws a `CommandError` that says what to type where the words don't fit the command. */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const parser = new Parser(command.name || "mission");
  parser
    .exitOverride()
    .helpOption(false)
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });
  parser.allowExcessArguments(false);
  for (const { usage } of command.arguments) parser.argument(usage);
  for (const { usage } of command.options) parser.option(usage);
  parser.option("--json");
  try {
    parser.parse(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) throw wrongUse(command, error);
    throw error;
  }
  return { words: parser.args, options: parser.opts() };
}

function wrongUse(command: Command, error: CommanderError): CommandError {
  const message = error.message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean ([^?]+)\?\)/, "; did you mean $1?")
    .replace(/\s+/g, " ");
  return new CommandError("wrong-use", message, `${usageLine(command)}   (more: mission ${command.name} --help)`);
}
