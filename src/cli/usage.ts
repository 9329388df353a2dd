/** The help page of one command. */

import type { Command, Described } from "./command.ts";

const EVERY_COMMAND: readonly Described[] = [
  { usage: "--json", about: "one JSON value, for programs" },
  { usage: "--help", about: "this page" },
];

/** `mission show THING [--diff] [--prompt]`. */
export function usageLine(command: Command): string {
  const words = command.arguments.map(({ usage }) => shown(usage));
  const options = command.options.map(({ usage }) => `[${shownOption(usage)}]`);
  return ["mission", command.name, ...words, ...options].filter((word) => word !== "").join(" ");
}

/** What `mission COMMAND --help` prints. */
export function usageText(command: Command): string {
  const parts = [
    `Usage: ${usageLine(command)}`,
    `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`,
    list(command.arguments.map(({ usage, about }) => [shown(usage), about])),
    list([...command.options, ...EVERY_COMMAND].map(({ usage, about }) => [usage, about])),
    `Example:\n${command.example.replace(/^/gm, "  ")}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function list(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([usage]) => usage.length));
  return rows.map(([usage, about]) => `  ${usage.padEnd(width)}   ${about}`).join("\n");
}

/** `<thing>` is shown as THING, `[path...]` as [PATH...]. */
function shown(usage: string): string {
  return usage.replace(/^<(.*)>$/, "$1").toUpperCase();
}

function shownOption(usage: string): string {
  return usage.replace(/^-\w, /, "");
}
