/** The command table. A command's file is loaded when it is asked for, and commander only when there is something to parse. */

import { type Arguments, type Command, jsonText, type Screen } from "./command.ts";
import { CommandError, MeantError } from "./command-error.ts";
import { openScreen } from "./screen.ts";

type Loader = () => Promise<{ command: Command }>;
type Environment = Readonly<Record<string, string | undefined>>;

/** By name, in the order of the help text. The empty name is `mission` alone. */
export const COMMANDS: Readonly<Record<string, Loader>> = {
  "": () => import("./read/mission.ts"),
  new: () => import("./plan/new.ts"),
  run: () => import("./run/run.ts"),
  status: () => import("./read/status.ts"),
  watch: () => import("./run/watch.ts"),
  inbox: () => import("./ask/inbox.ts"),
  answer: () => import("./ask/answer.ts"),
  approve: () => import("./ask/approve.ts"),
  deny: () => import("./ask/deny.ts"),
  show: () => import("./read/show.ts"),
  report: () => import("./read/report.ts"),
  add: () => import("./plan/add.ts"),
  edit: () => import("./plan/edit.ts"),
  save: () => import("./plan/save.ts"),
  diff: () => import("./plan/diff.ts"),
  start: () => import("./plan/start.ts"),
  budget: () => import("./control/budget.ts"),
  cancel: () => import("./control/cancel.ts"),
  pause: () => import("./control/pause.ts"),
  resume: () => import("./control/resume.ts"),
  stop: () => import("./control/stop.ts"),
  quarantine: () => import("./control/quarantine.ts"),
  retry: () => import("./control/retry.ts"),
  comment: () => import("./ask/comment.ts"),
  init: () => import("./machine/init.ts"),
  agents: () => import("./machine/agents/agents.ts"),
  check: () => import("./plan/check.ts"),
  pulse: () => import("./run/pulse.ts"),
  doctor: () => import("./machine/doctor.ts"),
  clean: () => import("./machine/clean.ts"),
  demo: () => import("./demo/demo.ts"),
  log: () => import("./read/log.ts"),
  output: () => import("./read/output-command.ts"),
  explain: () => import("./read/explain.ts"),
  audit: () => import("./read/audit.ts"),
};

/** Runs one command and answers with its exit code. `argv` begins with the command's name. */
export async function runProgram(argv: readonly string[], env: Environment, screen = openScreen(env)): Promise<number> {
  const words = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const name = words[0]?.startsWith("-") ? "" : (words[0] ?? "");
  const rest = name === "" ? words : words.slice(1);
  try {
    const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (!load) throw await unknownCommand(name);
    const { command } = await load();
    if (asksForHelp(rest)) {
      const { usageText } = await import("./usage.ts");
      screen.print(usageText(command));
      return 0;
    }
    return await runCommand(command, await parse(command, rest), env, screen);
  } catch (error) {
    const told = error instanceof CommandError ? error : (await import("./machine-trouble.ts")).describeTrouble(error);
    if (told === null) throw error;
    await tell(told, argv, screen);
    return told.exitCode;
  }
}

async function runCommand(command: Command, args: Arguments, env: Environment, screen: Screen): Promise<number> {
  const { openContext } = await import("./context.ts");
  const { context, close } = await openContext({ env, screen, json: args.options.json === true });
  try {
    if (command.repository !== "optional") context.doors;
    return await command.run(context, args);
  } finally {
    close();
  }
}

/** The commonest calls, `mission pulse` from cron and `mission status --json`, need no parser. */
async function parse(command: Command, words: readonly string[]): Promise<Arguments> {
  const mustHave = command.arguments.some(({ usage }) => usage.startsWith("<"));
  if (!mustHave && words.every((word) => word === "--json")) {
    return { words: [], options: words.length > 0 ? { json: true } : {} };
  }
  const { parseArguments } = await import("./parse-arguments.ts");
  return parseArguments(command, words);
}

/** Help is asked for anywhere before `--`, which begins words that are no options. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? undefined : end).some((word) => word === "--help" || word === "-h");
}

async function unknownCommand(name: string): Promise<CommandError> {
  const { findSimilar } = await import("../format/similar.ts");
  const similar = findSimilar(name, Object.keys(COMMANDS));
  if (similar) return new MeantError("unknown-command", `unknown command: ${name}`, name, similar);
  return new CommandError("unknown-command", `unknown command: ${name}`, "mission help --all");
}

/** The words may come from files and servers. */
async function tell(error: CommandError, argv: readonly string[], screen: Screen): Promise<void> {
  const { plainText } = await import("../format/plain-text.ts");
  const message = plainText(error.message);
  const next = error instanceof MeantError ? retype(argv, error) : error.next;
  const shown = next === null ? null : plainText(next);
  if (argv.includes("--json")) screen.print(jsonText({ error: { code: error.code, message, next: shown } }));
  screen.warn(`mission: ${message}${shown ? `\nnext: ${shown}` : ""}`);
}

/** The command as it was typed, with the word that was meant. */
function retype(argv: readonly string[], { typed, meant }: MeantError): string {
  const words = argv.map((word) => (word === typed ? meant : word));
  return [
    "mission",
    ...words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)),
  ].join(" ");
}
