/** Programs that do many things, by the words that follow: package managers, containers, clouds. */

import { type Finding, green, red, worst, yellow } from "../finding.ts";
import { classifyHost, hostOf } from "../hosts.ts";
import { type Around, classifyPlace, plainWords } from "./around.ts";
import { classifyArgument, classifyOutputs } from "./files.ts";
import type { Word } from "./script.ts";
import { CHECKING, DEPLOYING, type Program } from "./subcommands.ts";

export const ASKS_ITSELF = /^(?:--version|--help|-h|-V|-v|version|help)$/;

export function classifyBySubcommand(
  name: string,
  [, ...given]: readonly Word[],
  program: Program,
  around: Around,
): Finding {
  const plain = plainWords(given, program.valued);
  const said = plain.map(({ text }) => text).join(" ");
  if (said === "" && given.every((word) => isText(word, ASKS_ITSELF)))
    return given.length > 0 ? green("it asks what it is") : byWord(name, program, said);
  if (plain.slice(0, 2).some(({ isKnown }) => !isKnown)) return red(`it is not known what ${name} is told`);
  if (isRehearsal(name, said, given)) return yellow(`${name} publish does nothing but try`);
  const named = ADDING.test(said) ? undefined : plain.slice(0, 2).find(({ text }) => DEPLOYING.test(text));
  const isCheck = named !== undefined && CHECKING.test(named.text);
  const target = isCheck ? undefined : named;
  if (target) return red(`${name} ${target.text} publishes or deploys`);
  const isGlobal = given.some(({ text }) =>
    /^(?:-g|--global|--location=global|--user|--system|--break-system-packages)$/.test(text),
  );
  return worst(
    [
      byWord(name, program, said),
      ...(/^(?:docker|podman|nerdctl)$/.test(name) ? classifyMounts(given, around) : []),
      ...(/^(?:docker|podman|nerdctl)$/.test(name) && /^(?:container )?cp /.test(said)
        ? classifyCopied(plain, around)
        : []),
      ...given.flatMap((word, index) => classifyScriptShell(word, given[index - 1], around)),
      ...(isCheck ? [yellow(`${name} checks what is to be published`)] : []),
      ...(isGlobal ? [yellow(`${name} works outside the workspace`)] : []),
      ...given.map((word) => classifyArgument(word, around)),
      ...classifyOutputs(given, around),
      ...given.flatMap(({ text }) => classifySource(text, around)),
    ],
    green(""),
  );
}

function isRehearsal(name: string, said: string, given: readonly Word[]): boolean {
  const dry = given.filter(({ text }) => /dry-run/.test(text));
  return (
    /^(?:npm|pnpm|cargo)$/.test(name) && /^publish\b/.test(said) && dry.length === 1 && dry[0]?.text === "--dry-run"
  );
}

/** `docker cp from to`: the one without a colon is of this machine. */
function classifyCopied(plain: readonly Word[], around: Around): Finding[] {
  const [from, to] = plain.slice(-2);
  const here = (word: Word | undefined) => word !== undefined && !/^[^/.][^/]*:/.test(word.text);
  return [
    ...(here(from) ? [classifyPlace(from as Word, "read", around)] : []),
    ...(here(to) ? [classifyPlace(to as Word, "write", around)] : []),
  ];
}

/** What npm starts instead of a shell. */
function classifyScriptShell(word: Word, before: Word | undefined, around: Around): Finding[] {
  const glued = /^--(?:script-shell|shell|editor|viewer|git)=(.*)$/s.exec(word.text)?.[1];
  const isNext = /^--(?:script-shell|shell|editor|viewer)$/.test(before?.text ?? "");
  const text = glued ?? (isNext ? word.text : undefined);
  return text === undefined ? [] : [yellow("it says what starts scripts"), around.classifyText(text, around)];
}

/** Packages from a host of their own. */
export function classifySource(text: string, { policy }: Around): Finding[] {
  const address = /^(?:--?[\w-]+=)?(?:git\+)?(https?:\/\/.*|ssh:\/\/.*)$/s.exec(text)?.[1];
  return address === undefined ? [] : [classifyHost(policy.tools, hostOf(address))];
}

/** What follows names packages. */
const ADDING = /^(?:i|install|add|remove|rm|uninstall|update|up|upgrade|view|info|search|show|ls|list|get)\b/;
/** The machine's own files, for a container to see. */
const MOUNTING = /^(?:-v|--volume=)?([/~][^:]*):|(?:^|,)(?:source|src)=([^,]+)/;

/** A container is given files of the machine only where the run itself may write them. */
function classifyMounts(given: readonly Word[], around: Around): Finding[] {
  return given.flatMap((word) => {
    const place = MOUNTING.exec(word.text);
    if (/^--(?:privileged|(?:pid|ipc|userns|uts|net|network)=host|cap-add.*)$/.test(word.text))
      return [red("a container may do what it likes")];
    return place ? [classifyPlace({ ...word, text: place[1] ?? place[2] ?? "" }, "write", around)] : [];
  });
}

function byWord(name: string, { rules, otherwise }: Program, said: string): Finding {
  const found = rules.find(({ says }) => says.test(said));
  const words = `${name} ${said.split(" ").slice(0, 2).join(" ")}`.trim();
  if (found) return { class: found.class, because: `${words}: ${found.because}` };
  return {
    class: otherwise,
    because: otherwise === "green" ? `${words} builds or tests` : `${words} changes more than files of the workspace`,
  };
}

export function isText(word: Word | undefined, pattern: RegExp): boolean {
  return word?.isKnown === true && pattern.test(word.text);
}
